package io.tocsin.collector.detect;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.tribuo.Model;
import org.tribuo.protos.core.ModelProto;

/// What was learnt of a workload's rows, whichever series they belong to. Immutable; safe for use
/// by many threads.
///
/// @param slowPlaces on deviations from the baseline of days
/// @param fastPlaces on deviations from the baseline of hours
record Models(
    Forecast forecast,
    Prototypes slowPlaces,
    Prototypes fastPlaces,
    IsolationForestModel forest,
    AutoencoderModel autoencoder) {

  void write(DataOutput out) throws IOException {
    forecast.write(out);
    slowPlaces.write(out);
    fastPlaces.write(out);
    Codec.writeBytes(out, forest.serialize().toByteArray());
    Codec.writeBytes(out, autoencoder.serialize().toByteArray());
  }

  /// @param knowsSkill whether the forecast's skill is stored with it
  static Models read(DataInput in, int features, boolean knowsSkill) throws IOException {
    return new Models(
        Forecast.read(in, features, knowsSkill),
        Prototypes.read(in),
        Prototypes.read(in),
        (IsolationForestModel) model(in),
        (AutoencoderModel) model(in));
  }

  private static Model<?> model(DataInput in) throws IOException {
    try {
      return Model.deserialize(ModelProto.parseFrom(Codec.readBytes(in)));
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("a model that is none of Tribuo's: " + e.getMessage(), e);
    }
  }
}
