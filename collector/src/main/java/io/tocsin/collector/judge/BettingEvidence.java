package io.tocsin.collector.judge;

/// Betting that bounded differences have a mean above zero (Waudby-Smith and Ramdas, arXiv
/// 2010.09686; STATISTICS items 3 and 6). The bet rests on past differences only.
///
/// @param logE natural logarithm of the wealth
/// @param total of the differences so far
/// @param square of their deviations so far, with a prior of a quarter
/// @param count of differences, with a prior of one
record BettingEvidence(double logE, double total, double square, double count) {
  static final BettingEvidence NONE = new BettingEvidence(0, 0, 0.25, 1);

  /// Bets a little before it has seen anything: what is harmful shows from the first window.
  static final BettingEvidence EAGER = new BettingEvidence(0, 0.1, 0.25, 1);

  /// @param difference in -1 to 1
  /// @param cap largest share of the wealth at stake, below 1
  BettingEvidence next(double difference, double cap) {
    return next(difference, cap, 1);
  }

  /// The same, and what is long past is forgotten: what begins late is bet on as soon as what
  /// begins at once. A bet may rest on any part of the past.
  ///
  /// @param keep weight of the past against the newest difference, above 0, at most 1
  BettingEvidence next(double difference, double cap, double keep) {
    double mean = total / count;
    double bet = mean / (square / count + mean * mean + 1e-9);
    bet = StrictMath.min(StrictMath.max(bet, 0), cap);
    double deviation = difference - mean;
    return new BettingEvidence(
        logE + StrictMath.log1p(bet * difference),
        keep * total + difference,
        keep * square + deviation * deviation,
        keep * count + 1);
  }

  static double clip(double difference) {
    return StrictMath.min(StrictMath.max(difference, -1), 1);
  }
}
