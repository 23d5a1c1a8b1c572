package io.tocsin.collector.detect;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Trains an autoencoder: mini-batches, squared error, L2, Adam (Kingma and Ba 2015). Our own Adam,
/// since Tribuo 4.3.2 multiplies by the root of the second moment where it should divide. Sums run
/// in one order on one thread, so the same rows and seed give the same weights bit for bit.
final class AutoencoderFit {
  private static final int MAX_BATCH = 256;
  private static final float L2 = 1e-4f;
  private static final float RATE = 1e-3f;
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private static final int LAST = Autoencoder.LAYERS - 1;
  // Rows a turn: a gradient is loaded and stored once for all of them.
  private static final int GROUP = 4;

  private final Autoencoder net;
  private final Autoencoder.Workspace[] work = new Autoencoder.Workspace[GROUP];
  private final float[][] inputs = new float[GROUP][];
  private final float[][][] deltas = new float[GROUP][Autoencoder.LAYERS][];
  private final float[][] transposed = new float[Autoencoder.LAYERS][];
  private final double[][] errors = new double[Autoencoder.LAYERS][];
  private final Parameters[] parameters = new Parameters[2 * Autoencoder.LAYERS];

  private AutoencoderFit(Autoencoder net) {
    this.net = net;
    for (int l = 0; l < Autoencoder.LAYERS; l++) {
      parameters[2 * l] = new Parameters(net.weights[l], L2);
      parameters[2 * l + 1] = new Parameters(net.biases[l], 0);
      errors[l] = new double[net.width(l)];
      transposed[l] = new float[net.weights[l].length];
      for (int r = 0; r < GROUP; r++) {
        deltas[r][l] = new float[net.width(l + 1)];
      }
    }
    for (int r = 0; r < GROUP; r++) {
      work[r] = net.workspace();
      inputs[r] = new float[net.width(0)];
    }
  }

  /// @param rows at least one, of equal length
  /// @param steps of the optimiser; each sees an eighth of the rows, 256 at most
  static Autoencoder fit(float[][] rows, int steps, SplittableRandom random) {
    Autoencoder net = Autoencoder.untrained(rows[0].length, random);
    AutoencoderFit fit = new AutoencoderFit(net);
    int batch = Math.clamp(rows.length / 8, 1, MAX_BATCH);
    int[] order = new int[rows.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int next = order.length;
    for (int step = 1; step <= steps; step++) {
      if (next + batch > order.length) {
        for (int i = order.length - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int other = order[i];
          order[i] = order[j];
          order[j] = other;
        }
        next = 0;
      }
      fit.transpose();
      for (int i = 0; i < batch; i += GROUP) {
        fit.accumulate(rows, order, next + i, Math.min(GROUP, batch - i));
      }
      next += batch;
      fit.step(step, batch);
    }
    return net;
  }

  /// Adds the gradient of a few rows; what is left of a batch is fewer.
  private void accumulate(float[][] rows, int[] order, int from, int count) {
    for (int r = 0; r < GROUP; r++) {
      if (r >= count) {
        for (float[] delta : deltas[r]) {
          Arrays.fill(delta, 0);
        }
        continue;
      }
      float[] x = rows[order[from + r]];
      inputs[r] = x;
      float[] y = net.forward(x, work[r]);
      float[] delta = deltas[r][LAST];
      for (int o = 0; o < y.length; o++) {
        delta[o] = y[o] - x[o];
      }
      for (int l = LAST; l > 0; l--) {
        backward(l, work[r].activations[l - 1], deltas[r][l], deltas[r][l - 1]);
      }
    }
    for (int l = LAST; l >= 0; l--) {
      outer(l);
    }
  }

  private void backward(int l, float[] in, float[] delta, float[] before) {
    double[] sums = errors[l];
    Arrays.fill(sums, 0);
    Autoencoder.add(delta, transposed[l], sums);
    for (int i = 0; i < before.length; i++) {
      before[i] = (float) sums[i] * (1 - in[i] * in[i]);
    }
  }

  /// Adds each input times each delta of one layer to its gradient.
  private void outer(int l) {
    double[] gradient = parameters[2 * l].gradient;
    double[] biasGradient = parameters[2 * l + 1].gradient;
    float[] a = deltas[0][l];
    float[] b = deltas[1][l];
    float[] c = deltas[2][l];
    float[] d = deltas[3][l];
    int width = a.length;
    int height = net.width(l);
    for (int i = 0; i < height; i++) {
      double p = input(0, l)[i];
      double q = input(1, l)[i];
      double r = input(2, l)[i];
      double s = input(3, l)[i];
      int row = i * width;
      for (int o = 0; o < width; o++) {
        gradient[row + o] += p * a[o] + q * b[o] + r * c[o] + s * d[o];
      }
    }
    for (int o = 0; o < width; o++) {
      biasGradient[o] += a[o] + b[o] + c[o] + d[o];
    }
  }

  private float[] input(int r, int l) {
    return l == 0 ? inputs[r] : work[r].activations[l - 1];
  }

  // Backwards the outputs are outermost.
  private void transpose() {
    for (int l = 1; l <= LAST; l++) {
      int height = net.width(l);
      int width = net.width(l + 1);
      for (int i = 0; i < height; i++) {
        for (int o = 0; o < width; o++) {
          transposed[l][o * height + i] = net.weights[l][i * width + o];
        }
      }
    }
  }

  private void step(int step, int batch) {
    double rate =
        RATE * Math.sqrt(1 - StrictMath.pow(BETA2, step)) / (1 - StrictMath.pow(BETA1, step));
    for (Parameters p : parameters) {
      p.step((float) rate, 1f / batch);
    }
  }

  /// One array of the network, its gradient and its moments.
  private static final class Parameters {
    private final float[] values;
    private final float decay;
    private final double[] gradient;
    private final float[] first;
    private final float[] second;

    Parameters(float[] values, float decay) {
      this.values = values;
      this.decay = decay;
      gradient = new double[values.length];
      first = new float[values.length];
      second = new float[values.length];
    }

    void step(float rate, float scale) {
      for (int i = 0; i < values.length; i++) {
        float g = (float) ((gradient[i] + decay * values[i]) * scale);
        gradient[i] = 0;
        first[i] = BETA1 * first[i] + (1 - BETA1) * g;
        second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
        values[i] -= rate * first[i] / ((float) Math.sqrt(second[i]) + EPSILON);
      }
    }
  }
}
