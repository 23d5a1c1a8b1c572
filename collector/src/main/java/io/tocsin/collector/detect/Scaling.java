package io.tocsin.collector.detect;

import java.util.Arrays;
import java.util.List;

/// The fixed baseline of each feature, in the order of the schema.
///
/// @param mean of the rows fitted
/// @param deviation standard, at least `floor`
/// @param floor smallest deviation that counts; > 0
/// @param median what a missing value is taken to be
/// @param low 5 % quantile
/// @param high 95 % quantile
record Scaling(
    double[] mean,
    double[] deviation,
    double[] floor,
    double[] median,
    double[] low,
    double[] high) {

  static Scaling fit(FeatureSchema schema, List<Row> rows, double windowSeconds) {
    int d = schema.size();
    Scaling s =
        new Scaling(
            new double[d],
            new double[d],
            new double[d],
            new double[d],
            new double[d],
            new double[d]);
    double requests =
        rows.stream()
            .mapToDouble(r -> r.values().getOrDefault(Features.REQUESTS, 0.0))
            .average()
            .orElse(0);
    for (int j = 0; j < d; j++) {
      String name = schema.names().get(j);
      double[] sorted =
          rows.stream()
              .map(r -> r.values().get(name))
              .mapToDouble(v -> v == null ? Double.NaN : v)
              .filter(v -> !Double.isNaN(v))
              .sorted()
              .toArray();
      s.fit(j, sorted, Features.floor(name, windowSeconds, requests));
    }
    return s;
  }

  // DETECTION.md section 1: 5 % of the range, 1 % of the largest value; a constant is allowed 0.01.
  private void fit(int j, double[] sorted, double natural) {
    if (sorted.length == 0) {
      floor[j] = Math.max(natural, 0.01);
      deviation[j] = floor[j];
      return;
    }
    double first = sorted[0];
    double last = sorted[sorted.length - 1];
    double least =
        Math.max(0.05 * (last - first), 0.01 * Math.max(Math.abs(first), Math.abs(last)));
    floor[j] = Math.max(least > 0 ? least : 0.01, natural);
    mean[j] = Arrays.stream(sorted).sum() / sorted.length;
    double squares = 0;
    for (double v : sorted) {
      squares += (v - mean[j]) * (v - mean[j]);
    }
    deviation[j] = Math.max(Math.sqrt(squares / sorted.length), floor[j]);
    median[j] = sorted[sorted.length / 2];
    low[j] = sorted[(int) (0.05 * (sorted.length - 1))];
    high[j] = sorted[(int) Math.ceil(0.95 * (sorted.length - 1))];
  }
}
