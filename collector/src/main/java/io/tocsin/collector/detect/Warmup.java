package io.tocsin.collector.detect;

import java.nio.ByteBuffer;
import java.util.List;

/// Running estimates of one series before the first fit. Mutable; 40 bytes a feature. Mean and
/// variance by Welford's method.
final class Warmup {
  private static final int MIN_ROWS = 30;
  private static final int FIELDS = 5;
  private static final int COUNT = 0;
  private static final int MEAN = 1;
  private static final int SQUARES = 2;
  private static final int LEAST = 3;
  private static final int LARGEST = 4;

  // Feature k of the detector's list of names has its five numbers at 5 k.
  private final double[] state = new double[FIELDS * FeatureSchema.MAX];

  /// Deviations from what was seen so far, 0 where missing or seen less than 30 times.
  float[] deviations(List<String> names, double[] x, double windowSeconds) {
    int requests = names.indexOf(Features.REQUESTS);
    double rate = requests < 0 ? 0 : state[FIELDS * requests + MEAN];
    float[] deviations = new float[x.length];
    for (int k = 0; k < x.length; k++) {
      int at = FIELDS * k;
      double n = state[at + COUNT];
      if (Double.isNaN(x[k]) || n < MIN_ROWS) {
        continue;
      }
      double least = state[at + LEAST];
      double largest = state[at + LARGEST];
      double floor =
          Math.max(0.05 * (largest - least), 0.01 * Math.max(Math.abs(least), Math.abs(largest)));
      floor = floor > 0 ? floor : 0.01;
      floor = Math.max(floor, Features.floor(names.get(k), windowSeconds, rate));
      double deviation = Math.max(Math.sqrt(state[at + SQUARES] / n), floor);
      double z = (x[k] - state[at + MEAN]) / deviation;
      deviations[k] = (float) Math.clamp(z, -Lens.CUT, Lens.CUT);
    }
    return deviations;
  }

  void learn(double[] x) {
    for (int k = 0; k < x.length; k++) {
      if (Double.isNaN(x[k])) {
        continue;
      }
      int at = FIELDS * k;
      boolean first = state[at + COUNT] == 0;
      double error = x[k] - state[at + MEAN];
      state[at + COUNT]++;
      state[at + MEAN] += error / state[at + COUNT];
      state[at + SQUARES] += error * (x[k] - state[at + MEAN]);
      state[at + LEAST] = first ? x[k] : Math.min(state[at + LEAST], x[k]);
      state[at + LARGEST] = first ? x[k] : Math.max(state[at + LARGEST], x[k]);
    }
  }

  double least(int k) {
    return state[FIELDS * k + LEAST];
  }

  double largest(int k) {
    return state[FIELDS * k + LARGEST];
  }

  /// Of the first `features` features.
  byte[] encode(int features) {
    ByteBuffer out = ByteBuffer.allocate(features * FIELDS * Double.BYTES);
    for (int i = 0; i < features * FIELDS; i++) {
      out.putDouble(state[i]);
    }
    return out.array();
  }

  static Warmup decode(byte[] bytes) {
    Warmup warmup = new Warmup();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int i = 0; in.hasRemaining(); i++) {
      warmup.state[i] = in.getDouble();
    }
    return warmup;
  }
}
