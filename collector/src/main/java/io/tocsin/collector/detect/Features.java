package io.tocsin.collector.detect;

import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.Calls;
import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The raw features of one instance, or of several taken together: rates are a mean over the
/// instances, so that scaling out is no anomaly; shares and latencies are of all their requests.
/// What was not measured is absent, never zero.
final class Features {
  static final String REQUESTS = "requests per second";
  static final String FAILED = "requests.failed share";
  static final String REJECTED = "requests.rejected share";
  static final String LATENCY_MEAN = "latency.mean ms";
  static final String LATENCY_P95 = "latency.p95 ms";
  static final String LINES = "lines per second";
  static final String ERROR_LINES = "lines.error per second";
  static final String WARN_LINES = "lines.warn per second";
  static final String NOVEL = "templates.novel";

  /// In the order they stand in a schema.
  static final List<String> BASE =
      List.of(
          REQUESTS,
          FAILED,
          REJECTED,
          LATENCY_MEAN,
          LATENCY_P95,
          LINES,
          ERROR_LINES,
          WARN_LINES,
          NOVEL);

  private static final String CALLS_FAILED = "calls.failed share ";
  // Below this share of bytes and lines read, counts of lines say more of the feed than of the
  // service.
  private static final double READ_ENOUGH = 0.9;
  // A row is kept for days; a service that exposes thousands of metrics must not fill the disk.
  private static final int MAX_FEATURES = 128;
  private static final int WARN = 4;
  private static final int ERROR = 5;

  private Features() {}

  /// Values by name, in the order of names.
  ///
  /// @param novel templates never seen before in this workload
  /// @param noveltyKnown whether enough was seen to call anything novel
  static SortedMap<String, Double> of(
      List<WindowSummary> parts, Set<Long> novel, boolean noveltyKnown, double windowSeconds) {
    SortedMap<String, Double> values = new TreeMap<>();
    metrics(parts, values);
    requests(parts, windowSeconds, values);
    lines(parts, novel, noveltyKnown, windowSeconds, values);
    return values;
  }

  /// Whether a feature may lack a value in a healthy window: a share of nothing is nothing.
  static boolean conditional(String feature) {
    return switch (feature) {
      case FAILED, REJECTED, LATENCY_MEAN, LATENCY_P95, NOVEL -> true;
      default -> feature.startsWith(CALLS_FAILED);
    };
  }

  static boolean isCall(String feature) {
    return feature.startsWith(CALLS_FAILED);
  }

  /// The peer of a failed-calls feature.
  static String peer(String feature) {
    return feature.substring(CALLS_FAILED.length());
  }

  /// The smallest deviation worth the name, however still the past was: one line, one failed
  /// request, a millisecond. 0 for metrics, whose unit is not known.
  static double floor(String feature, double windowSeconds, double requestsPerSecond) {
    return switch (feature) {
      case REQUESTS, LINES, ERROR_LINES, WARN_LINES -> 1 / windowSeconds;
      case LATENCY_MEAN, LATENCY_P95 -> 1;
      case NOVEL -> 0.5;
      case FAILED, REJECTED -> shareFloor(requestsPerSecond * windowSeconds);
      default -> isCall(feature) ? shareFloor(requestsPerSecond * windowSeconds) : 0;
    };
  }

  // One failed request in a window of average traffic is two deviations.
  private static double shareFloor(double requests) {
    return Math.max(0.005, 0.5 / Math.max(requests, 1));
  }

  private static void metrics(List<WindowSummary> parts, SortedMap<String, Double> values) {
    TreeMap<String, double[]> sums = new TreeMap<>();
    for (WindowSummary part : parts) {
      part.metrics()
          .forEach((name, value) -> {
            double[] sum = sums.computeIfAbsent(name, n -> new double[2]);
            sum[0] += value;
            sum[1]++;
          });
    }
    for (var entry : sums.entrySet()) {
      if (values.size() >= MAX_FEATURES - BASE.size()) {
        return;
      }
      values.put(entry.getKey(), entry.getValue()[0] / entry.getValue()[1]);
    }
  }

  private static void requests(
      List<WindowSummary> parts, double windowSeconds, SortedMap<String, Double> values) {
    long total = 0;
    long failed = 0;
    long rejected = 0;
    double sumMillis = 0;
    int serving = 0;
    TreeMap<Double, Long> buckets = new TreeMap<>();
    TreeMap<String, long[]> calls = new TreeMap<>();
    for (WindowSummary part : parts) {
      Requests requests = part.requests();
      if (requests == null) {
        continue;
      }
      serving++;
      total += requests.total();
      failed += requests.failed();
      rejected += requests.rejected();
      sumMillis += requests.sumMillis();
      for (int i = 0; i < requests.upperMillis().size(); i++) {
        buckets.merge(requests.upperMillis().get(i), requests.bucketCounts().get(i), Long::sum);
      }
      for (Calls call : requests.calls()) {
        long[] sum = calls.computeIfAbsent(call.peer(), p -> new long[2]);
        sum[0] += call.total();
        sum[1] += call.failed();
      }
    }
    if (serving == 0) {
      return;
    }
    values.put(REQUESTS, total / windowSeconds / serving);
    if (total > 0) {
      values.put(FAILED, (double) failed / total);
      values.put(REJECTED, (double) rejected / total);
      values.put(LATENCY_MEAN, sumMillis / total);
      double p95 = quantile(buckets, 0.95);
      if (!Double.isNaN(p95)) {
        values.put(LATENCY_P95, p95);
      }
    }
    calls.forEach((peer, sum) -> {
      if (sum[0] > 0 && values.size() < MAX_FEATURES) {
        values.put(CALLS_FAILED + peer, (double) sum[1] / sum[0]);
      }
    });
  }

  private static void lines(
      List<WindowSummary> parts,
      Set<Long> novel,
      boolean noveltyKnown,
      double windowSeconds,
      SortedMap<String, Double> values) {
    long lines = 0;
    long errors = 0;
    long warnings = 0;
    int readable = 0;
    TreeMap<Long, Integer> unseen = new TreeMap<>();
    for (WindowSummary part : parts) {
      if (part.completeness().share() < READ_ENOUGH) {
        continue;
      }
      readable++;
      for (TemplateCount count : part.templates()) {
        lines += count.count();
        errors += count.level() >= ERROR ? count.count() : 0;
        warnings += count.level() == WARN ? count.count() : 0;
        if (novel.contains(count.id())) {
          unseen.merge(count.id(), count.level(), Math::max);
        }
      }
    }
    if (readable == 0) {
      return;
    }
    values.put(LINES, lines / windowSeconds / readable);
    values.put(ERROR_LINES, errors / windowSeconds / readable);
    values.put(WARN_LINES, warnings / windowSeconds / readable);
    if (noveltyKnown) {
      // A new error weighs as much as four new lines of everyday talk.
      double weight = 0;
      for (int level : unseen.values()) {
        weight += level >= ERROR ? 1 : level == WARN ? 0.5 : 0.25;
      }
      values.put(NOVEL, weight);
    }
  }

  /// Linear within the bucket; the last finite bound where the bucket has no end; NaN when empty.
  private static double quantile(Map<Double, Long> buckets, double share) {
    long all = buckets.values().stream().mapToLong(Long::longValue).sum();
    double due = share * all;
    double below = 0;
    double lower = 0;
    for (var bucket : buckets.entrySet()) {
      double upper = bucket.getKey();
      if (bucket.getValue() > 0 && below + bucket.getValue() >= due) {
        return Double.isInfinite(upper)
            ? lower
            : lower + (upper - lower) * (due - below) / bucket.getValue();
      }
      below += bucket.getValue();
      lower = Double.isInfinite(upper) ? lower : upper;
    }
    return Double.NaN;
  }
}
