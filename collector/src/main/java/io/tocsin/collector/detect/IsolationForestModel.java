package io.tocsin.collector.detect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.tribuo.provenance.ModelProvenance;

/// An isolation forest as a Tribuo model. Immutable; safe for use by many threads.
public final class IsolationForestModel extends AnomalyModel {
  private final transient Kernel kernel;

  /// The forest, and the median of each feature in training, for the excuse.
  record Kernel(Forest forest, float[] medians) {
    static Kernel read(DataInput in) throws IOException {
      return new Kernel(Forest.read(in), Codec.readFloats(in));
    }
  }

  IsolationForestModel(Base base, double threshold, Kernel kernel) {
    super(base, threshold);
    this.kernel = kernel;
  }

  /// Called by Tribuo, by name.
  public static IsolationForestModel deserializeFromProto(
      int version, String className, Any message) throws InvalidProtocolBufferException {
    Stored<Kernel> stored = read(version, className, message, Kernel::read);
    return new IsolationForestModel(stored.base(), stored.threshold(), stored.kernel());
  }

  @Override
  double score(float[] x) {
    return kernel.forest.score(x);
  }

  /// How much the score falls when the feature is put back to its median.
  @Override
  double[] parts(float[] x) {
    double whole = score(x);
    double[] parts = new double[x.length];
    float[] changed = x.clone();
    for (int i = 0; i < x.length; i++) {
      changed[i] = kernel.medians[i];
      parts[i] = Math.max(0, whole - score(changed));
      changed[i] = x[i];
    }
    return parts;
  }

  @Override
  double[] weights() {
    return kernel.forest.splits(featureIDMap.size());
  }

  @Override
  void writeKernel(DataOutput out) throws IOException {
    kernel.forest.write(out);
    Codec.writeFloats(out, kernel.medians);
  }

  @Override
  protected IsolationForestModel copy(String newName, ModelProvenance newProvenance) {
    return new IsolationForestModel(base(newName, newProvenance), threshold(), kernel);
  }
}
