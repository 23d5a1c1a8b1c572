package io.tocsin.collector.detect;

import java.nio.ByteBuffer;

/// Exponential means of each feature's deviation, and of its square, over two spans. Mutable; 16
/// bytes a feature. Plain means over a span would keep its windows.
final class ShortTerm {
  static final int BYTES = 4 * Float.BYTES;

  /// Statistics of each feature: the value; mean and deviation over the short and the long span.
  static final int STATISTICS = 5;

  private final float[] shortMean;
  private final float[] shortSquare;
  private final float[] longMean;
  private final float[] longSquare;

  ShortTerm(int features) {
    shortMean = new float[features];
    shortSquare = new float[features];
    longMean = new float[features];
    longSquare = new float[features];
  }

  /// Takes a row in and writes its statistics; statistic k of feature j goes to `out[k * d + j]`.
  ///
  /// @param fast weight of a row in the means over the short span
  /// @param slow over the long one
  void advance(float[] y, float fast, float slow, float[] out) {
    int d = y.length;
    for (int j = 0; j < d; j++) {
      float v = y[j];
      float square = v * v;
      shortMean[j] += fast * (v - shortMean[j]);
      shortSquare[j] += fast * (square - shortSquare[j]);
      longMean[j] += slow * (v - longMean[j]);
      longSquare[j] += slow * (square - longSquare[j]);
      out[j] = v;
      out[d + j] = shortMean[j];
      out[2 * d + j] = spread(shortMean[j], shortSquare[j]);
      out[3 * d + j] = longMean[j];
      out[4 * d + j] = spread(longMean[j], longSquare[j]);
    }
  }

  void inherit(int j, ShortTerm old, int k) {
    shortMean[j] = old.shortMean[k];
    shortSquare[j] = old.shortSquare[k];
    longMean[j] = old.longMean[k];
    longSquare[j] = old.longSquare[k];
  }

  void write(ByteBuffer out) {
    for (int j = 0; j < shortMean.length; j++) {
      out.putFloat(shortMean[j]).putFloat(shortSquare[j]);
      out.putFloat(longMean[j]).putFloat(longSquare[j]);
    }
  }

  void read(ByteBuffer in) {
    for (int j = 0; j < shortMean.length; j++) {
      shortMean[j] = in.getFloat();
      shortSquare[j] = in.getFloat();
      longMean[j] = in.getFloat();
      longSquare[j] = in.getFloat();
    }
  }

  private static float spread(float mean, float square) {
    return (float) Math.sqrt(Math.max(0, square - mean * mean));
  }
}
