package io.tocsin.collector.judge;

/// Evidence that events are more than `r` times as frequent in the new arm: a plug-in likelihood
/// ratio of the binomial split, over-dispersion divided out (STATISTICS item 3).
///
/// @param logE natural logarithm of the e-value
/// @param x events of the new arm so far
/// @param n events of both arms so far
record CountEvidence(double logE, double x, double n) {
  static final CountEvidence NONE = new CountEvidence(0, 0, 0);

  private static final double NEARLY_ONE = 1 - 1e-9;
  // What is expected until ten events say otherwise: twice the margin. Starting from an even split
  // instead wastes the first window.
  private static final double EXPECTED = 2;
  private static final double PRIOR_EVENTS = 10;

  /// One window with exposure in both arms.
  CountEvidence next(double newX, double oldX, double newE, double oldE, double r, double phi) {
    double pi0 = r * newE / (r * newE + oldE);
    // Adapts to earlier windows only, or the evidence would be no martingale.
    double expected = EXPECTED * r * newE / (EXPECTED * r * newE + oldE);
    double share = (x + PRIOR_EVENTS * expected) / (n + PRIOR_EVENTS);
    double pi1 = StrictMath.min(StrictMath.max(pi0, share), NEARLY_ONE);
    double gain = newX * StrictMath.log(pi1 / pi0) + oldX * StrictMath.log((1 - pi1) / (1 - pi0));
    return new CountEvidence(logE + gain / phi, x + newX, n + newX + oldX);
  }
}
