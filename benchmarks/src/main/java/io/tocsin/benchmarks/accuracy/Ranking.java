package io.tocsin.benchmarks.accuracy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How well scores rank the anomalous rows of one entity above the others. All 0 to 1; NaN where
/// there is no row of one of the two kinds.
final class Ranking {
  private static final int THRESHOLDS = 250;

  private Ranking() {}

  /// A maximal run of anomalous rows, both ends inclusive.
  record Span(int first, int last) {
    static List<Span> of(boolean[] rows) {
      return IntStream.range(0, rows.length)
          .filter(i -> rows[i] && (i == 0 || !rows[i - 1]))
          .mapToObj(first -> {
            int last = first;
            while (last + 1 < rows.length && rows[last + 1]) {
              last++;
            }
            return new Span(first, last);
          })
          .toList();
    }
  }

  /// Mann-Whitney probability; equal scores count one half.
  static double aucRoc(boolean[] label, double[] score) {
    int[] order = ascending(score);
    double ranks = 0;
    double positives = 0;
    for (int i = 0; i < order.length; ) {
      int j = i;
      while (j < order.length && score[order[j]] == score[order[i]]) {
        j++;
      }
      for (int k = i; k < j; k++) {
        if (label[order[k]]) {
          ranks += (i + 1 + j) / 2.0;
          positives++;
        }
      }
      i = j;
    }
    return (ranks - positives * (positives + 1) / 2) / (positives * (order.length - positives));
  }

  /// Average precision: the sum over the distinct thresholds of recall gained, times precision.
  static double aucPr(boolean[] label, double[] score) {
    int[] order = ascending(score);
    double positives = count(label);
    double found = 0;
    double before = 0;
    double area = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      found += label[order[i]] ? 1 : 0;
      if (i == 0 || score[order[i - 1]] != score[order[i]]) {
        area += (found - before) / positives * (found / (order.length - i));
        before = found;
      }
    }
    return area;
  }

  /// Volume under the precision-recall surface over buffers of 0 to `window` rows (Paparrizos et
  /// al. 2022, as TSB-AD computes it, with 250 thresholds).
  static double vusPr(boolean[] label, double[] score, int window) {
    List<Span> events = Span.of(label);
    if (events.isEmpty()) {
      return Double.NaN;
    }
    int[] first = firstThreshold(score);
    double[] flagged = new double[THRESHOLDS];
    double[] inside = new double[THRESHOLDS];
    for (int i = 0; i < first.length; i++) {
      flagged[first[i]]++;
      inside[first[i]] += label[i] ? 1 : 0;
    }
    accumulate(flagged);
    accumulate(inside);
    double volume = 0;
    for (int w = 0; w <= window; w++) {
      volume += areaAt(label, events, w, first, flagged, inside);
    }
    return volume / (window + 1);
  }

  private static double areaAt(
      boolean[] label, List<Span> events, int w, int[] first, double[] flagged, double[] inside) {
    int n = label.length;
    int h = w / 2;
    double[] soft = new double[n];
    for (Span event : events) {
      for (int x = event.last() + 1; x <= Math.min(event.last() + h, n - 1); x++) {
        soft[x] += Math.sqrt(1 - (x - event.last()) / (double) w);
      }
      for (int x = Math.max(event.first() - h, 0); x < event.first(); x++) {
        soft[x] += Math.sqrt(1 - (event.first() - x) / (double) w);
      }
    }
    double[] around = new double[THRESHOLDS];
    for (int i = 0; i < n; i++) {
      around[first[i]] += label[i] ? 0 : Math.min(1, soft[i]);
    }
    accumulate(around);
    double[] groupsFound = new double[THRESHOLDS];
    int groups = 0;
    for (int e = 0; e < events.size(); groups++) {
      int from = Math.max(events.get(e).first() - h, 0);
      while (e + 1 < events.size() && events.get(e).last() + h >= events.get(e + 1).first() - h) {
        e++;
      }
      int to = Math.min(events.get(e).last() + h, n - 1);
      groupsFound[Arrays.stream(first, from, to + 1).min().orElseThrow()]++;
      e++;
    }
    accumulate(groupsFound);
    double positives = count(label);
    double area = 0;
    double before = 0;
    for (int k = 0; k < THRESHOLDS; k++) {
      double hits = inside[k] + around[k];
      double recall = Math.min(1, hits / (positives + around[k] / 2)) * (groupsFound[k] / groups);
      area += (recall - before) * (hits / flagged[k]);
      before = recall;
    }
    return area;
  }

  /// For each row the index of the first, highest threshold that flags it.
  private static int[] firstThreshold(double[] score) {
    int n = score.length;
    double[] sorted = score.clone();
    Arrays.sort(sorted);
    double[] thresholds = new double[THRESHOLDS];
    for (int k = 0; k < THRESHOLDS; k++) {
      int position = k == THRESHOLDS - 1 ? n - 1 : (int) (k * ((n - 1) / (THRESHOLDS - 1.0)));
      thresholds[k] = sorted[n - 1 - position];
    }
    int[] first = new int[n];
    for (int i = 0; i < n; i++) {
      int low = 0;
      int high = THRESHOLDS - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (thresholds[middle] <= score[i]) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      first[i] = low;
    }
    return first;
  }

  private static void accumulate(double[] counts) {
    for (int k = 1; k < counts.length; k++) {
      counts[k] += counts[k - 1];
    }
  }

  private static double count(boolean[] label) {
    double count = 0;
    for (boolean positive : label) {
      count += positive ? 1 : 0;
    }
    return count;
  }

  private static int[] ascending(double[] score) {
    Integer[] order = new Integer[score.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(score[a], score[b]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
