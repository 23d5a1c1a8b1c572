package io.tocsin.benchmarks.scoring;

import com.sun.management.ThreadMXBean;
import io.tocsin.benchmarks.Arguments;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.DetectorState;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;

/// Speed of the detector on windows of 40 features, with the very configuration whose accuracy is
/// reported: a day of windows is learnt, fitted on, and the windows that follow are scored by all
/// views on one thread. CPU time, since a shared machine says little of a clock's.
public final class Scoring {
  private static final int FEATURES = 40;
  private static final long WINDOW_MILLIS = 10_000;
  private static final int DAY = 8640;
  private static final int WARM = 40_000;
  private static final long SEED = 7;

  private Scoring() {}

  public static void main(String[] args) {
    Arguments arguments =
        new Arguments(args, "benchmarks/run scoring [--windows N]", List.of("--windows"));
    int windows = arguments.count("--windows", 100_000);
    System.out.println("part,entity,metric,value");
    DetectConfig config = DetectConfig.standard(WINDOW_MILLIS);
    Machine machine = new Machine(SEED);
    Detector detector = new Detector(config);
    List<Row> history = new ArrayList<>();
    for (int i = 0; i < DAY; i++) {
      Row row = machine.next();
      history.add(row);
      detector.score("machine", row, false);
    }
    long start = cpu();
    ModelSet models = Fitter.fit(history, config, SEED, 0).models();
    say("day", "fit_cpu_seconds", (cpu() - start) / 1e9);
    say("day", "model_bytes", models.encode().length);
    detector.adopt(models);
    run(detector, machine.next(WARM));
    List<Row> rows = machine.next(windows);
    Cost cost = run(detector, rows);
    say("window", "windows_per_cpu_second", windows / (cost.cpuNanos / 1e9));
    say("window", "p50_us", cost.quantile(0.5) / 1e3);
    say("window", "p99_us", cost.quantile(0.99) / 1e3);
    say("window", "allocated_bytes", (double) cost.allocated / windows);
    DetectorState state = detector.snapshot();
    say("state", "places_bytes", state.places().length());
    say("state", "templates_bytes", state.known().length());
    for (var series : state.series().values()) {
      say("state", "series_bytes", series.numbers().length());
    }
  }

  /// @param nanos wall time of each window, ascending
  private record Cost(long cpuNanos, long allocated, long[] nanos) {
    double quantile(double share) {
      return nanos[(int) (share * (nanos.length - 1))];
    }
  }

  private static Cost run(Detector detector, List<Row> rows) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] nanos = new long[rows.size()];
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long start = cpu();
    for (int i = 0; i < nanos.length; i++) {
      long from = System.nanoTime();
      detector.score("machine", rows.get(i), false);
      nanos[i] = System.nanoTime() - from;
    }
    long spent = cpu() - start;
    long used = threads.getCurrentThreadAllocatedBytes() - allocated;
    Arrays.sort(nanos);
    return new Cost(spent, used, nanos);
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void say(String entity, String metric, double value) {
    System.out.printf(Locale.ROOT, "scoring,%s,%s,%.6g%n", entity, metric, value);
  }

  /// Forty metrics that follow a few loads and the hour, with noise of their own.
  private static final class Machine {
    private static final int LOADS = 5;

    private final Random random;
    private final double[][] share = new double[FEATURES][LOADS];
    private final double[] load = new double[LOADS];
    private long now;

    Machine(long seed) {
      random = new Random(seed);
      for (double[] row : share) {
        Arrays.setAll(row, k -> random.nextDouble());
      }
    }

    Row next() {
      now += WINDOW_MILLIS;
      double hour = Math.sin(2 * Math.PI * now / 86_400_000.0);
      for (int k = 0; k < LOADS; k++) {
        load[k] = 0.95 * load[k] + 0.3 * random.nextGaussian();
      }
      TreeMap<String, Double> values = new TreeMap<>();
      for (int j = 0; j < FEATURES; j++) {
        double value = 10 + hour + 0.2 * random.nextGaussian();
        for (int k = 0; k < LOADS; k++) {
          value += share[j][k] * load[k];
        }
        values.put("metric.%02d".formatted(j), value);
      }
      return new Row(now, "", values);
    }

    List<Row> next(int rows) {
      List<Row> list = new ArrayList<>(rows);
      for (int i = 0; i < rows; i++) {
        list.add(next());
      }
      return Collections.unmodifiableList(list);
    }
  }
}
