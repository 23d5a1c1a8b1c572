package io.tocsin.collector.detect;

import java.util.Arrays;

/// How seldom the combined score of one series peaks so high in normal running: a generalised
/// Pareto tail above the median of the peaks, from rows that no model was fitted on.
///
/// @param median of the peaks, in units of [Score#surprise]
/// @param meanExcess of the peaks above it; > 0
/// @param shape of the tail, -0.5 to 0: 0 is exponential, below it the tail ends
/// @param stretchHours length of the stretch that a peak stands for; > 0
public record SurpriseTail(double median, double meanExcess, double shape, double stretchHours) {
  // Were the combination of views exactly what it claims, a decade would be ten times rarer.
  private static final double EXACT = 1 / StrictMath.log(10);
  private static final int EXACT_WEIGHT = 5;
  // A rarity is cut where views can no longer tell, so the tail is lighter than exponential. A few
  // peaks cannot show it: the shape then stays near 0, which asks for more before it alarms.
  private static final double SHAPE = -0.4;
  private static final int SHAPE_WEIGHT = 20;
  private static final double EXPONENTIAL = 1e-9;

  public SurpriseTail {
    if (!(meanExcess > 0) || !(shape >= -0.5 && shape <= 0) || !(stretchHours > 0)) {
      throw new IllegalArgumentException(
          "mean excess %s, shape %s, stretch %s hours".formatted(meanExcess, shape, stretchHours));
    }
  }

  static SurpriseTail fit(double[] peaks, double stretchHours) {
    double[] sorted = peaks.clone();
    Arrays.sort(sorted);
    int k = sorted.length / 2;
    int above = sorted.length - k;
    double sum = EXACT_WEIGHT * EXACT;
    for (int i = k; i < sorted.length; i++) {
      sum += sorted[i] - sorted[k];
    }
    return new SurpriseTail(
        sorted[k],
        sum / (EXACT_WEIGHT + above),
        SHAPE * above / (above + SHAPE_WEIGHT),
        stretchHours);
  }

  /// Passes an hour that normal running makes of `surprise`; half of the stretches reach the
  /// median. 0 beyond the end of the tail.
  public double perHour(double surprise) {
    double excess = (surprise - median) / scale();
    double share =
        shape > -EXPONENTIAL || excess <= 0
            ? StrictMath.exp(-excess)
            : StrictMath.pow(Math.max(0, 1 + shape * excess), -1 / shape);
    return 0.5 / stretchHours * share;
  }

  /// The surprise that normal running passes `perHour` times an hour.
  public double level(double perHour) {
    double log = StrictMath.log(0.5 / stretchHours / perHour);
    double excess =
        shape > -EXPONENTIAL || log <= 0 ? log : (1 - StrictMath.exp(shape * log)) / -shape;
    return median + scale() * excess;
  }

  // Of a generalised Pareto distribution of that mean.
  private double scale() {
    return meanExcess * (1 - shape);
  }
}
