package io.tocsin.collector.judge;

/// How much more it takes (STATISTICS item 11).
final class StillNeeded {
  private StillNeeded() {}

  /// Requests of the new arm, at equal exposure, until the counts reach `logTarget`.
  ///
  /// @param p0 old rate
  /// @param p1 new rate
  /// @param ratio that is still no harm
  /// @return infinite when these rates would never get there
  static double toRegressed(
      double p0, double p1, double ratio, double phi, double logTarget, double logE) {
    double gain = gain(p0, p1, ratio);
    return gain > 0 ? StrictMath.max(0, logTarget - logE) * phi / gain : Double.POSITIVE_INFINITY;
  }

  /// Evidence in nats that a request of the new arm brings, at equal exposure and without
  /// over-dispersion; 0 when the rates are inside the margin.
  static double gain(double p0, double p1, double ratio) {
    double share = p1 / (p0 + p1);
    double margin = ratio / (ratio + 1);
    if (share <= margin) {
      return 0;
    }
    double rest = 1 - share;
    double divergence =
        share * StrictMath.log(share / margin)
            + (rest > 0 ? rest * StrictMath.log(rest / (1 - margin)) : 0);
    return (p0 + p1) * divergence;
  }

  /// Exposure of the new arm until "as bad as `limit`" is refuted at its rate so far.
  static double toHealthy(double rate, double limit, double phi, double logE) {
    if (rate >= limit) {
      return Double.POSITIVE_INFINITY;
    }
    double gain = limit - rate + (rate > 0 ? rate * StrictMath.log(rate / limit) : 0);
    return StrictMath.max(0, StrictMath.log(20) - logE) * phi / gain;
  }
}
