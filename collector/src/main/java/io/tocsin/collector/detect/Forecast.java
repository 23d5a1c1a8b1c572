package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// Every feature from all features, linear: the row before, the mean of the rows before it, a
/// constant (ridge regression). What it cannot foresee is a surprise. Immutable; forecasting
/// allocates nothing.
final class Forecast {
  // Ridge, as a share of the number of rows.
  private static final double RIDGE = 0.01;
  // A feature that was foretold to the last digit is allowed this much, in its deviations.
  private static final double MIN_SCALE = 0.05;
  // Variance, in squared deviations, of a feature that stood still.
  private static final double STILL = 1e-6;

  private final int features;
  // weights[i * features + o]: inputs outermost, so that the inner loop runs along memory.
  private final float[] weights;
  private final float[] scale;
  private final double skill;

  private Forecast(int features, float[] weights, float[] scale, double skill) {
    this.features = features;
    this.weights = weights;
    this.scale = scale;
    this.skill = skill;
  }

  /// @param previous the row before, in deviations
  /// @param recent mean of the rows before
  /// @param out the forecast of each feature
  void of(float[] previous, float[] recent, float[] out) {
    System.arraycopy(weights, 2 * features * features, out, 0, features);
    for (int i = 0; i < features; i++) {
      float a = previous[i];
      float b = recent[i];
      int first = i * features;
      int second = (features + i) * features;
      for (int o = 0; o < features; o++) {
        out[o] += a * weights[first + o] + b * weights[second + o];
      }
    }
  }

  /// Usual size of a residual of the feature, at least 0.05.
  float scale(int j) {
    return scale[j];
  }

  /// Share of the variance that it foresees, 0 to 1: the mean over the features that moved, in the
  /// rows it was fitted on; 0 when none did.
  double skill() {
    return skill;
  }

  void write(DataOutput out) throws IOException {
    Codec.writeFloats(out, weights);
    Codec.writeFloats(out, scale);
    out.writeDouble(skill);
  }

  /// @param knowsSkill whether the skill is in it; without, it is 1
  static Forecast read(DataInput in, int features, boolean knowsSkill) throws IOException {
    float[] weights = Codec.readFloats(in);
    float[] scale = Codec.readFloats(in);
    double skill = knowsSkill ? in.readDouble() : 1;
    if (!(skill >= 0 && skill <= 1)) {
      throw new IOException("a forecast of skill " + skill + ", expected 0 to 1");
    }
    if (weights.length != (2 * features + 1) * features || scale.length != features) {
      throw new IOException("a forecast that does not fit " + features + " features");
    }
    return new Forecast(features, weights, scale, skill);
  }

  /// The normal equations while rows come in.
  static final class Fit {
    private final int features;
    private final int inputs;
    private final double[][] products;
    private final double[][] targets;
    private final double[] squares;
    private final double[] sums;
    private final double[] input;
    private long rows;

    Fit(int features) {
      this.features = features;
      inputs = 2 * features + 1;
      products = new double[inputs][inputs];
      targets = new double[inputs][features];
      squares = new double[features];
      sums = new double[features];
      input = new double[inputs];
      input[inputs - 1] = 1;
    }

    void add(float[] previous, float[] recent, float[] row) {
      for (int j = 0; j < features; j++) {
        input[j] = previous[j];
        input[features + j] = recent[j];
        squares[j] += (double) row[j] * row[j];
        sums[j] += row[j];
      }
      for (int i = 0; i < inputs; i++) {
        double v = input[i];
        double[] product = products[i];
        for (int k = 0; k <= i; k++) {
          product[k] += v * input[k];
        }
        double[] target = targets[i];
        for (int o = 0; o < features; o++) {
          target[o] += v * row[o];
        }
      }
      rows++;
    }

    Forecast solve() {
      double[][] lower = cholesky();
      float[] weights = new float[inputs * features];
      float[] scale = new float[features];
      double[] w = new double[inputs];
      double foreseen = 0;
      int moving = 0;
      for (int o = 0; o < features; o++) {
        solve(lower, o, w);
        for (int i = 0; i < inputs; i++) {
          weights[i * features + o] = (float) w[i];
        }
        scale[o] = (float) Math.max(Math.sqrt(residualVariance(w, o)), MIN_SCALE);
        double mean = sums[o] / rows;
        double variance = squares[o] / rows - mean * mean;
        if (variance > STILL) {
          foreseen += 1 - Math.min(1, (double) scale[o] * scale[o] / variance);
          moving++;
        }
      }
      return new Forecast(features, weights, scale, moving == 0 ? 0 : foreseen / moving);
    }

    private double[][] cholesky() {
      double[][] lower = new double[inputs][inputs];
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k <= i; k++) {
          double sum = products[i][k] + (i == k ? RIDGE * rows : 0);
          for (int m = 0; m < k; m++) {
            sum -= lower[i][m] * lower[k][m];
          }
          lower[i][k] = i == k ? Math.sqrt(sum) : sum / lower[k][k];
        }
      }
      return lower;
    }

    private void solve(double[][] lower, int o, double[] w) {
      for (int i = 0; i < inputs; i++) {
        double sum = targets[i][o];
        for (int k = 0; k < i; k++) {
          sum -= lower[i][k] * w[k];
        }
        w[i] = sum / lower[i][i];
      }
      for (int i = inputs - 1; i >= 0; i--) {
        double sum = w[i];
        for (int k = i + 1; k < inputs; k++) {
          sum -= lower[k][i] * w[k];
        }
        w[i] = sum / lower[i][i];
      }
    }

    // Of target minus forecast, out of the sums of squares alone.
    private double residualVariance(double[] w, int o) {
      double square = squares[o];
      double sum = sums[o];
      for (int i = 0; i < inputs; i++) {
        square -= 2 * w[i] * targets[i][o];
        sum -= w[i] * products[inputs - 1][i];
        double weighted = w[i] * products[i][i];
        for (int k = 0; k < i; k++) {
          weighted += 2 * w[k] * products[i][k];
        }
        square += w[i] * weighted;
      }
      double mean = sum / rows;
      return Math.max(0, square / rows - mean * mean);
    }
  }
}
