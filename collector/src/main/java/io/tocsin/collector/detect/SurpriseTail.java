package io.tocsin.collector.detect;

import java.util.Arrays;

/// How seldom the combined score of one series peaks so high in normal running: an exponential tail
/// above the median of the peaks, from rows that no model was fitted on.
///
/// @param median of the peaks, in units of [Score#surprise]
/// @param meanExcess of the peaks above it; > 0
/// @param stretchHours length of the stretch that a peak stands for; > 0
public record SurpriseTail(double median, double meanExcess, double stretchHours) {
  // Were the combination of views exactly what it claims, a decade would be ten times rarer.
  private static final double EXACT = 1 / StrictMath.log(10);
  private static final int EXACT_WEIGHT = 5;

  public SurpriseTail {
    if (!(meanExcess > 0) || !(stretchHours > 0)) {
      throw new IllegalArgumentException(
          "mean excess %s, stretch %s hours".formatted(meanExcess, stretchHours));
    }
  }

  static SurpriseTail fit(double[] peaks, double stretchHours) {
    double[] sorted = peaks.clone();
    Arrays.sort(sorted);
    int k = sorted.length / 2;
    double sum = EXACT_WEIGHT * EXACT;
    for (int i = k; i < sorted.length; i++) {
      sum += sorted[i] - sorted[k];
    }
    return new SurpriseTail(sorted[k], sum / (EXACT_WEIGHT + sorted.length - k), stretchHours);
  }

  /// Passes an hour that normal running makes of `surprise`; half of the stretches reach the
  /// median.
  public double perHour(double surprise) {
    return 0.5 / stretchHours * StrictMath.exp((median - surprise) / meanExcess);
  }

  /// The surprise that normal running passes `perHour` times an hour.
  public double level(double perHour) {
    return median + meanExcess * StrictMath.log(0.5 / stretchHours / perHour);
  }
}
