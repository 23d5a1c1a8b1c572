package io.tocsin.collector.detect;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Fits dense autoencoders on Tribuo datasets of anomaly events; labels are not looked at. Values
/// are expected on a scale of a few deviations. Safe for use by many threads.
public final class AutoencoderTrainer extends AnomalyTrainer<AutoencoderModel> {
  @Config(description = "Steps of the optimiser, at least 1.")
  private int steps = 1300;

  @Config(description = "Share of the training rows that may be called anomalous, 0 to 1.")
  private double contamination = 0.01;

  @Config(description = "Seed of all that is random.")
  private long seed = 1;

  @Config(description = "When the model is said to be trained, epoch milliseconds.")
  private long trainedAtMillis;

  // For Tribuo's configuration.
  private AutoencoderTrainer() {}

  /// @param steps of the optimiser, which bound the time; 1,300 in DETECTION.md
  /// @param contamination share of the training rows that the model may call anomalous, 0 to 1
  /// @param trainedAtMillis what the provenance says of the time
  public AutoencoderTrainer(int steps, double contamination, long seed, long trainedAtMillis) {
    this.steps = steps;
    this.contamination = contamination;
    this.seed = seed;
    this.trainedAtMillis = trainedAtMillis;
    postConfig();
  }

  @Override
  public synchronized void postConfig() {
    if (steps < 1 || !(contamination >= 0 && contamination <= 1)) {
      throw new IllegalArgumentException(
          "steps >= 1, 0 <= contamination <= 1 expected; found %d, %s"
              .formatted(steps, contamination));
    }
    super.postConfig();
  }

  @Override
  AutoencoderModel fit(float[][] rows, SplittableRandom random, AnomalyModel.Base base) {
    Autoencoder network = AutoencoderFit.fit(rows, steps, random);
    Autoencoder.Workspace work = network.workspace();
    double[] scores = Arrays.stream(rows).mapToDouble(row -> network.score(row, work)).toArray();
    return new AutoencoderModel(base, threshold(scores), network);
  }

  @Override
  Class<AutoencoderModel> modelClass() {
    return AutoencoderModel.class;
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
