package io.tocsin.collector.web;

import io.tocsin.collector.detect.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Each feature of one workload against its own last windows: something to look at from the first
/// minute on, long before a model is fitted. For the page alone; no score or verdict rests on it.
/// Guarded by the board.
final class RecentPast {
  private static final int MAX_FEATURES = 40;
  private static final int WINDOWS = 60;
  // Fewer say nothing of what is usual: 50 s at windows of 10 s.
  private static final int MIN_WINDOWS = 5;
  private static final int SHOWN = 24;

  private final Map<String, Ring> rings = new LinkedHashMap<>();

  private static final class Ring {
    final float[] values = new float[WINDOWS];
    int count;
    float newest;

    void add(double value) {
      newest = (float) value;
      values[count % WINDOWS] = newest;
      count++;
    }

    float[] sorted() {
      float[] sorted = Arrays.copyOf(values, Math.min(count, WINDOWS));
      Arrays.sort(sorted);
      return sorted;
    }
  }

  void add(Row row) {
    row.values()
        .forEach((feature, value) -> {
          if (rings.containsKey(feature) || rings.size() < MAX_FEATURES) {
            rings.computeIfAbsent(feature, f -> new Ring()).add(value);
          }
        });
  }

  /// The furthest out first.
  List<WorkloadDetail.Deviation> deviations() {
    List<WorkloadDetail.Deviation> deviations = new ArrayList<>();
    rings.forEach((feature, ring) -> deviations.add(deviation(feature, ring)));
    deviations.sort(Comparator.comparingDouble(d -> -distance(d)));
    return deviations.subList(0, Math.min(SHOWN, deviations.size()));
  }

  private static WorkloadDetail.Deviation deviation(String feature, Ring ring) {
    if (ring.count < MIN_WINDOWS) {
      return new WorkloadDetail.Deviation(feature, "", (double) ring.newest, null, null, null);
    }
    float[] sorted = ring.sorted();
    double median = quantile(sorted, 0.5);
    float[] apart = new float[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      apart[i] = (float) Math.abs(sorted[i] - median);
    }
    Arrays.sort(apart);
    // 1.4826 makes the median deviation agree with sigma on Gaussian data; a hundredth of the level
    // keeps a metric that never moves from being infinitely far out at its first step.
    double scale = Math.max(1.4826 * quantile(apart, 0.5), Math.max(0.01 * Math.abs(median), 1e-9));
    return new WorkloadDetail.Deviation(
        feature,
        "",
        (double) ring.newest,
        quantile(sorted, 0.05),
        quantile(sorted, 0.95),
        (ring.newest - median) / scale);
  }

  private static double distance(WorkloadDetail.Deviation deviation) {
    @Nullable Double distance = deviation.distance();
    return distance == null ? 0 : Math.abs(distance);
  }

  private static double quantile(float[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
