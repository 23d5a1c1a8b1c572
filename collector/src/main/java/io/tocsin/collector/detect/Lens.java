package io.tocsin.collector.detect;

import java.util.List;

/// What the views measure in a row. Allocates nothing a row; confined to one thread.
final class Lens {
  private static final List<String> SPANS =
      List.of("", " (short mean)", " (short spread)", " (long mean)", " (long spread)");

  private final IsolationForestModel forest;
  private final Autoencoder network;
  private final Autoencoder.Workspace work;
  private final int[] position;
  private final float[] statistics;

  Lens(FeatureSchema schema, IsolationForestModel forest, AutoencoderModel autoencoder) {
    this.forest = forest;
    network = autoencoder.network();
    work = network.workspace();
    String[] names = names(schema);
    position = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      position[i] = forest.getFeatureIDMap().getID(names[i]);
      if (position[i] < 0 || position[i] != autoencoder.getFeatureIDMap().getID(names[i])) {
        throw new IllegalArgumentException("the models do not know the feature " + names[i]);
      }
    }
    statistics = new float[names.length];
  }

  /// Names of the short-term statistics; statistic k of feature j stands at k * d + j.
  static String[] names(FeatureSchema schema) {
    int d = schema.size();
    String[] names = new String[Deviation.STATISTICS * d];
    for (int k = 0; k < Deviation.STATISTICS; k++) {
      for (int j = 0; j < d; j++) {
        names[k * d + j] = schema.names().get(j) + SPANS.get(k);
      }
    }
    return names;
  }

  /// Fills `measured`, in the order of the views.
  ///
  /// @param novelty NaN when unknown
  void measure(Deviation deviation, double novelty, double[] measured) {
    deviation.statistics(statistics, position);
    measured[View.DEVIATION.index()] = deviation.strength();
    measured[View.FOREST.index()] = forest.score(statistics);
    measured[View.AUTOENCODER.index()] = network.score(statistics, work);
    measured[View.NOVELTY.index()] = novelty;
  }

  /// The squared error of each feature's statistics in the row measured last.
  double[] reconstructionErrors(int d) {
    double[] errors = new double[d];
    float[] y = work.reconstruction();
    for (int i = 0; i < position.length; i++) {
      double e = (double) statistics[position[i]] - y[position[i]];
      errors[i % d] += e * e;
    }
    return errors;
  }
}
