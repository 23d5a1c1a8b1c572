package io.tocsin.collector.detect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the views measure in a row of one series. Deviation is granted only where a fixed and a
/// following baseline agree in sign, and then the smaller one: drift does not alarm for ever, and
/// an incident is not learnt in an hour (DETECTION.md section 1). Allocates nothing a row; confined
/// to one thread.
final class Lens {
  /// Beyond this a deviation says no more.
  static final float CUT = 30;

  private static final List<String> SPANS =
      List.of("", " (short mean)", " (short spread)", " (long mean)", " (long spread)");
  // What the forecast looks at, and what it may be wrong by, in deviations.
  private static final double FORECAST_CUT = 10;
  private static final double RESIDUAL_FLOOR = 0.5;
  // Beyond this the slow memory counts deviations by their logarithm.
  private static final double SOFT = 5;

  private final Pace pace;
  private final int d;
  private final Projection projection;
  private final double[] z;
  private final float[] row;
  private final float[] agreed;
  private final float[] softened;
  private final float[] foretold;
  private final float[] residuals;
  private final float[] slowStatistics;
  private final float[] fastStatistics;
  private final float[] slowPlace;
  private final float[] fastPlace;

  /// @param d features
  Lens(int d, DetectConfig config) {
    this.d = d;
    pace = Pace.of(config);
    projection = Projection.of(ShortTerm.STATISTICS * d);
    z = new double[d];
    row = new float[d];
    agreed = new float[d];
    softened = new float[d];
    foretold = new float[d];
    residuals = new float[d];
    slowStatistics = new float[ShortTerm.STATISTICS * d];
    fastStatistics = new float[ShortTerm.STATISTICS * d];
    slowPlace = new float[projection.outputs()];
    fastPlace = new float[projection.outputs()];
  }

  /// Names of the short-term statistics; statistic k of feature j stands at k * d + j.
  static String[] names(FeatureSchema schema) {
    int d = schema.size();
    String[] names = new String[ShortTerm.STATISTICS * d];
    for (int k = 0; k < ShortTerm.STATISTICS; k++) {
      for (int j = 0; j < d; j++) {
        names[k * d + j] = schema.names().get(j) + SPANS.get(k);
      }
    }
    return names;
  }

  /// Looks at a row, and moves the series on.
  ///
  /// @param x in the order of the schema; NaN is missing: its median stands in, and is not learnt
  /// @param forecast null while it is being fitted
  /// @param learn whether baselines may move
  void look(
      Series series, Scaling scaling, double[] x, @Nullable Forecast forecast, boolean learn) {
    Follower slow = series.slow;
    for (int j = 0; j < d; j++) {
      boolean missing = Double.isNaN(x[j]);
      double value = missing ? scaling.median()[j] : x[j];
      double fixed = (value - scaling.mean()[j]) / scaling.deviation()[j];
      z[j] = fixed;
      row[j] = (float) Math.clamp(fixed, -FORECAST_CUT, FORECAST_CUT);
      agreed[j] = (float) agree(fixed, series.fast.deviation(j, fixed), CUT);
      double floor = scaling.floor()[j] / scaling.deviation()[j];
      boolean learnt = learn && !missing;
      if (learnt) {
        series.fast.learn(j, fixed, pace.fast(), floor);
      }
      if (slow != null) {
        softened[j] = (float) soften(agree(fixed, slow.deviation(j, fixed), Double.MAX_VALUE));
        if (learnt) {
          slow.learn(j, fixed, pace.slow(), floor);
        }
      }
    }
    float shortWeight = pace.shortTerm(series.rows);
    float longWeight = pace.longTerm(series.rows);
    series.fastTerm.advance(agreed, shortWeight, longWeight, fastStatistics);
    projection.apply(fastStatistics, fastPlace);
    if (series.slowTerm != null) {
      series.slowTerm.advance(softened, shortWeight, longWeight, slowStatistics);
      projection.apply(slowStatistics, slowPlace);
    }
    if (series.rows == 0) {
      System.arraycopy(row, 0, series.previous, 0, d);
      System.arraycopy(row, 0, series.recent, 0, d);
    }
    if (forecast != null) {
      surprise(series, forecast, learn);
    }
  }

  /// Ends a row: what it was is the past of the next one.
  void done(Series series) {
    float weight = pace.shortTerm(series.rows);
    for (int j = 0; j < d; j++) {
      series.previous[j] = row[j];
      series.recent[j] += weight * (row[j] - series.recent[j]);
    }
    series.rows = Math.min(series.rows + 1, Integer.MAX_VALUE - 1);
  }

  private void surprise(Series series, Forecast forecast, boolean learn) {
    forecast.of(series.previous, series.recent, foretold);
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double off = (z[j] - foretold[j]) / forecast.scale(j);
      double r = agree(off, series.residual.deviation(j, off), FORECAST_CUT);
      residuals[j] = (float) r;
      sum += r * r;
      if (learn) {
        series.residual.learn(j, off, pace.residual(), RESIDUAL_FLOOR);
      }
    }
    float surprise = (float) (sum / d);
    series.surprise +=
        series.rows == 0
            ? surprise - series.surprise
            : pace.surprise() * (surprise - series.surprise);
  }

  /// What the forecast looks at: the row, in cut deviations.
  float[] row() {
    return row;
  }

  /// Of the row looked at last, cut to +-30; the caller does not change it.
  float[] agreed() {
    return agreed;
  }

  /// What the forecast did not foresee, in the size of its usual errors.
  float[] residuals() {
    return residuals;
  }

  /// Short-term statistics of the row looked at last, as [#names] says.
  float[] statistics() {
    return fastStatistics;
  }

  /// Size of feature j's short-term statistics: how far it has been from normal, now and lately.
  double strayed(int j) {
    double sum = 0;
    for (int k = 0; k < ShortTerm.STATISTICS; k++) {
      double s = fastStatistics[k * d + j];
      sum += s * s;
    }
    return Math.sqrt(sum);
  }

  float[] slowPlace() {
    return slowPlace;
  }

  float[] fastPlace() {
    return fastPlace;
  }

  double meanSquareResidual() {
    double sum = 0;
    for (float r : residuals) {
      sum += (double) r * r;
    }
    return sum / d;
  }

  /// Mean of the three largest deviations.
  static double topThree(float[] deviations) {
    double first = 0;
    double second = 0;
    double third = 0;
    for (float deviation : deviations) {
      double a = Math.min(Math.abs(deviation), CUT);
      if (a > first) {
        third = second;
        second = first;
        first = a;
      } else if (a > second) {
        third = second;
        second = a;
      } else if (a > third) {
        third = a;
      }
    }
    return (first + second + third) / Math.min(3, deviations.length);
  }

  private static double agree(double fixed, double following, double cut) {
    if (fixed * following <= 0) {
      return 0;
    }
    double smaller = Math.min(Math.min(Math.abs(fixed), Math.abs(following)), cut);
    return Math.copySign(smaller, fixed);
  }

  private static double soften(double y) {
    double a = Math.abs(y);
    return a <= SOFT ? y : Math.copySign(SOFT + SOFT * StrictMath.log(a / SOFT), y);
  }
}
