package io.tocsin.collector.judge;

/// Poisson evidence that one arm's rate lies above, or below, a limit (STATISTICS items 1 and 10).
///
/// @param above whether it is tested to lie above
/// @param logE natural logarithm of the e-value
/// @param x events so far
/// @param exposure so far
record LimitEvidence(boolean above, double logE, double x, double exposure) {
  static final LimitEvidence ABOVE = new LimitEvidence(true, 0, 0, 0);
  static final LimitEvidence BELOW = new LimitEvidence(false, 0, 0, 0);

  /// @param limit events per exposure, above 0
  LimitEvidence next(double events, double newExposure, double limit, double phi) {
    double guess = (x + 0.5) / (exposure + (above ? 0.5 : 1) / limit);
    double rate = above ? StrictMath.max(limit, guess) : StrictMath.min(limit, guess);
    double gain = events * StrictMath.log(rate / limit) - (rate - limit) * newExposure;
    return new LimitEvidence(above, logE + gain / phi, x + events, exposure + newExposure);
  }
}
