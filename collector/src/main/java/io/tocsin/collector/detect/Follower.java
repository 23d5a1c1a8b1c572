package io.tocsin.collector.detect;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A mean and a variance of each feature that follow what is seen. Mutable; 8 bytes a feature.
///
/// Values come in units of the feature's fixed deviation: a follower over days then still moves in
/// single precision.
final class Follower {
  static final int BYTES = 2 * Float.BYTES;

  // How far one row may pull, in the follower's own deviations.
  private static final double WINSOR = 3;

  private final float[] mean;
  private final float[] variance;

  Follower(int features) {
    mean = new float[features];
    variance = new float[features];
    Arrays.fill(variance, 1);
  }

  /// How far `z` is from where it has been of late, in deviations of late.
  double deviation(int j, double z) {
    return (z - mean[j]) / Math.sqrt(variance[j]);
  }

  /// @param weight of one row, 0 to 1
  /// @param floor of the deviation
  void learn(int j, double z, double weight, double floor) {
    double reach = WINSOR * Math.sqrt(variance[j]);
    double error = Math.clamp(z - mean[j], -reach, reach);
    mean[j] += (float) (weight * error);
    double moved = variance[j] + weight * (error * error - variance[j]);
    variance[j] = (float) Math.max(moved, floor * floor);
  }

  /// Takes over what `old` knows of a feature, now measured from `origin` in units of `unit` (both
  /// in the old units).
  void inherit(int j, Follower old, int k, double origin, double unit, double floor) {
    mean[j] = (float) ((old.mean[k] - origin) / unit);
    variance[j] = (float) Math.max(old.variance[k] / (unit * unit), floor * floor);
  }

  void write(ByteBuffer out) {
    for (int j = 0; j < mean.length; j++) {
      out.putFloat(mean[j]).putFloat(variance[j]);
    }
  }

  void read(ByteBuffer in) {
    for (int j = 0; j < mean.length; j++) {
      mean[j] = in.getFloat();
      variance[j] = in.getFloat();
    }
  }
}
