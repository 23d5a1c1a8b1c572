package io.tocsin.agent.window;

import io.tocsin.agent.metrics.Reading.Requests;
import io.tocsin.agent.template.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Requests of one instance in one window, as its access log tells of them. Confined to one thread.
final class Served {

  /// Upper bounds of the latency buckets in milliseconds, the last without end. Always the same:
  /// histograms of two releases are compared bucket by bucket. Six a decade tell 30 % slower apart.
  static final List<Double> UPPER_MILLIS = bounds();

  private static final double[] BOUNDS =
      UPPER_MILLIS.stream().mapToDouble(Double::doubleValue).toArray();

  private long total;
  private long failed;
  private long rejected;
  private final long[] buckets = new long[UPPER_MILLIS.size()];
  private double sumMillis;
  private boolean timed;

  void add(Request request) {
    total++;
    // Servers answer what they do not speak with these, whoever asks: no failure of theirs.
    boolean unspoken = request.status() == 501 || request.status() == 505;
    failed += request.status() >= 500 && !unspoken ? 1 : 0;
    rejected += request.status() / 100 == 4 || unspoken ? 1 : 0;
    if (!Double.isNaN(request.millis())) {
      timed = true;
      int found = Arrays.binarySearch(BOUNDS, request.millis());
      buckets[found >= 0 ? found : -found - 1]++;
      sumMillis += request.millis();
    }
  }

  /// Adds what [#requests] gave.
  void add(Requests others) {
    total += others.total();
    failed += others.failed();
    rejected += others.rejected();
    sumMillis += others.sumMillis();
    if (others.upperMillis().equals(UPPER_MILLIS)) {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] += others.bucketCounts().get(i);
        timed |= buckets[i] > 0;
      }
    }
  }

  /// Whether any line told how long its request took.
  boolean timed() {
    return timed;
  }

  /// @param withBuckets whether latencies are known of this log
  Requests requests(boolean withBuckets) {
    List<Long> counts = new ArrayList<>(buckets.length);
    for (long bucket : buckets) {
      counts.add(bucket);
    }
    return new Requests(
        total,
        failed,
        rejected,
        withBuckets ? UPPER_MILLIS : List.of(),
        withBuckets ? counts : List.of(),
        sumMillis,
        List.of());
  }

  private static List<Double> bounds() {
    List<Double> bounds = new ArrayList<>();
    for (double decade = 1; decade < 10_000; decade *= 10) {
      for (double step : new double[] {1, 1.5, 2, 3, 5, 7}) {
        bounds.add(decade * step);
      }
    }
    bounds.addAll(List.of(10_000d, 15_000d, 20_000d, 30_000d, 60_000d, Double.POSITIVE_INFINITY));
    return List.copyOf(bounds);
  }
}
