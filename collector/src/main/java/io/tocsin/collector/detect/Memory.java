package io.tocsin.collector.detect;

import java.nio.ByteBuffer;

/// Has this workload been here before? The distance of a row to the nearest place that is
/// confirmed: those of the fit, and those seen in three episodes since. An incident is not learnt,
/// a nightly job is by its third night. Mutable; confined to one thread.
final class Memory {
  static final int MOST = 64;

  private static final int CONFIRMED = 3;

  private final Prototypes known;
  private final Prototypes.Hint hint = new Prototypes.Hint();
  private final int dimensions;
  // Places since the fit: where, when last, in how many episodes.
  private final float[] points;
  private final long[] seenMillis = new long[MOST];
  private final byte[] episodes = new byte[MOST];
  private int count;

  Memory(Prototypes known) {
    this.known = known;
    dimensions = known.dimensions();
    points = new float[MOST * dimensions];
  }

  /// Distance to the nearest confirmed place; then learns.
  ///
  /// @param episodeMillis what is further apart is another episode
  double distance(float[] row, long nowMillis, long episodeMillis, boolean learn) {
    float least = known.nearest(row, hint);
    float near = least;
    int nearest = -1;
    for (int p = 0; p < count; p++) {
      float square = (float) Prototypes.square(points, p * dimensions, row, least);
      if (square < near) {
        near = square;
        nearest = p;
      }
      if (episodes[p] >= CONFIRMED && square < least) {
        least = square;
      }
    }
    if (learn) {
      learn(row, near, nearest, nowMillis, episodeMillis);
    }
    return Math.sqrt(least);
  }

  private void learn(float[] row, float near, int nearest, long nowMillis, long episodeMillis) {
    if (near > known.radius() * known.radius()) {
      int p = count < MOST ? count++ : leastWorth();
      for (int j = 0; j < dimensions; j++) {
        points[p * dimensions + j] = Prototypes.half(row[j]);
      }
      episodes[p] = 1;
      seenMillis[p] = nowMillis;
    } else if (nearest >= 0) {
      boolean another = nowMillis - seenMillis[nearest] > episodeMillis;
      if (another && episodes[nearest] < CONFIRMED) {
        episodes[nearest]++;
      }
      seenMillis[nearest] = nowMillis;
    }
  }

  private int leastWorth() {
    int least = 0;
    for (int p = 1; p < count; p++) {
      least = seenMillis[p] < seenMillis[least] ? p : least;
    }
    return least;
  }

  byte[] encode() {
    ByteBuffer out =
        ByteBuffer.allocate(count * (dimensions * Short.BYTES + Long.BYTES + Byte.BYTES));
    for (int p = 0; p < count; p++) {
      out.putLong(seenMillis[p]).put(episodes[p]);
      for (int j = 0; j < dimensions; j++) {
        out.putShort(Float.floatToFloat16(points[p * dimensions + j]));
      }
    }
    return out.array();
  }

  void decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (count = 0; in.hasRemaining(); count++) {
      seenMillis[count] = in.getLong();
      episodes[count] = in.get();
      for (int j = 0; j < dimensions; j++) {
        points[count * dimensions + j] = Float.float16ToFloat(in.getShort());
      }
    }
  }
}
