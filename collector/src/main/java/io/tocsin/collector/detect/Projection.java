package io.tocsin.collector.detect;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Many statistics made few, distances nearly kept: a matrix of signs over the root of their number
/// (Achlioptas 2003), the same on every machine. Up to 32 inputs stay as they are. Immutable; safe
/// for use by many threads.
final class Projection {
  static final int MOST = 32;

  private static final Map<Integer, Projection> BY_INPUTS = new ConcurrentHashMap<>();

  private final int inputs;
  private final float[] matrix;

  private Projection(int inputs) {
    this.inputs = inputs;
    matrix = new float[inputs > MOST ? inputs * MOST : 0];
    float unit = (float) (1 / Math.sqrt(MOST));
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = mix(i + 1) < 0 ? unit : -unit;
    }
  }

  static Projection of(int inputs) {
    return BY_INPUTS.computeIfAbsent(inputs, Projection::new);
  }

  /// Numbers that come out.
  int outputs() {
    return Math.min(inputs, MOST);
  }

  void apply(float[] x, float[] out) {
    if (inputs <= MOST) {
      System.arraycopy(x, 0, out, 0, inputs);
      return;
    }
    Arrays.fill(out, 0);
    for (int i = 0; i < inputs; i++) {
      float v = x[i];
      int row = i * MOST;
      for (int o = 0; o < MOST; o++) {
        out[o] += v * matrix[row + o];
      }
    }
  }

  // SplitMix64 (Steele, Lea and Flood 2014) of a position.
  private static long mix(long position) {
    long h = position * 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }
}
