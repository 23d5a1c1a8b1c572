package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.protos.core.ModelProto;

/// All that a fit found for one workload: the schema, the scaling, the models and their
/// calibration. Immutable; safe for use by many threads. Known by the hash of its bytes.
public final class ModelSet {
  private static final int FORMAT = 1;

  private final byte[] encoded;
  private final String hash;
  private final FeatureSchema schema;
  private final long fittedMillis;
  private final Gauge workload;
  private final Gauge instances;
  private final IsolationForestModel forest;
  private final AutoencoderModel autoencoder;

  private ModelSet(byte[] encoded, DataInput in) throws IOException {
    this.encoded = encoded;
    hash = sha256(encoded);
    int format = in.readInt();
    if (format != FORMAT) {
      throw new IOException("format " + format + " found, " + FORMAT + " expected");
    }
    int version = in.readInt();
    fittedMillis = in.readLong();
    int features = in.readInt();
    if (features < 1 || features > FeatureSchema.MAX) {
      throw new IOException(features + " features");
    }
    List<String> names = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      names.add(new String(Codec.readBytes(in), StandardCharsets.UTF_8));
    }
    schema = new FeatureSchema(version, names);
    workload = Gauge.read(in);
    instances = Gauge.read(in);
    forest = (IsolationForestModel) readModel(in);
    autoencoder = (AutoencoderModel) readModel(in);
  }

  // By way of its bytes, so that a set just fitted and one read back are the same.
  static ModelSet of(
      FeatureSchema schema,
      long fittedMillis,
      Gauge workload,
      Gauge instances,
      IsolationForestModel forest,
      AutoencoderModel autoencoder) {
    return decode(
        Codec.bytes(out -> {
          out.writeInt(FORMAT);
          out.writeInt(schema.version());
          out.writeLong(fittedMillis);
          out.writeInt(schema.size());
          for (String name : schema.names()) {
            Codec.writeBytes(out, name.getBytes(StandardCharsets.UTF_8));
          }
          workload.write(out);
          instances.write(out);
          writeModel(out, forest);
          writeModel(out, autoencoder);
        }));
  }

  /// @throws IllegalArgumentException when the bytes are not those of a model set
  public static ModelSet decode(byte[] bytes) {
    byte[] own = bytes.clone();
    return Codec.parse(own, "a model set", in -> new ModelSet(own, in));
  }

  public byte[] encode() {
    return encoded.clone();
  }

  /// SHA-256 of the bytes, 64 hex digits.
  public String hash() {
    return hash;
  }

  /// Grows with every fit of the workload.
  public int version() {
    return schema.version();
  }

  /// End of the newest window that was looked at.
  public long fittedMillis() {
    return fittedMillis;
  }

  /// What it looks at, in order.
  public List<String> features() {
    return schema.names();
  }

  /// How the combined score of the workload as a whole is spread in normal running.
  public SurpriseTail workloadTail() {
    return workload.surprise();
  }

  /// How that of a single instance is.
  public SurpriseTail instanceTail() {
    return instances.surprise();
  }

  FeatureSchema schema() {
    return schema;
  }

  /// @param instance id; empty for the workload as a whole
  Gauge gauge(String instance) {
    return instance.isEmpty() ? workload : instances;
  }

  IsolationForestModel forest() {
    return forest;
  }

  AutoencoderModel autoencoder() {
    return autoencoder;
  }

  private static void writeModel(DataOutput out, Model<?> model) throws IOException {
    Codec.writeBytes(out, model.serialize().toByteArray());
  }

  private static Model<?> readModel(DataInput in) throws IOException {
    return Model.deserialize(ModelProto.parseFrom(Codec.readBytes(in)));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
