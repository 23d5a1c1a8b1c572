package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/// What is normal for one kind of series: the workload as a whole, or its instances.
///
/// @param scaling the fixed baselines
/// @param tails of the views, in their order
/// @param surprise tail of the combined score
record Gauge(Scaling scaling, List<Tail> tails, SurpriseTail surprise) {
  Gauge {
    tails = List.copyOf(tails);
  }

  /// Turns what each view measured into the rarity that it sees; NaN stays NaN. The slow memory
  /// sees no more than the fast one: what normal drifted to within days is strange to it alone.
  ///
  /// @param measured changed in place
  void rarities(double[] measured) {
    for (int v = 0; v < measured.length; v++) {
      if (!Double.isNaN(measured[v])) {
        measured[v] = tails.get(v).rarity(measured[v] + View.at(v).offset());
      }
    }
    int slow = View.SLOW_MEMORY.index();
    measured[slow] = Math.min(measured[slow], measured[View.FAST_MEMORY.index()]);
  }

  /// The combined score of rarities a stretch, put to an hour.
  ///
  /// @param skill of the forecast, 0 to 1
  double surprise(double[] rarities, double skill) {
    return combine(rarities, skill, surprise.stretchHours());
  }

  static double combine(double[] rarities, double skill, double stretchHours) {
    return View.combine(rarities, skill) + StrictMath.log10(stretchHours);
  }

  void write(DataOutput out) throws IOException {
    Codec.writeDoubles(out, scaling.mean());
    Codec.writeDoubles(out, scaling.deviation());
    Codec.writeDoubles(out, scaling.floor());
    Codec.writeDoubles(out, scaling.median());
    Codec.writeDoubles(out, scaling.low());
    Codec.writeDoubles(out, scaling.high());
    for (Tail tail : tails) {
      out.writeDouble(tail.start());
      out.writeDouble(tail.shape());
    }
    out.writeDouble(surprise.median());
    out.writeDouble(surprise.meanExcess());
    out.writeDouble(surprise.shape());
    out.writeDouble(surprise.stretchHours());
  }

  static Gauge read(DataInput in) throws IOException {
    Scaling scaling =
        new Scaling(
            Codec.readDoubles(in),
            Codec.readDoubles(in),
            Codec.readDoubles(in),
            Codec.readDoubles(in),
            Codec.readDoubles(in),
            Codec.readDoubles(in));
    Tail[] tails = new Tail[View.COUNT];
    for (int i = 0; i < tails.length; i++) {
      tails[i] = new Tail(in.readDouble(), in.readDouble());
    }
    SurpriseTail surprise =
        new SurpriseTail(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
    return new Gauge(scaling, List.of(tails), surprise);
  }
}
