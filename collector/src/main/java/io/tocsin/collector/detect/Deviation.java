package io.tocsin.collector.detect;

import java.nio.ByteBuffer;

/// How far each feature of one series is from where it should be, and the short-term statistics of
/// that. Mutable; about 2 kB at 64 features.
///
/// A deviation is granted only where a fixed and a following baseline agree in sign, and then the
/// smaller one: drift does not alarm for ever, and an incident is not learnt in an hour
/// (DETECTION.md section 1).
final class Deviation {
  /// Beyond this a deviation says no more.
  static final double CUT = 30;

  /// Statistics of each feature: the value; mean and deviation over the short and the long span.
  static final int STATISTICS = 5;

  // How far one window may pull the following baseline, in its own deviations.
  private static final double WINSOR = 3;

  private final double[] mean;
  private final double[] variance;
  // Exponential means of the deviation and of its square over the two spans.
  private final float[] shortMean;
  private final float[] shortSquare;
  private final float[] longMean;
  private final float[] longSquare;
  private int rows;

  private final double[] agreed;

  Deviation(Scaling scaling) {
    int d = scaling.mean().length;
    mean = scaling.mean().clone();
    variance = new double[d];
    for (int j = 0; j < d; j++) {
      variance[j] = scaling.deviation()[j] * scaling.deviation()[j];
    }
    shortMean = new float[d];
    shortSquare = new float[d];
    longMean = new float[d];
    longSquare = new float[d];
    agreed = new double[d];
  }

  /// Takes over what `old` knows of a feature, so that a refit does not forget where things
  /// drifted.
  void inherit(int j, Deviation old, int k, double floor) {
    mean[j] = old.mean[k];
    variance[j] = Math.max(old.variance[k], floor * floor);
    shortMean[j] = old.shortMean[k];
    shortSquare[j] = old.shortSquare[k];
    longMean[j] = old.longMean[k];
    longSquare[j] = old.longSquare[k];
    rows = old.rows;
  }

  /// Scores a row, then learns from it.
  ///
  /// @param x in the order of the schema; NaN is missing: its median stands in, and is not learnt
  /// @param learn whether the following baseline may move
  void advance(double[] x, Scaling scaling, DetectConfig config, boolean learn) {
    double follow = (double) config.windowMillis() / config.followMillis();
    double fast = weight(config.shortMillis(), config.windowMillis());
    double slow = weight(config.longMillis(), config.windowMillis());
    for (int j = 0; j < x.length; j++) {
      boolean missing = Double.isNaN(x[j]);
      double value = missing ? scaling.median()[j] : x[j];
      double fixed = (value - scaling.mean()[j]) / scaling.deviation()[j];
      double spread = Math.sqrt(variance[j]);
      double error = value - mean[j];
      double y = agree(fixed, error / spread);
      agreed[j] = y;
      shortMean[j] += (float) (fast * (y - shortMean[j]));
      shortSquare[j] += (float) (fast * (y * y - shortSquare[j]));
      longMean[j] += (float) (slow * (y - longMean[j]));
      longSquare[j] += (float) (slow * (y * y - longSquare[j]));
      if (learn && !missing) {
        double e = Math.clamp(error, -WINSOR * spread, WINSOR * spread);
        double floor = scaling.floor()[j];
        mean[j] += follow * e;
        variance[j] = Math.max(variance[j] + follow * (e * e - variance[j]), floor * floor);
      }
    }
    rows = Math.min(rows + 1, Integer.MAX_VALUE - 1);
  }

  /// Of the last row, cut to +-30; the caller does not change it.
  double[] agreed() {
    return agreed;
  }

  /// Mean of the three largest deviations of the last row.
  double strength() {
    return topThree(agreed);
  }

  /// Writes the short-term statistics of the last row; statistic k of feature j goes to
  /// `out[position[k * d + j]]`.
  void statistics(float[] out, int[] position) {
    int d = agreed.length;
    for (int j = 0; j < d; j++) {
      out[position[j]] = (float) agreed[j];
      out[position[d + j]] = shortMean[j];
      out[position[2 * d + j]] = spread(shortMean[j], shortSquare[j]);
      out[position[3 * d + j]] = longMean[j];
      out[position[4 * d + j]] = spread(longMean[j], longSquare[j]);
    }
  }

  static double topThree(double[] deviations) {
    double first = 0;
    double second = 0;
    double third = 0;
    for (double deviation : deviations) {
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

  byte[] encode() {
    int d = mean.length;
    ByteBuffer out = ByteBuffer.allocate(d * (2 * Double.BYTES + 4 * Float.BYTES) + Integer.BYTES);
    out.putInt(rows);
    for (int j = 0; j < d; j++) {
      out.putDouble(mean[j]).putDouble(variance[j]);
      out.putFloat(shortMean[j]).putFloat(shortSquare[j]);
      out.putFloat(longMean[j]).putFloat(longSquare[j]);
    }
    return out.array();
  }

  static Deviation decode(byte[] bytes, Scaling scaling) {
    Deviation deviation = new Deviation(scaling);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    deviation.rows = in.getInt();
    for (int j = 0; j < deviation.mean.length; j++) {
      deviation.mean[j] = in.getDouble();
      deviation.variance[j] = in.getDouble();
      deviation.shortMean[j] = in.getFloat();
      deviation.shortSquare[j] = in.getFloat();
      deviation.longMean[j] = in.getFloat();
      deviation.longSquare[j] = in.getFloat();
    }
    return deviation;
  }

  private static double agree(double fixed, double following) {
    if (fixed * following <= 0) {
      return 0;
    }
    double smaller = Math.min(Math.min(Math.abs(fixed), Math.abs(following)), CUT);
    return StrictMath.copySign(smaller, fixed);
  }

  // 2 / (k + 1) has the mean age of a plain mean over k rows; a plain mean while there are fewer.
  private double weight(long spanMillis, long windowMillis) {
    double k = (double) spanMillis / windowMillis;
    return Math.max(2 / (k + 1), 1.0 / (rows + 1));
  }

  private static float spread(float mean, float square) {
    return (float) Math.sqrt(Math.max(0, (double) square - (double) mean * mean));
  }
}
