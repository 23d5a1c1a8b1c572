package io.tocsin.collector.detect;

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

  private final Autoencoder net;
  private final Autoencoder.Workspace work;
  private final Parameters[] parameters = new Parameters[2 * Autoencoder.LAYERS];
  private final float[][] deltas = new float[Autoencoder.LAYERS][];

  private AutoencoderFit(Autoencoder net) {
    this.net = net;
    work = net.workspace();
    for (int l = 0; l < Autoencoder.LAYERS; l++) {
      parameters[2 * l] = new Parameters(net.weights[l], L2);
      parameters[2 * l + 1] = new Parameters(net.biases[l], 0);
      deltas[l] = new float[net.width(l + 1)];
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
      for (int i = 0; i < batch; i++) {
        fit.accumulate(rows[order[next++]]);
      }
      fit.step(step, batch);
    }
    return net;
  }

  private void accumulate(float[] x) {
    float[] y = net.forward(x, work);
    int last = Autoencoder.LAYERS - 1;
    for (int o = 0; o < y.length; o++) {
      deltas[last][o] = y[o] - x[o];
    }
    for (int l = last; l >= 0; l--) {
      float[] in = l == 0 ? x : work.activations[l - 1];
      float[] delta = deltas[l];
      float[] gradient = parameters[2 * l].gradient;
      int width = delta.length;
      for (int i = 0; i < in.length; i++) {
        float v = in[i];
        int row = i * width;
        for (int o = 0; o < width; o++) {
          gradient[row + o] += v * delta[o];
        }
      }
      float[] biasGradient = parameters[2 * l + 1].gradient;
      for (int o = 0; o < width; o++) {
        biasGradient[o] += delta[o];
      }
      if (l > 0) {
        backward(l, in, delta, deltas[l - 1]);
      }
    }
  }

  private void backward(int l, float[] in, float[] delta, float[] before) {
    float[] w = net.weights[l];
    int width = delta.length;
    for (int i = 0; i < in.length; i++) {
      float sum = 0;
      int row = i * width;
      for (int o = 0; o < width; o++) {
        sum += w[row + o] * delta[o];
      }
      before[i] = sum * (1 - in[i] * in[i]);
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
    private final float[] gradient;
    private final float[] first;
    private final float[] second;

    Parameters(float[] values, float decay) {
      this.values = values;
      this.decay = decay;
      gradient = new float[values.length];
      first = new float[values.length];
      second = new float[values.length];
    }

    void step(float rate, float scale) {
      for (int i = 0; i < values.length; i++) {
        float g = (gradient[i] + decay * values[i]) * scale;
        gradient[i] = 0;
        first[i] = BETA1 * first[i] + (1 - BETA1) * g;
        second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
        values[i] -= rate * first[i] / ((float) Math.sqrt(second[i]) + EPSILON);
      }
    }
  }
}
