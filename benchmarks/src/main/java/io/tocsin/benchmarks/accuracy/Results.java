package io.tocsin.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/// What was measured of one part of the data, printed as it comes.
final class Results {
  private final String part;
  private final Map<String, Map<String, Double>> byEntity = new LinkedHashMap<>();

  Results(String part) {
    this.part = part;
  }

  /// A metric without a value is left out.
  void add(String entity, String metric, double value) {
    if (!Double.isNaN(value)) {
      byEntity.computeIfAbsent(entity, e -> new LinkedHashMap<>()).put(metric, value);
      System.out.printf(Locale.ROOT, "%s,%s,%s,%.6g%n", part, entity, metric, value);
    }
  }

  void add(String entity, Map<String, Double> values) {
    values.forEach((metric, value) -> add(entity, metric, value));
  }

  /// NaN when it was not measured.
  double get(String entity, String metric) {
    return byEntity.getOrDefault(entity, Map.of()).getOrDefault(metric, Double.NaN);
  }

  /// The mean of each metric over the entities that have it, as entity `mean`, and the largest of
  /// those named as `worst`.
  void summarise(List<String> worst) {
    List<Map<String, Double>> all = new ArrayList<>(byEntity.values());
    Set<String> metrics = new LinkedHashSet<>();
    all.forEach(values -> metrics.addAll(values.keySet()));
    for (String metric : metrics) {
      add("mean", metric, values(all, metric).average().orElse(Double.NaN));
    }
    for (String metric : worst) {
      add("worst", metric, values(all, metric).max().orElse(Double.NaN));
    }
  }

  private static DoubleStream values(List<Map<String, Double>> all, String metric) {
    return all.stream().filter(v -> v.containsKey(metric)).mapToDouble(v -> v.get(metric));
  }
}
