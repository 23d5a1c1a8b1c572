package io.tocsin.collector.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which features a model set looks at, in a fixed order. Chosen at a fit, never changed after.
///
/// @param version grows with every fit
/// @param names as people read them, 1 to 64, unique
record FeatureSchema(int version, List<String> names) {
  static final int MAX = 64;

  /// A row that lacks more of the features than this has no score.
  static final double MAX_MISSING = 0.3;

  private static final double PRESENT = 0.7;
  // A service may idle most of the day and still be judged by its requests when it has some.
  private static final double PRESENT_AT_TIMES = 0.1;
  private static final long STILL_MILLIS = 24 * DetectConfig.HOUR;
  // What most services have and what explains most, before whatever else a service exposes.
  private static final List<String> FIRST = List.of("process.", "cgroup.");

  FeatureSchema {
    names = List.copyOf(names);
    if (names.isEmpty() || names.size() > MAX) {
      throw new IllegalArgumentException("1 to " + MAX + " features expected, " + names.size());
    }
  }

  /// Requests, calls and lines wherever they occur at all (an error count that never moved is worth
  /// watching), then the metrics that are present in 70 % of the rows, those that move first. One
  /// that stood still for a day is worth watching too; for a minute, it is not.
  static FeatureSchema choose(int version, List<Row> rows) {
    TreeMap<String, double[]> seen = new TreeMap<>();
    for (Row row : rows) {
      row.values()
          .forEach((name, value) -> {
            double[] s = seen.computeIfAbsent(name, n -> new double[] {0, value, value});
            s[0]++;
            s[1] = Math.min(s[1], value);
            s[2] = Math.max(s[2], value);
          });
    }
    List<String> chosen = new ArrayList<>();
    for (String base : Features.BASE) {
      if (count(seen, base) >= PRESENT_AT_TIMES * rows.size()) {
        chosen.add(base);
      }
    }
    for (String name : seen.keySet()) {
      if (Features.isCall(name) && count(seen, name) >= PRESENT_AT_TIMES * rows.size()) {
        chosen.add(name);
      }
    }
    List<String> metrics = new ArrayList<>();
    List<String> still = new ArrayList<>();
    seen.forEach((name, s) -> {
      boolean metric = !Features.BASE.contains(name) && !Features.isCall(name);
      if (metric && s[0] >= PRESENT * rows.size()) {
        (s[2] > s[1] ? metrics : still).add(name);
      }
    });
    metrics.stream().filter(FeatureSchema::isFirst).forEach(chosen::add);
    metrics.stream().filter(name -> !isFirst(name)).forEach(chosen::add);
    if (span(rows) >= STILL_MILLIS) {
      chosen.addAll(still);
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no feature in %d rows: no requests, no lines, no metric that moves"
              .formatted(rows.size()));
    }
    return new FeatureSchema(version, chosen.subList(0, Math.min(MAX, chosen.size())));
  }

  int size() {
    return names.size();
  }

  /// Values in the schema's order, NaN where missing; null when more than 30 % of the features that
  /// every healthy window has are missing.
  double @Nullable [] extract(Map<String, Double> values) {
    double[] x = new double[names.size()];
    int due = 0;
    int missing = 0;
    for (int j = 0; j < x.length; j++) {
      Double value = values.get(names.get(j));
      x[j] = value == null ? Double.NaN : value;
      if (!Features.conditional(names.get(j))) {
        due++;
        missing += value == null ? 1 : 0;
      }
    }
    return missing > MAX_MISSING * due ? null : x;
  }

  private static long span(List<Row> rows) {
    var ends = rows.stream().mapToLong(Row::windowEndMillis).summaryStatistics();
    return rows.isEmpty() ? 0 : ends.getMax() - ends.getMin();
  }

  private static boolean isFirst(String metric) {
    return FIRST.stream().anyMatch(metric::startsWith);
  }

  private static double count(Map<String, double[]> seen, String name) {
    double[] s = seen.get(name);
    return s == null ? -1 : s[0];
  }
}
