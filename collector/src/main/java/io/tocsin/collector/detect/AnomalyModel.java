package io.tocsin.collector.detect;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.Feature;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.Event.EventType;
import org.tribuo.impl.ModelDataCarrier;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.ModelProvenance;

/// What our two anomaly models have in common as Tribuo models: dense rows in the order of the
/// feature map, one score, a threshold from the training scores. A feature that an example lacks is
/// 0. Serialised as Tribuo's own model data, the threshold and the kernel, in one bytes value.
abstract class AnomalyModel extends Model<Event> {
  private static final int VERSION = 0;

  private final double threshold;

  AnomalyModel(Base base, double threshold) {
    super(base.name, base.provenance, base.features, base.outputs, false);
    this.threshold = threshold;
  }

  /// What Tribuo wants to know of every model.
  record Base(
      String name,
      ModelProvenance provenance,
      ImmutableFeatureMap features,
      ImmutableOutputInfo<Event> outputs) {}

  /// Larger is stranger.
  ///
  /// @param x a value for each id of the feature map
  abstract double score(float[] x);

  /// Each feature's part in the score of `x`; not negative.
  abstract double[] parts(float[] x);

  /// Each feature's weight in the model as a whole; not negative.
  abstract double[] weights();

  abstract void writeKernel(DataOutput out) throws IOException;

  final Base base(String name, ModelProvenance provenance) {
    return new Base(name, provenance, featureIDMap, outputIDInfo);
  }

  final double threshold() {
    return threshold;
  }

  @Override
  public final Prediction<Event> predict(Example<Event> example) {
    float[] x = new float[featureIDMap.size()];
    int used = dense(example, x);
    double score = score(x);
    EventType type = score > threshold ? EventType.ANOMALOUS : EventType.EXPECTED;
    return new Prediction<>(new Event(type, score), used, example);
  }

  @Override
  public final Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
    List<Pair<String, Double>> ranked = ranked(weights());
    return Map.of(
        Model.ALL_OUTPUTS, n < 0 ? ranked : ranked.subList(0, Math.min(n, ranked.size())));
  }

  @Override
  public final Optional<Excuse<Event>> getExcuse(Example<Event> example) {
    float[] x = new float[featureIDMap.size()];
    dense(example, x);
    Prediction<Event> prediction = predict(example);
    var ranked = ranked(parts(x));
    return Optional.of(
        new Excuse<>(
            example, prediction, Map.of(prediction.getOutput().getType().toString(), ranked)));
  }

  @Override
  public final ModelProto serialize() {
    byte[] content =
        Codec.bytes(out -> {
          Codec.writeBytes(out, createDataCarrier().serialize().toByteArray());
          out.writeDouble(threshold);
          writeKernel(out);
        });
    return ModelProto.newBuilder()
        .setClassName(getClass().getName())
        .setVersion(VERSION)
        .setSerializedData(Any.pack(BytesValue.of(ByteString.copyFrom(content))))
        .build();
  }

  /// A model that was read back: its base, its threshold and its kernel.
  record Stored<K>(Base base, double threshold, K kernel) {}

  static <K> Stored<K> read(int version, String className, Any message, Codec.Read<K> kernel)
      throws InvalidProtocolBufferException {
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "%s: version %d found, %d expected".formatted(className, version, VERSION));
    }
    byte[] content = message.unpack(BytesValue.class).getValue().toByteArray();
    return Codec.parse(
        content,
        className,
        in -> new Stored<>(readBase(className, in), in.readDouble(), kernel.from(in)));
  }

  private static Base readBase(String className, DataInput in) throws IOException {
    var carrier = ModelDataCarrier.deserialize(ModelDataProto.parseFrom(Codec.readBytes(in)));
    if (!carrier.outputDomain().getOutput(0).getClass().equals(Event.class)) {
      throw new IOException(className + " holds no anomaly events");
    }
    @SuppressWarnings("unchecked") // just checked
    var outputs = (ImmutableOutputInfo<Event>) carrier.outputDomain();
    return new Base(carrier.name(), carrier.provenance(), carrier.featureDomain(), outputs);
  }

  private int dense(Example<Event> example, float[] x) {
    int used = 0;
    for (Feature feature : example) {
      int id = featureIDMap.getID(feature.getName());
      if (id >= 0) {
        x[id] = (float) feature.getValue();
        used++;
      }
    }
    if (used == 0) {
      throw new IllegalArgumentException(
          "no feature of the example is known to %s: %s".formatted(getName(), example));
    }
    return used;
  }

  private List<Pair<String, Double>> ranked(double[] parts) {
    List<Pair<String, Double>> ranked = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      ranked.add(new Pair<>(featureIDMap.get(i).getName(), parts[i]));
    }
    ranked.sort(Comparator.comparing((Pair<String, Double> p) -> p.getB()).reversed());
    return ranked;
  }
}
