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

  private static final double PRIOR_ABOVE = 0.5;
  private static final double PRIOR_BELOW = 0.4;

  /// @param limit events per exposure, above 0
  /// @param expected rate until events say otherwise, with the weight of less than one event of the
  ///   limit: above or below it as the test is
  LimitEvidence next(double events, double newExposure, double limit, double expected, double phi) {
    double prior = above ? PRIOR_ABOVE : PRIOR_BELOW;
    double guess = (x + prior * expected / limit) / (exposure + prior / limit);
    double rate = above ? StrictMath.max(limit, guess) : StrictMath.min(limit, guess);
    double gain = events * StrictMath.log(rate / limit) - (rate - limit) * newExposure;
    return new LimitEvidence(above, logE + gain / phi, x + events, exposure + newExposure);
  }
}
