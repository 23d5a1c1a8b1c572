package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.WindowSummary.Requests;
import java.util.ArrayList;
import java.util.List;

/// The old release's latency histogram and the bound above which a request is slow.
///
/// @param upperMillis upper bounds of the buckets, ascending
/// @param counts requests per bucket, old ones halved now and then
/// @param slowAboveMillis the bound at which slower requests would show most; 0 until enough were
///   seen
record Latency(List<Double> upperMillis, List<Double> counts, double slowAboveMillis) {
  static final Latency NONE = new Latency(List.of(), List.of(), 0);

  private static final int MAX_BUCKETS = 64;
  private static final double ENOUGH = 2_000;
  private static final double MEMORY = 1e7;
  // Not 5 %: a share of 4 % above a bound must not move it up by chance.
  private static final double TAIL = 0.06;
  // How much longer requests take that people want to hear of, and the ratio that is no harm.
  private static final double SLOWER = StrictMath.log(1.3);
  private static final double HARMLESS = 1.5;

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
    // Where most requests lie beyond the last bound nothing can be counted: look again later.
    if ((bound == 0 || bound == bounds.getLast()) && all >= ENOUGH) {
      bound = mostTelling(bounds, sum, all);
    }
    return new Latency(bounds, List.copyOf(sum), bound);
  }

  boolean known() {
    // The last, open bucket has nothing above it to count.
    return slowAboveMillis > 0 && slowAboveMillis < upperMillis.getLast();
  }

  /// The bound at which requests that take 30 % longer would bring most evidence. Where the tail is
  /// so heavy that none would, the bucket of the 95 % quantile.
  private static double mostTelling(List<Double> bounds, List<Double> counts, double all) {
    double above = all;
    double shareBefore = 1;
    double best = 0;
    double telling = 0;
    double quantile = bounds.getLast();
    for (int i = 0; i < bounds.size() - 1; i++) {
      above -= counts.get(i);
      double share = (above + 0.5) / (all + 1);
      if (i > 0) {
        // Between two bounds the share is taken to fall as a power of the latency.
        double step = StrictMath.log(bounds.get(i) / bounds.get(i - 1));
        double slower = share * StrictMath.pow(shareBefore / share, SLOWER / step);
        double gain = StillNeeded.gain(share, StrictMath.min(slower, 1), HARMLESS);
        if (gain > best) {
          best = gain;
          telling = bounds.get(i);
        }
      }
      if (share <= TAIL && quantile == bounds.getLast()) {
        quantile = bounds.get(i);
      }
      shareBefore = share;
    }
    return best > 0 ? telling : quantile;
  }
}
