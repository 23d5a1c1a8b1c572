package io.tocsin.collector.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// What carried a score: each view's part in the combination, split over the features.
final class Explanation {
  private static final int MOST = 5;
  // A part this small explains nothing.
  private static final double LEAST_SHARE = 0.02;

  // Views that look at deviations and cannot say which of them carried it.
  private static final List<View> BY_DEVIATION =
      List.of(View.DEVIATION, View.SLOW_MEMORY, View.FAST_MEMORY, View.FOREST);

  private Explanation() {}

  /// @param x as measured, NaN where missing: what was not seen carries nothing
  static List<Contribution> of(
      FeatureSchema schema,
      Scaling scaling,
      double[] x,
      Map<String, Double> values,
      Views views,
      double[] rarities) {
    int d = schema.size();
    double[] deviated = new double[d];
    double[] unforeseen = new double[d];
    double[] parts = new double[d];
    for (int j = 0; j < d; j++) {
      deviated[j] = Math.abs(views.lens().agreed()[j]);
      double residual = views.lens().residuals()[j];
      unforeseen[j] = residual * residual;
    }
    double byDeviation = 0;
    for (View view : BY_DEVIATION) {
      byDeviation += weight(view, rarities);
    }
    add(parts, deviated, x, byDeviation);
    double byForecast = weight(View.SURPRISE, rarities) + weight(View.STEADY_SURPRISE, rarities);
    add(parts, unforeseen, x, byForecast);
    add(parts, views.reconstructionErrors(d), x, weight(View.AUTOENCODER, rarities));
    double novelty = weight(View.NOVELTY, rarities);
    List<Contribution> all = new ArrayList<>();
    for (int j = 0; j < d; j++) {
      boolean novel = schema.names().get(j).equals(Features.NOVEL);
      double part = parts[j] + (novel && x[j] > 0 ? novelty : 0);
      if (part > 0) {
        all.add(
            new Contribution(
                schema.names().get(j), part, scaling.low()[j], scaling.high()[j], x[j]));
      }
    }
    double unseen = values.getOrDefault(Features.NOVEL, 0.0);
    if (unseen > 0 && !schema.names().contains(Features.NOVEL)) {
      all.add(new Contribution(Features.NOVEL, novelty, 0, 0, unseen));
    }
    return strongest(all);
  }

  /// The five largest, their parts made shares of the whole.
  static List<Contribution> strongest(List<Contribution> parts) {
    double sum = parts.stream().mapToDouble(Contribution::share).sum();
    return parts.stream()
        .sorted(Comparator.comparingDouble(Contribution::share).reversed())
        .limit(MOST)
        .filter(c -> c.share() >= LEAST_SHARE * sum)
        .map(c ->
            new Contribution(c.feature(), c.share() / sum, c.usualLow(), c.usualHigh(), c.seen()))
        .toList();
  }

  private static double weight(View view, double[] rarities) {
    double rarity = rarities[view.index()];
    return Double.isNaN(rarity) ? 0 : StrictMath.pow(10, rarity / 2) / view.sharers();
  }

  private static void add(double[] parts, double[] of, double[] x, double weight) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += Double.isNaN(x[j]) ? 0 : of[j];
    }
    for (int j = 0; j < x.length && sum > 0; j++) {
      parts[j] += Double.isNaN(x[j]) ? 0 : weight * of[j] / sum;
    }
  }
}
