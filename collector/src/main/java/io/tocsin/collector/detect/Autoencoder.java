package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.SplittableRandom;

/// A dense autoencoder n > 64 > neck > 64 > n, tanh, linear output (DETECTION.md section 2.6).
/// Immutable once trained; scoring allocates nothing and needs a workspace a thread.
final class Autoencoder {
  static final int LAYERS = 4;
  private static final int HIDDEN = 64;
  private static final int MAX_NECK = 16;

  // weights[l][i * out + o], inputs outermost: the inner loops run along memory.
  final float[][] weights = new float[LAYERS][];
  final float[][] biases = new float[LAYERS][];
  private final int inputs;
  private final int neck;

  private Autoencoder(int inputs, int neck) {
    this.inputs = inputs;
    this.neck = neck;
    for (int l = 0; l < LAYERS; l++) {
      weights[l] = new float[width(l) * width(l + 1)];
      biases[l] = new float[width(l + 1)];
    }
  }

  /// Weights drawn uniformly after Glorot and Bengio 2010.
  static Autoencoder untrained(int inputs, SplittableRandom random) {
    Autoencoder net = new Autoencoder(inputs, Math.clamp(inputs / 6, 1, MAX_NECK));
    for (int l = 0; l < LAYERS; l++) {
      double bound = Math.sqrt(6.0 / (net.width(l) + net.width(l + 1)));
      for (int i = 0; i < net.weights[l].length; i++) {
        net.weights[l][i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
    }
    return net;
  }

  /// Width of layer boundary `l`, 0 (input) to 4 (output).
  int width(int l) {
    return switch (l) {
      case 0, LAYERS -> inputs;
      case 2 -> neck;
      default -> HIDDEN;
    };
  }

  Workspace workspace() {
    return new Workspace(this);
  }

  /// Mean squared error of the reconstruction of `x`, in squared deviations; what was reconstructed
  /// stays in the workspace.
  double score(float[] x, Workspace work) {
    float[] y = forward(x, work);
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      double e = (double) x[i] - y[i];
      sum += e * e;
    }
    return sum / inputs;
  }

  float[] forward(float[] x, Workspace work) {
    float[] in = x;
    for (int l = 0; l < LAYERS; l++) {
      float[] out = work.activations[l];
      double[] sums = work.sums[l];
      float[] bias = biases[l];
      for (int o = 0; o < sums.length; o++) {
        sums[o] = bias[o];
      }
      add(in, weights[l], sums);
      for (int o = 0; o < out.length; o++) {
        out[o] = (float) sums[o];
      }
      if (l < LAYERS - 1) {
        for (int o = 0; o < out.length; o++) {
          out[o] = tanh(out[o]);
        }
      }
      in = out;
    }
    return in;
  }

  /// Adds `in` times a matrix to `out`; the row of input i begins at i * out.length. Four inputs a
  /// turn and one output a lane: the sum of an output is in one order on every machine. The sums
  /// are doubles, since the compiler runs lanes only where what is written cannot be what is read.
  static void add(float[] in, float[] matrix, double[] out) {
    int width = out.length;
    int i = 0;
    for (; i + 4 <= in.length; i += 4) {
      double a = in[i];
      double b = in[i + 1];
      double c = in[i + 2];
      double d = in[i + 3];
      int first = i * width;
      int second = first + width;
      int third = second + width;
      int fourth = third + width;
      for (int o = 0; o < width; o++) {
        out[o] +=
            a * matrix[first + o]
                + b * matrix[second + o]
                + c * matrix[third + o]
                + d * matrix[fourth + o];
      }
    }
    for (; i < in.length; i++) {
      double v = in[i];
      int row = i * width;
      for (int o = 0; o < width; o++) {
        out[o] += v * matrix[row + o];
      }
    }
  }

  /// Within 1e-6 of the hyperbolic tangent, by arithmetic alone: equal on every machine, and many
  /// times faster than `StrictMath`. A rational minimax approximation (that of the Eigen library).
  static float tanh(float v) {
    float x = Math.min(Math.max(v, -7.90531f), 7.90531f);
    float y = x * x;
    float p = -2.7607684e-16f;
    p = p * y + 2.000188e-13f;
    p = p * y - 8.604672e-11f;
    p = p * y + 5.1222973e-8f;
    p = p * y + 1.48572235e-5f;
    p = p * y + 6.3726195e-4f;
    p = p * y + 4.8935246e-3f;
    float q = 1.1982584e-6f;
    q = q * y + 1.1853471e-4f;
    q = q * y + 2.2684347e-3f;
    q = q * y + 4.893525e-3f;
    return x * p / q;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(inputs);
    out.writeInt(neck);
    for (int l = 0; l < LAYERS; l++) {
      Codec.writeFloats(out, weights[l]);
      Codec.writeFloats(out, biases[l]);
    }
  }

  static Autoencoder read(DataInput in) throws IOException {
    int inputs = in.readInt();
    int neck = in.readInt();
    if (inputs < 1 || inputs > 1 << 16 || neck < 1 || neck > MAX_NECK) {
      throw new IOException("an autoencoder of " + inputs + " inputs and neck " + neck);
    }
    Autoencoder net = new Autoencoder(inputs, neck);
    for (int l = 0; l < LAYERS; l++) {
      net.weights[l] = Codec.readFloats(in);
      net.biases[l] = Codec.readFloats(in);
      if (net.weights[l].length != net.width(l) * net.width(l + 1)
          || net.biases[l].length != net.width(l + 1)) {
        throw new IOException("layer " + l + " does not fit " + inputs + " inputs");
      }
    }
    return net;
  }

  /// Activations of each layer. Confined to one thread.
  static final class Workspace {
    final float[][] activations = new float[LAYERS][];
    private final double[][] sums = new double[LAYERS][];

    private Workspace(Autoencoder net) {
      for (int l = 0; l < LAYERS; l++) {
        activations[l] = new float[net.width(l + 1)];
        sums[l] = new double[net.width(l + 1)];
      }
    }

    /// What the network made of the last row.
    float[] reconstruction() {
      return activations[LAYERS - 1];
    }
  }
}
