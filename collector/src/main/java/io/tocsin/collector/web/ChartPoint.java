package io.tocsin.collector.web;

import io.tocsin.collector.detect.Score;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One sealed window as the charts keep it: a few numbers a release.
///
/// @param onceInHours rarity of the workload as a whole; null before models score
/// @param arms one a release that ran, ordered by its id
/// @param silent instances that should have reported and did not
record ChartPoint(
    long startMillis, long endMillis, @Nullable Double onceInHours, List<Arm> arms, int silent) {

  /// What the instances of one release did.
  ///
  /// @param requestsPerSecond null when none exposes requests
  /// @param failedShare of requests, 0 to 1
  /// @param p95Millis upper bound of the bucket that holds it; null when latency is unknown
  record Arm(
      String release,
      int instances,
      @Nullable Double requestsPerSecond,
      @Nullable Double failedShare,
      @Nullable Double p95Millis,
      double errorLinesPerSecond,
      double linesPerSecond,
      @Nullable Double cpuCores,
      @Nullable Double memoryMegabytes) {}

  private static final int ERROR = 5;

  /// What the instances of a release did; null when none ran.
  @Nullable Arm arm(String release) {
    for (Arm arm : arms) {
      if (arm.release().equals(release)) {
        return arm;
      }
    }
    return null;
  }

  static ChartPoint of(SealedWindow window, List<Score> scores) {
    TreeMap<String, List<InstanceWindow>> byRelease = new TreeMap<>();
    for (InstanceWindow instance : window.instances()) {
      byRelease.computeIfAbsent(instance.release(), r -> new ArrayList<>()).add(instance);
    }
    double seconds = (window.endMillis() - window.startMillis()) / 1000.0;
    List<Arm> arms = new ArrayList<>();
    byRelease.forEach((release, instances) -> arms.add(arm(release, instances, seconds)));
    Double rarity = null;
    for (Score score : scores) {
      if (score.instance().isEmpty() && !score.learning()) {
        rarity = Math.pow(10, score.surprise());
      }
    }
    return new ChartPoint(
        window.startMillis(), window.endMillis(), rarity, arms, window.silent().size());
  }

  private static Arm arm(String release, List<InstanceWindow> instances, double seconds) {
    long total = 0;
    long failed = 0;
    boolean exposed = false;
    TreeMap<Double, Long> buckets = new TreeMap<>();
    long errors = 0;
    long lines = 0;
    for (InstanceWindow instance : instances) {
      WindowSummary summary = instance.summary();
      WindowSummary.Requests requests = summary.requests();
      if (requests != null) {
        exposed = true;
        total += requests.total();
        failed += requests.failed();
        for (int i = 0; i < requests.upperMillis().size(); i++) {
          buckets.merge(requests.upperMillis().get(i), requests.bucketCounts().get(i), Long::sum);
        }
      }
      for (WindowSummary.TemplateCount count : summary.templates()) {
        lines += count.count();
        errors += count.level() >= ERROR ? count.count() : 0;
      }
    }
    return new Arm(
        release,
        instances.size(),
        exposed ? (Double) (total / seconds) : null,
        exposed && total > 0 ? (Double) ((double) failed / total) : null,
        quantile(buckets, 0.95),
        errors / seconds,
        lines / seconds,
        sum(instances, "process.cpu.cores"),
        scaled(sum(instances, "process.rss.bytes"), 1e-6));
  }

  private static @Nullable Double quantile(SortedMap<Double, Long> buckets, double share) {
    long total = buckets.values().stream().mapToLong(Long::longValue).sum();
    long seen = 0;
    double finite = 0;
    for (var bucket : buckets.entrySet()) {
      seen += bucket.getValue();
      finite = Double.isFinite(bucket.getKey()) ? bucket.getKey() : finite;
      if (total > 0 && seen >= share * total) {
        return finite;
      }
    }
    return null;
  }

  private static @Nullable Double sum(List<InstanceWindow> instances, String metric) {
    Double sum = null;
    for (InstanceWindow instance : instances) {
      Double value = instance.summary().metrics().get(metric);
      if (value != null) {
        sum = sum == null ? value : sum + value;
      }
    }
    return sum;
  }

  private static @Nullable Double scaled(@Nullable Double value, double factor) {
    return value == null ? null : (Double) (value * factor);
  }
}
