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

  // Views that look at short-term statistics and cannot say which of them carried it.
  private static final List<View> BY_STATISTICS =
      List.of(View.SLOW_MEMORY, View.FAST_MEMORY, View.FOREST);

  private Explanation() {}

  /// @param x as measured, NaN where missing: what was not seen carries nothing
  /// @return a part for each feature that has one, in the order of the schema
  static List<Contribution> of(
      FeatureSchema schema,
      Scaling scaling,
      double[] x,
      Map<String, Double> values,
      Views views,
      double[] rarities) {
    int d = schema.size();
    double skill = views.skill();
    double[] deviated = new double[d];
    double[] strayed = new double[d];
    double[] unforeseen = new double[d];
    double[] parts = new double[d];
    for (int j = 0; j < d; j++) {
      deviated[j] = Math.abs(views.lens().agreed()[j]);
      double residual = views.lens().residuals()[j];
      unforeseen[j] = residual * residual;
      strayed[j] = views.lens().strayed(j);
    }
    add(parts, deviated, x, View.DEVIATION.part(rarities, skill));
    double byStatistics = 0;
    for (View view : BY_STATISTICS) {
      byStatistics += view.part(rarities, skill);
    }
    add(parts, strayed, x, byStatistics);
    double byForecast =
        View.SURPRISE.part(rarities, skill) + View.STEADY_SURPRISE.part(rarities, skill);
    add(parts, unforeseen, x, byForecast);
    add(parts, views.reconstructionErrors(d), x, View.AUTOENCODER.part(rarities, skill));
    double novelty = View.NOVELTY.part(rarities, skill);
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
    return all;
  }

  /// The five largest, their parts made shares of the whole.
  static List<Contribution> strongest(List<Contribution> parts) {
    return shares(parts, MOST, LEAST_SHARE);
  }

  /// All of them, strongest first, their parts made shares of the whole.
  static List<Contribution> ranked(List<Contribution> parts) {
    return shares(parts, parts.size(), 0);
  }

  private static List<Contribution> shares(List<Contribution> parts, int most, double least) {
    double sum = parts.stream().mapToDouble(Contribution::share).sum();
    return parts.stream()
        .sorted(Comparator.comparingDouble(Contribution::share).reversed())
        .limit(most)
        .filter(c -> c.share() >= least * sum)
        .map(c ->
            new Contribution(c.feature(), c.share() / sum, c.usualLow(), c.usualHigh(), c.seen()))
        .toList();
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
