package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.WindowSummary.Requests;
import java.util.ArrayList;
import java.util.List;

/// The old release's latency histogram and the bound above which a request is slow.
///
/// @param upperMillis upper bounds of the buckets, ascending
/// @param counts requests per bucket, old ones halved now and then
/// @param slowAboveMillis upper bound of the bucket with the 95 % quantile; 0 until enough were
///   seen
record Latency(List<Double> upperMillis, List<Double> counts, double slowAboveMillis) {
  static final Latency NONE = new Latency(List.of(), List.of(), 0);

  private static final int MAX_BUCKETS = 64;
  private static final double ENOUGH = 2_000;
  private static final double MEMORY = 1e7;

  Latency learn(Requests requests) {
    List<Double> bounds = requests.upperMillis();
    if (bounds.isEmpty() || bounds.size() > MAX_BUCKETS) {
      return this;
    }
    boolean same = bounds.equals(upperMillis);
    List<Double> sum = new ArrayList<>();
    double all = 0;
    for (int i = 0; i < bounds.size(); i++) {
      sum.add((same ? counts.get(i) : 0) + requests.bucketCounts().get(i));
      all += sum.get(i);
    }
    if (all > MEMORY) {
      sum.replaceAll(count -> count / 2);
    }
    double bound = same ? slowAboveMillis : 0;
    if (bound == 0 && all >= ENOUGH) {
      bound = quantile95(bounds, sum, all);
    }
    return new Latency(bounds, List.copyOf(sum), bound);
  }

  boolean known() {
    // The last, open bucket has nothing above it to count.
    return slowAboveMillis > 0 && slowAboveMillis < upperMillis.getLast();
  }

  private static double quantile95(List<Double> bounds, List<Double> counts, double all) {
    double below = 0;
    for (int i = 0; i < bounds.size(); i++) {
      below += counts.get(i);
      // A share of 4 % above a bound must not turn into 5 % by chance and move the bound up.
      if (below >= 0.94 * all) {
        return bounds.get(i);
      }
    }
    return bounds.getLast();
  }
}
