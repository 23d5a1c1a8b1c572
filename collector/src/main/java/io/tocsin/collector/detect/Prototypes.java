package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Where a workload has been in normal running: points none of which is within the radius of
/// another when it is made. Immutable; at most 32 kB stored; a distance allocates nothing.
final class Prototypes {
  /// In half precision these are 30 kB.
  static final int MOST = 480;

  // Quantile of the distance from one row to the next that makes the radius.
  private static final double RADIUS_QUANTILE = 0.9;
  private static final double MIN_RADIUS = 1e-3;
  // Coordinates between two looks at whether a point can still be the nearest.
  private static final int STRIDE = 8;

  private final int dimensions;
  private final float radius;
  private final float[] points;

  private Prototypes(int dimensions, float radius, float[] points) {
    this.dimensions = dimensions;
    this.radius = radius;
    this.points = points;
  }

  /// @param series rows of each series in order, at least one row in all
  /// @param inputs numbers that the rows were projected from
  static Prototypes fit(List<float[][]> series, int inputs) {
    double[] steps =
        series.stream()
            .flatMapToDouble(rows ->
                IntStream.range(1, rows.length)
                    .mapToDouble(i -> Math.sqrt(square(rows[i], 0, rows[i - 1]))))
            .sorted()
            .toArray();
    double step = steps.length == 0 ? 0 : steps[(int) (RADIUS_QUANTILE * (steps.length - 1))];
    float radius = (float) Math.max(step, MIN_RADIUS * Math.sqrt(inputs));
    int d = series.getFirst()[0].length;
    float[] points = new float[MOST * d];
    long[] seen = new long[MOST];
    int count = 0;
    long now = 0;
    for (float[][] rows : series) {
      for (float[] row : rows) {
        now++;
        int nearest = -1;
        double least = (double) radius * radius;
        for (int p = 0; p < count; p++) {
          double square = square(points, p * d, row, least);
          if (square <= least) {
            least = square;
            nearest = p;
          }
        }
        if (nearest < 0) {
          nearest = count < MOST ? count++ : longestUnseen(seen);
          for (int j = 0; j < d; j++) {
            points[nearest * d + j] = half(row[j]);
          }
        }
        seen[nearest] = now;
      }
    }
    return new Prototypes(d, radius, Arrays.copyOf(points, count * d));
  }

  int dimensions() {
    return dimensions;
  }

  float radius() {
    return radius;
  }

  /// Square of the distance to the nearest point.
  ///
  /// @param hint index of the point to begin with: the nearest of the row before is mostly near
  float nearest(float[] row, Hint hint) {
    int count = points.length / dimensions;
    int start = hint.index < count ? hint.index : 0;
    float least = (float) square(points, start * dimensions, row, Float.MAX_VALUE);
    for (int p = 0; p < count; p++) {
      float square = (float) square(points, p * dimensions, row, least);
      if (square < least) {
        least = square;
        hint.index = p;
      }
    }
    return least;
  }

  /// Where a search begins; changes how long it takes, never what it finds.
  static final class Hint {
    private int index;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(dimensions);
    out.writeFloat(radius);
    out.writeInt(points.length);
    for (float v : points) {
      out.writeShort(Float.floatToFloat16(v));
    }
  }

  static Prototypes read(DataInput in) throws IOException {
    int dimensions = in.readInt();
    float radius = in.readFloat();
    int length = in.readInt();
    if (dimensions < 1
        || dimensions > Projection.MOST
        || length < dimensions
        || length > MOST * dimensions
        || length % dimensions != 0) {
      throw new IOException("%d numbers in %d dimensions".formatted(length, dimensions));
    }
    float[] points = new float[length];
    for (int i = 0; i < length; i++) {
      points[i] = Float.float16ToFloat(in.readShort());
    }
    return new Prototypes(dimensions, radius, points);
  }

  /// As it is stored: a point is compared as what a restart would read back.
  static float half(float v) {
    return Float.float16ToFloat(Float.floatToFloat16(v));
  }

  /// Square of the distance, or some larger number once it exceeds `enough`.
  static double square(float[] points, int at, float[] row, double enough) {
    float sum = 0;
    int d = row.length;
    for (int j = 0; j < d; ) {
      int to = Math.min(d, j + STRIDE);
      for (; j < to; j++) {
        float e = row[j] - points[at + j];
        sum += e * e;
      }
      if (sum > enough) {
        return sum;
      }
    }
    return sum;
  }

  private static double square(float[] a, int at, float[] row) {
    return square(a, at, row, Double.MAX_VALUE);
  }

  private static int longestUnseen(long[] seen) {
    int longest = 0;
    for (int p = 1; p < seen.length; p++) {
      longest = seen[p] < seen[longest] ? p : longest;
    }
    return longest;
  }
}
