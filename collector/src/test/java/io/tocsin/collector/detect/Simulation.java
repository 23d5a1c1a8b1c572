package io.tocsin.collector.detect;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.Calls;
import io.tocsin.collector.ingest.WindowSummary.Completeness;
import io.tocsin.collector.ingest.WindowSummary.Instance;
import io.tocsin.collector.ingest.WindowSummary.Liveness;
import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A shop of a few instances: requests with some noise that has a memory, lines, two gauges. What
/// is set on it changes the windows to come.
public final class Simulation {
  public static final String WORKLOAD = "directory/host1/srv/shop";
  private static final long INFO_TEMPLATE = 100;
  private static final long ERROR_TEMPLATE = 101;

  private final Random random;
  private final long windowMillis;
  private final int instances;
  private final double[] memory;
  private long now;

  public double errors = 1;
  public double slowness = 1;
  public double heapDrift = 0;
  public boolean heapMissing;
  public long newTemplate;

  public Simulation(long seed, long windowMillis, int instances) {
    random = new Random(seed);
    this.windowMillis = windowMillis;
    this.instances = instances;
    memory = new double[instances];
    now = 1_700_000_000_000L / windowMillis * windowMillis;
  }

  public static TemplateBook book() {
    return new TemplateBook();
  }

  public SealedWindow next() {
    long start = now;
    now += windowMillis;
    List<InstanceWindow> parts = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      parts.add(new InstanceWindow("1.0", 600_000, summary(i, start)));
    }
    return new SealedWindow(WORKLOAD, start, now, parts, List.of(), 0, false);
  }

  private WindowSummary summary(int i, long start) {
    memory[i] = 0.7 * memory[i] + random.nextGaussian();
    double load = 1 + 0.1 * memory[i];
    double seconds = windowMillis / 1000.0;
    long total = count(200 * seconds * Math.max(0.2, load));
    long failed = Math.min(total, count(0.01 * errors * total));
    long fast = (long) (0.9 * total);
    double mean = 20 * slowness * (1 + 0.05 * random.nextGaussian());
    boolean slow = slowness > 2;
    Requests requests =
        new Requests(
            total,
            failed,
            count(0.02 * total),
            List.of(10.0, 50.0, 200.0, Double.POSITIVE_INFINITY),
            slow ? List.of(0L, 0L, fast, total - fast) : List.of(fast, total - fast, 0L, 0L),
            mean * total,
            List.of(new Calls("inventory", total, count(0.005 * total), 5.0 * total)));
    List<TemplateCount> lines = new ArrayList<>();
    lines.add(new TemplateCount(INFO_TEMPLATE, Math.max(1, total), 3));
    if (failed > 0) {
      lines.add(new TemplateCount(ERROR_TEMPLATE, failed, 5));
    }
    if (newTemplate != 0) {
      lines.add(new TemplateCount(newTemplate, 3, 5));
    }
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("process.cpu.cores", 0.4 * load + 0.02 * random.nextGaussian());
    if (!heapMissing) {
      metrics.put("jvm.heap.bytes", 2e8 + heapDrift + 4e6 * random.nextGaussian());
    }
    metrics.put("threads", 40.0);
    Instance instance =
        new Instance("shop-" + i, "directory", "host1", WORKLOAD, "" + i, "1.0", "", start, "", "");
    return new WindowSummary(
        "agent1",
        instance,
        start,
        start + windowMillis,
        Completeness.NONE,
        lines,
        requests,
        metrics,
        new Liveness(true, 0, 0, true),
        false);
  }

  private long count(double mean) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
  }
}
