package io.tocsin.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// How many of the metrics to blame an explanation names: of an event's `n`, the share that is
/// among the first `n` (or 1.5 `n`) of the ranking at the event's highest score; the mean over
/// events.
final class HitRates {
  private static final int[] PERCENT = {100, 150};

  private final List<Cause> causes;
  private final double[] highest;
  private final List<List<String>> ranking;

  HitRates(List<Cause> causes) {
    this.causes = List.copyOf(causes);
    highest = new double[causes.size()];
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    ranking = new ArrayList<>(Collections.nCopies(causes.size(), List.<String>of()));
  }

  /// Looks at a row.
  ///
  /// @param names of the metrics, strongest first; asked only where it matters
  void next(int row, double score, Supplier<List<String>> names) {
    for (int c = 0; c < highest.length; c++) {
      Cause cause = causes.get(c);
      if (row >= cause.first() && row <= cause.last() && score > highest[c]) {
        highest[c] = score;
        ranking.set(c, names.get());
      }
    }
  }

  /// By metric name; empty when no event names its metrics.
  Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int percent : PERCENT) {
      if (!causes.isEmpty()) {
        values.put("hitrate@" + percent, at(percent));
      }
    }
    return values;
  }

  private double at(int percent) {
    double sum = 0;
    for (int c = 0; c < highest.length; c++) {
      int all = causes.get(c).metrics().size();
      sum +=
          (double)
                  ranking.get(c).stream()
                      .limit(Math.ceilDiv(percent * all, 100))
                      .filter(causes.get(c).metrics()::contains)
                      .count()
              / all;
    }
    return sum / highest.length;
  }
}
