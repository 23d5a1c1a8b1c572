package io.tocsin.collector.detect;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Fits isolation forests (Liu, Ting and Zhou 2008) on Tribuo datasets of anomaly events; labels
/// are not looked at. Safe for use by many threads.
public final class IsolationForestTrainer extends AnomalyTrainer<IsolationForestModel> {
  @Config(description = "Number of trees, at least 1.")
  private int trees = 100;

  @Config(description = "Rows per tree, drawn without replacement, at least 2.")
  private int samples = 256;

  @Config(description = "Share of the training rows that may be called anomalous, 0 to 1.")
  private double contamination = 0.01;

  @Config(description = "Seed of all that is random.")
  private long seed = 1;

  @Config(description = "When the model is said to be trained, epoch milliseconds.")
  private long trainedAtMillis;

  // For Tribuo's configuration.
  private IsolationForestTrainer() {}

  /// @param trees 100 in the paper
  /// @param samples per tree; 256 in the paper
  /// @param contamination share of the training rows that the model may call anomalous, 0 to 1
  /// @param trainedAtMillis what the provenance says of the time
  public IsolationForestTrainer(
      int trees, int samples, double contamination, long seed, long trainedAtMillis) {
    this.trees = trees;
    this.samples = samples;
    this.contamination = contamination;
    this.seed = seed;
    this.trainedAtMillis = trainedAtMillis;
    postConfig();
  }

  @Override
  public synchronized void postConfig() {
    if (trees < 1 || samples < 2 || !(contamination >= 0 && contamination <= 1)) {
      throw new IllegalArgumentException(
          "trees >= 1, samples >= 2, 0 <= contamination <= 1 expected; found %d, %d, %s"
              .formatted(trees, samples, contamination));
    }
    super.postConfig();
  }

  @Override
  IsolationForestModel fit(float[][] rows, SplittableRandom random, AnomalyModel.Base base) {
    Forest forest = Forest.fit(rows, trees, samples, random);
    double[] scores = Arrays.stream(rows).mapToDouble(forest::score).toArray();
    float[] medians = new float[rows[0].length];
    double[] column = new double[rows.length];
    for (int j = 0; j < medians.length; j++) {
      for (int i = 0; i < rows.length; i++) {
        column[i] = rows[i][j];
      }
      Arrays.sort(column);
      medians[j] = (float) column[column.length / 2];
    }
    return new IsolationForestModel(
        base, threshold(scores), new IsolationForestModel.Kernel(forest, medians));
  }

  @Override
  Class<IsolationForestModel> modelClass() {
    return IsolationForestModel.class;
  }

  @Override
  long seed() {
    return seed;
  }

  @Override
  double contamination() {
    return contamination;
  }

  @Override
  long trainedAtMillis() {
    return trainedAtMillis;
  }
}
