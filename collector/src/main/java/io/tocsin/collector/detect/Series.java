package io.tocsin.collector.detect;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What one series carries from window to window. Mutable; at most 64 bytes a feature, 40 without
/// the slow baseline.
final class Series {
  final Follower fast;
  // Over days: processes seldom live as long, so only the workload as a whole has it.
  final @Nullable Follower slow;
  final Follower residual;
  final ShortTerm fastTerm;
  final @Nullable ShortTerm slowTerm;
  // The row before, in cut deviations, and the mean of the rows up to it.
  final float[] previous;
  final float[] recent;
  float surprise;
  int rows;

  Series(int features, boolean whole) {
    fast = new Follower(features);
    slow = whole ? new Follower(features) : null;
    residual = new Follower(features);
    fastTerm = new ShortTerm(features);
    slowTerm = whole ? new ShortTerm(features) : null;
    previous = new float[features];
    recent = new float[features];
  }

  /// Goes on from what `old` knew, so that a refit does not forget where things drifted.
  void inherit(Series old, FeatureSchema from, Scaling before, FeatureSchema to, Scaling now) {
    rows = old.rows;
    surprise = old.surprise;
    for (int j = 0; j < previous.length; j++) {
      int k = from.names().indexOf(to.names().get(j));
      if (k < 0) {
        continue;
      }
      double origin = (now.mean()[j] - before.mean()[k]) / before.deviation()[k];
      double unit = now.deviation()[j] / before.deviation()[k];
      double floor = now.floor()[j] / now.deviation()[j];
      fast.inherit(j, old.fast, k, origin, unit, floor);
      if (slow != null && old.slow != null) {
        slow.inherit(j, old.slow, k, origin, unit, floor);
      }
      fastTerm.inherit(j, old.fastTerm, k);
      if (slowTerm != null && old.slowTerm != null) {
        slowTerm.inherit(j, old.slowTerm, k);
      }
      previous[j] = (float) ((old.previous[k] - origin) / unit);
      recent[j] = (float) ((old.recent[k] - origin) / unit);
    }
  }

  byte[] encode() {
    int d = previous.length;
    int each = 2 * Follower.BYTES + ShortTerm.BYTES + 2 * Float.BYTES;
    int more = slow == null ? 0 : Follower.BYTES + ShortTerm.BYTES;
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + Float.BYTES + d * (each + more));
    out.putInt(rows).putFloat(surprise);
    fast.write(out);
    residual.write(out);
    fastTerm.write(out);
    if (slow != null && slowTerm != null) {
      slow.write(out);
      slowTerm.write(out);
    }
    out.asFloatBuffer().put(previous).put(recent);
    return out.array();
  }

  static Series decode(byte[] bytes, int features, boolean whole) {
    Series series = new Series(features, whole);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    series.rows = in.getInt();
    series.surprise = in.getFloat();
    series.fast.read(in);
    series.residual.read(in);
    series.fastTerm.read(in);
    if (series.slow != null && series.slowTerm != null) {
      series.slow.read(in);
      series.slowTerm.read(in);
    }
    in.asFloatBuffer().get(series.previous).get(series.recent);
    return series;
  }
}
