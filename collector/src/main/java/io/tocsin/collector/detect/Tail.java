package io.tocsin.collector.detect;

import java.util.Arrays;

/// How seldom the peak of a stretch of normal running reaches a value: a Pareto tail (Hill 1975)
/// from the upper 30 % of the peaks.
///
/// @param start of the tail, which 30 % of the peaks reach; > 0
/// @param shape mean of ln(peak / start) over the tail; > 0
record Tail(double start, double shape) {
  static final double LEAST = -5;
  static final double MOST = 12;

  private static final double UPPER = 0.3;
  private static final double MIN_SHAPE = 0.02;
  private static final double LN10 = StrictMath.log(10);
  // A short calibration has three or four peaks in its tail, and they may happen to be alike: then
  // every value above them would be a wonder. So the guess counts as five peaks.
  private static final int GUESS_WEIGHT = 5;

  /// @param peaks > 0
  /// @param least the smallest peak that there may be; where the tail starts when there is none
  /// @param guess the shape believed in before there are peaks
  static Tail fit(double[] peaks, double least, double guess) {
    if (peaks.length == 0) {
      return new Tail(Math.max(least, 1e-9), guess);
    }
    double[] sorted = peaks.clone();
    Arrays.sort(sorted);
    int k = (int) ((1 - UPPER) * sorted.length);
    double start = Math.max(sorted[k], 1e-9);
    double sum = GUESS_WEIGHT * guess;
    for (int i = k; i < sorted.length; i++) {
      sum += StrictMath.log(Math.max(sorted[i], start) / start);
    }
    return new Tail(start, Math.max(sum / (GUESS_WEIGHT + sorted.length - k), MIN_SHAPE));
  }

  /// Minus the decimal logarithm of the share of stretches whose peak reaches `value`, -5 to 12.
  double rarity(double value) {
    double ratio = StrictMath.log(Math.max(value, 1e-9) / start);
    return Math.clamp(ratio / (shape * LN10) - StrictMath.log10(UPPER), LEAST, MOST);
  }
}
