package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// What the old release's windows say of one resource: block medians over instances, robustly.
///
/// @param medians of the last blocks, oldest first
/// @param open sums of the open block, an instance each
/// @param filled windows in it
/// @param levels sums over the present set's windows, an instance each
/// @param windows they are summed over
record MetricHistory(
    List<Double> medians, List<Double> open, int filled, List<Double> levels, double windows) {
  static final MetricHistory NONE = new MetricHistory(List.of(), List.of(), 0, List.of(), 0);

  private static final int BLOCKS = 30;
  private static final List<String> RESOURCES =
      List.of("cpu", "rss", "memory", "heap", "threads", "fds");

  /// Whether more of it is worse; nothing is known of other gauges.
  static boolean isResource(String metric) {
    String name = metric.toLowerCase(Locale.ROOT);
    return metric.equals(Probe.LINES)
        || (RESOURCES.stream().anyMatch(name::contains)
            && !name.endsWith(".full") // moves with the pressure it is part of
            && !name.contains("limit")
            && !name.contains("max"));
  }

  /// The share of the old level by which it may rise and still be no harm. Half as much computing
  /// or memory again is harm, so it must be beyond the margin and not at it. A release may well
  /// tell more than the one before it; five times as many lines is a debug level left on.
  static double room(String metric, double rho0) {
    return metric.equals(Probe.LINES) ? StrictMath.max(4, rho0 - 1) : StrictMath.min(0.3, rho0 - 1);
  }

  /// The difference that no operator would call harm, in the metric's own unit: a memory pool that
  /// grows from nothing to 0.3 MB is no leak.
  static double floor(String metric) {
    if (metric.equals(Probe.LINES)) {
      return 10;
    }
    String name = metric.toLowerCase(Locale.ROOT);
    if (name.contains("bytes")) {
      return 8e6;
    }
    return name.contains("cpu") ? 0.03 : name.contains("threads") || name.contains("fds") ? 4 : 0;
  }

  /// What is measured from outside first, then the service's own gauges, those of single parts
  /// last: there is room for a few.
  static int rank(String metric) {
    boolean outside =
        metric.startsWith("process.") || metric.startsWith("cgroup.") || metric.equals(Probe.LINES);
    return outside ? 0 : metric.contains("{") ? 2 : 1;
  }

  MetricHistory learn(List<Double> values, int blockWindows) {
    List<Double> block = plus(open, values);
    List<Double> sums = plus(levels, values);
    if (filled + 1 < blockWindows) {
      return new MetricHistory(medians, block, filled + 1, sums, windows + 1);
    }
    List<Double> ring = new ArrayList<>(medians);
    ring.add(median(block) / blockWindows);
    if (ring.size() > BLOCKS) {
      ring.removeFirst();
    }
    return new MetricHistory(List.copyOf(ring), List.of(), 0, sums, windows + 1);
  }

  MetricHistory changed() {
    return new MetricHistory(medians, List.of(), 0, List.of(), 0);
  }

  boolean known() {
    return medians.size() >= 3;
  }

  double level() {
    return median(medians);
  }

  double noise() {
    double level = level();
    return 1.4826 * median(medians.stream().map(m -> StrictMath.abs(m - level)).toList());
  }

  /// Deviation between instances, upper 80 % bound.
  double spread(double unknown) {
    if (levels.size() < 2) {
      return unknown * StrictMath.abs(level());
    }
    double mean = levels.stream().mapToDouble(Double::doubleValue).sum() / levels.size();
    double squares = 0;
    for (double sum : levels) {
      squares += (sum - mean) * (sum - mean);
    }
    return StrictMath.sqrt(squares / Spread.chiSquaredFifth(levels.size() - 1)) / windows;
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static List<Double> plus(List<Double> sums, List<Double> values) {
    if (sums.isEmpty()) {
      return List.copyOf(values);
    }
    List<Double> next = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      next.add(sums.get(i) + values.get(i));
    }
    return List.copyOf(next);
  }
}
