package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.v1.Batch;
import io.tocsin.v1.Calls;
import io.tocsin.v1.Completeness;
import io.tocsin.v1.Instance;
import io.tocsin.v1.Level;
import io.tocsin.v1.Liveness;
import io.tocsin.v1.Metric;
import io.tocsin.v1.Requests;
import io.tocsin.v1.Template;
import io.tocsin.v1.TemplateCount;
import io.tocsin.v1.WindowSummary;
import io.tocsin.v1.WorkloadTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A small site that lives through what a log may hold: three workloads on two hosts, one deployed
/// by a platform, one that shows its release on disk, one whose tasks only the platform can place;
/// new templates, a bad release and its way back, an outage that two share, an agent that falls
/// silent and delivers late.
final class World {
  static final long WINDOW_MILLIS = 10_000;
  static final long BEGIN = 1_700_000_000_000L;
  private static final int BAD_FROM = 230;
  private static final int BACK_FROM = 290;
  private static final int OUTAGE_FROM = 310;
  private static final int OUTAGE_TO = 330;
  private static final int SILENT_FROM = 345;
  private static final int SILENT_TO = 355;

  private final Random random;
  private final long[] sequence = new long[2];
  private final List<Batch> held = new ArrayList<>();

  World(long seed) {
    random = new Random(seed);
  }

  /// Appends what happened in one window, its end being `BEGIN + (step + 1) * WINDOW_MILLIS`.
  void step(int step, InputLog inputs) {
    if (step == 0) {
      observe(inputs, released("1.0", step));
    }
    if (step == 3) {
      observe(inputs, new Placement("task-0", "swarm/mail", "m1"));
    }
    if (step == 8) {
      observe(inputs, new Placement("task-1", "swarm/mail", "m1"));
    }
    if (step == BAD_FROM) {
      observe(inputs, released("1.1", step));
    }
    if (step == BACK_FROM) {
      observe(inputs, released("1.0", step));
    }
    for (int host = 0; host < 2; host++) {
      Batch batch = batch(step, host);
      if (host == 1 && step >= SILENT_FROM && step < SILENT_TO) {
        held.add(batch);
      } else {
        if (host == 1) {
          held.forEach(late -> append(inputs, 1, late));
          held.clear();
        }
        append(inputs, host, batch);
      }
    }
  }

  private static void append(InputLog inputs, int host, Batch batch) {
    inputs.append(InputLog.Kind.BATCH, Arrival.encode("agent-" + host, 0, batch)).join();
  }

  private static void observe(InputLog inputs, Observation observation) {
    inputs.append(InputLog.Kind.OBSERVATION, Input.encode(observation)).join();
  }

  private static ReleaseEvent released(String name, int step) {
    return new ReleaseEvent(
        "directory/shop",
        null,
        new Release("directory/shop", name, name),
        BEGIN + step * WINDOW_MILLIS,
        false,
        false,
        List.of());
  }

  private Batch batch(int step, int host) {
    Batch.Builder batch = Batch.newBuilder().setSequence(++sequence[host]);
    boolean bad = step >= BAD_FROM && step < BACK_FROM;
    boolean outage = step >= OUTAGE_FROM && step < OUTAGE_TO;
    String release = bad ? "1.1" : "1.0";
    batch.addWindows(
        window(step, "shop-" + release + "-" + host, "directory", "directory/shop", release)
            .setRequests(requests(bad ? 0.3 : 0.01, outage))
            .addAllTemplates(lines(bad ? 30 : 2, bad ? 90 : 0)));
    batch.addWindows(
        window(step, "web-" + host, "docker", "docker/web", step < 260 ? "web:1" : "web:2")
            .setRequests(requests(0.01, outage))
            .addAllTemplates(lines(1, 0)));
    batch.addWindows(
        window(step, "task-" + host, "swarm", "", "")
            .setRequests(requests(0.01, false))
            .addAllTemplates(lines(1, 0)));
    if (step == 0 || random.nextInt(20) == 0) {
      for (String workload : List.of("directory/shop", "docker/web", "swarm/mail")) {
        batch.addTemplates(
            WorkloadTemplates.newBuilder()
                .setWorkload(workload)
                .addTemplates(template(10, Level.LEVEL_INFO))
                .addTemplates(template(11, Level.LEVEL_ERROR))
                .addTemplates(template(90, Level.LEVEL_ERROR))
                .addTemplates(template(100 + random.nextInt(30), Level.LEVEL_WARN)));
      }
    }
    return batch.build();
  }

  private WindowSummary.Builder window(
      int step, String id, String platform, String workload, String release) {
    long bytes = 1_000L + random.nextInt(200);
    return WindowSummary.newBuilder()
        .setInstance(
            Instance.newBuilder()
                .setId(id)
                .setPlatform(platform)
                .setHost("host")
                .setWorkload(workload)
                .setName(id)
                .setRelease(release)
                .setStartedAtEpochMs(BEGIN - 3_600_000))
        .setStartEpochMs(BEGIN + step * WINDOW_MILLIS)
        .setEndEpochMs(BEGIN + (step + 1) * WINDOW_MILLIS)
        .setCompleteness(
            Completeness.newBuilder()
                .setBytesOnDisk(bytes)
                .setBytesRead(bytes)
                .setLinesRead(20)
                .setLinesParsed(20))
        .setLiveness(Liveness.newBuilder().setAlive(true))
        .addMetrics(
            Metric.newBuilder()
                .setName("process.cpu.cores")
                .setValue(0.2 + 0.02 * random.nextGaussian()));
  }

  private Requests requests(double failing, boolean outage) {
    int total = 80 + random.nextInt(40);
    int failed = 0;
    for (int i = 0; i < total; i++) {
      failed += random.nextDouble() < failing ? 1 : 0;
    }
    return Requests.newBuilder()
        .setTotal(total)
        .setFailed(failed)
        .addUpperMs(10)
        .addUpperMs(100)
        .addBucketCounts(total - failed)
        .addBucketCounts(failed)
        .setSumMs(total * (5 + random.nextDouble()))
        .addCalls(
            Calls.newBuilder()
                .setPeer("inventory")
                .setTotal(40)
                .setFailed(outage ? 30 : random.nextInt(2))
                .setSumMs(200))
        .build();
  }

  private List<TemplateCount> lines(int errors, long novel) {
    List<TemplateCount> lines = new ArrayList<>();
    lines.add(count(10, 15 + random.nextInt(10), Level.LEVEL_INFO));
    lines.add(count(11, 1 + random.nextInt(errors), Level.LEVEL_ERROR));
    lines.add(count(100 + random.nextInt(30), 1, Level.LEVEL_WARN));
    if (novel > 0) {
      lines.add(count(novel, 5 + random.nextInt(5), Level.LEVEL_ERROR));
    }
    return lines;
  }

  private static TemplateCount count(long id, int count, Level level) {
    return TemplateCount.newBuilder().setId(id).setCount(count).setLevel(level).build();
  }

  private static Template template(long id, Level level) {
    return Template.newBuilder()
        .setId(id)
        .setText("template " + id)
        .setSkeleton("template " + id)
        .setLevel(level)
        .build();
  }
}
