package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All that a fit found for one workload: the schema, the scaling, the models and their
/// calibration. Immutable; safe for use by many threads. Known by the hash of its bytes.
public final class ModelSet {
  private static final int FORMAT = 3;
  // Without the forecast's skill; read for ever.
  private static final int WITHOUT_SKILL = 2;
  // A history holds a few instances at a time, and more of them over days.
  private static final int MAX_SERIES = 64;

  private final byte[] encoded;
  private final String hash;
  private final FeatureSchema schema;
  private final long fittedMillis;
  private final Gauge workload;
  private final Gauge instances;
  private final Models models;
  private final Map<String, byte[]> series;
  private final byte[] places;

  private ModelSet(byte[] encoded, DataInput in) throws IOException {
    this.encoded = encoded;
    hash = sha256(encoded);
    int format = in.readInt();
    if (format != FORMAT && format != WITHOUT_SKILL) {
      throw new IOException(
          "format %d found, %d or %d expected".formatted(format, WITHOUT_SKILL, FORMAT));
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
    models = Models.read(in, features, format != WITHOUT_SKILL);
    series = readSeries(in);
    places = Codec.readBytes(in);
  }

  // By way of its bytes, so that a set just fitted and one read back are the same.
  static ModelSet of(
      FeatureSchema schema,
      long fittedMillis,
      Gauge workload,
      Gauge instances,
      Models models,
      Map<String, byte[]> series,
      byte[] places) {
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
          models.write(out);
          out.writeInt(series.size());
          for (var entry : series.entrySet()) {
            Codec.writeBytes(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
            Codec.writeBytes(out, entry.getValue());
          }
          Codec.writeBytes(out, places);
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

  Models models() {
    return models;
  }

  /// Where the series stood at the end of the history, by instance, as [Series#encode] gives it.
  Map<String, byte[]> series() {
    return series;
  }

  /// The places seen since the part of the history that was fitted, as [Views#encode] gives them.
  byte[] places() {
    return places;
  }

  private static Map<String, byte[]> readSeries(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_SERIES) {
      throw new IOException(count + " series, expected 0 to " + MAX_SERIES);
    }
    Map<String, byte[]> series = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String instance = new String(Codec.readBytes(in), StandardCharsets.UTF_8);
      series.put(instance, Codec.readBytes(in));
    }
    return series;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
