package io.tocsin.collector.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/// An isolation forest (Liu, Ting and Zhou 2008). Immutable; scoring allocates nothing and may run
/// on many threads.
final class Forest {
  private static final int LEAF = -1;
  // Euler's constant, for the mean depth of an unsuccessful search in a binary tree.
  private static final double GAMMA = 0.5772156649015329;

  private final int[] roots;
  private final double normalDepth;
  // Node i splits `feature[i]` at `value[i]`: below goes to `left[i]`, the rest to the node after
  // it. A leaf has feature -1, and `value[i]` is its depth plus what its rows would still need.
  private final int[] feature;
  private final float[] value;
  private final int[] left;

  private Forest(int[] roots, double normalDepth, int[] feature, float[] value, int[] left) {
    this.roots = roots;
    this.normalDepth = normalDepth;
    this.feature = feature;
    this.value = value;
    this.left = left;
  }

  /// @param rows at least one, of equal length
  /// @param samples per tree, drawn without replacement; 256 in the paper
  static Forest fit(float[][] rows, int trees, int samples, SplittableRandom random) {
    int size = Math.min(samples, rows.length);
    Growth growth = new Growth(rows, trees * 2 * size, random);
    int[] order = new int[rows.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int maxDepth = 32 - Integer.numberOfLeadingZeros(Math.max(1, size - 1));
    int[] roots = new int[trees];
    for (int t = 0; t < trees; t++) {
      for (int i = 0; i < size; i++) {
        swap(order, i, i + random.nextInt(order.length - i));
      }
      roots[t] = growth.reserve(1);
      growth.grow(roots[t], order, 0, size, 0, maxDepth);
    }
    return new Forest(
        roots,
        meanDepth(size),
        Arrays.copyOf(growth.feature, growth.nodes),
        Arrays.copyOf(growth.value, growth.nodes),
        Arrays.copyOf(growth.left, growth.nodes));
  }

  /// 2^(-mean depth / normal depth): 0 to 1, 0.5 for an average row, larger is easier to isolate.
  double score(float[] x) {
    double depth = 0;
    for (int root : roots) {
      int node = root;
      int f = feature[node];
      while (f != LEAF) {
        node = x[f] < value[node] ? left[node] : left[node] + 1;
        f = feature[node];
      }
      depth += value[node];
    }
    return StrictMath.pow(2, -depth / roots.length / normalDepth);
  }

  /// How often each of `d` features is split on.
  double[] splits(int d) {
    double[] splits = new double[d];
    for (int f : feature) {
      if (f != LEAF) {
        splits[f]++;
      }
    }
    return splits;
  }

  void write(DataOutput out) throws IOException {
    Codec.writeInts(out, roots);
    out.writeDouble(normalDepth);
    Codec.writeInts(out, feature);
    Codec.writeFloats(out, value);
    Codec.writeInts(out, left);
  }

  static Forest read(DataInput in) throws IOException {
    return new Forest(
        Codec.readInts(in),
        in.readDouble(),
        Codec.readInts(in),
        Codec.readFloats(in),
        Codec.readInts(in));
  }

  // c(n) of the paper. A sample of one cannot be isolated any further; 1 keeps the division whole.
  private static double meanDepth(int n) {
    if (n <= 2) {
      return 1;
    }
    return 2 * (StrictMath.log(n - 1) + GAMMA) - 2.0 * (n - 1) / n;
  }

  private static void swap(int[] a, int i, int j) {
    int x = a[i];
    a[i] = a[j];
    a[j] = x;
  }

  /// Trees while they grow.
  private static final class Growth {
    private final float[][] rows;
    private final SplittableRandom random;
    private final int[] feature;
    private final float[] value;
    private final int[] left;
    private final int[] candidates;
    private int nodes;

    Growth(float[][] rows, int maxNodes, SplittableRandom random) {
      this.rows = rows;
      this.random = random;
      feature = new int[maxNodes];
      value = new float[maxNodes];
      left = new int[maxNodes];
      candidates = new int[rows[0].length];
    }

    int reserve(int count) {
      nodes += count;
      return nodes - count;
    }

    void grow(int node, int[] order, int from, int to, int depth, int maxDepth) {
      int split = depth < maxDepth && to - from > 1 ? choose(order, from, to) : LEAF;
      feature[node] = split;
      if (split == LEAF) {
        value[node] = (float) (depth + (to - from > 1 ? meanDepth(to - from) : 0));
        return;
      }
      float least = Float.POSITIVE_INFINITY;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        float v = rows[order[i]][split];
        least = Math.min(least, v);
        largest = Math.max(largest, v);
      }
      float cut = (float) (least + random.nextDouble() * ((double) largest - least));
      // Rounding may land on the least value; both sides must get a row.
      cut = cut > least ? cut : largest;
      int middle = from;
      for (int i = from; i < to; i++) {
        if (rows[order[i]][split] < cut) {
          swap(order, i, middle++);
        }
      }
      value[node] = cut;
      left[node] = reserve(2);
      grow(left[node], order, from, middle, depth + 1, maxDepth);
      grow(left[node] + 1, order, middle, to, depth + 1, maxDepth);
    }

    /// A feature that is not constant among these rows, at random; LEAF when all are.
    private int choose(int[] order, int from, int to) {
      int d = candidates.length;
      for (int j = 0; j < d; j++) {
        candidates[j] = j;
      }
      for (int j = 0; j < d; j++) {
        swap(candidates, j, j + random.nextInt(d - j));
        float first = rows[order[from]][candidates[j]];
        for (int i = from + 1; i < to; i++) {
          if (rows[order[i]][candidates[j]] != first) {
            return candidates[j];
          }
        }
      }
      return LEAF;
    }
  }
}
