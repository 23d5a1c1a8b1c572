package io.tocsin.collector.detect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.DataOutput;
import java.io.IOException;
import org.tribuo.provenance.ModelProvenance;

/// A dense autoencoder as a Tribuo model: the score is the mean squared error of the
/// reconstruction. Immutable; safe for use by many threads.
public final class AutoencoderModel extends AnomalyModel {
  private final transient Autoencoder network;

  AutoencoderModel(Base base, double threshold, Autoencoder network) {
    super(base, threshold);
    this.network = network;
  }

  /// Called by Tribuo, by name.
  public static AutoencoderModel deserializeFromProto(int version, String className, Any message)
      throws InvalidProtocolBufferException {
    Stored<Autoencoder> stored = read(version, className, message, Autoencoder::read);
    return new AutoencoderModel(stored.base(), stored.threshold(), stored.kernel());
  }

  /// The kernel, for scoring without allocation.
  Autoencoder network() {
    return network;
  }

  @Override
  double score(float[] x) {
    return network.score(x, network.workspace());
  }

  /// The squared error of each feature.
  @Override
  double[] parts(float[] x) {
    float[] y = network.forward(x, network.workspace());
    double[] parts = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      parts[i] = ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    return parts;
  }

  /// The mean absolute weight of each input.
  @Override
  double[] weights() {
    double[] weights = new double[featureIDMap.size()];
    int width = network.width(1);
    for (int i = 0; i < weights.length; i++) {
      for (int o = 0; o < width; o++) {
        weights[i] += Math.abs(network.weights[0][i * width + o]) / width;
      }
    }
    return weights;
  }

  @Override
  void writeKernel(DataOutput out) throws IOException {
    network.write(out);
  }

  @Override
  protected AutoencoderModel copy(String newName, ModelProvenance newProvenance) {
    return new AutoencoderModel(base(newName, newProvenance), threshold(), network);
  }
}
