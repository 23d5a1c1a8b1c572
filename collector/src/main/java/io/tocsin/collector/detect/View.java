package io.tocsin.collector.detect;

import java.util.Arrays;

/// One way of looking at a window. What it sees becomes a rarity before anybody compares it.
enum View {
  /// Mean of the three largest deviations.
  DEVIATION(0, "deviation", 0.01, 0.12),
  /// Isolation forest on the short-term statistics.
  FOREST(1, "forest", 0, 0.04),
  /// Reconstruction error of the short-term statistics.
  AUTOENCODER(2, "autoencoder", 0.003, 0.25),
  /// Templates never seen before, an error as 1.
  NOVELTY(3, "novelty", 0.5, 0.5);

  static final int COUNT = values().length;

  private final int index;
  private final String label;
  // Added to what the view sees, so that ratios near zero mean something (DETECTION.md section 3).
  private final double offset;
  // Tail shape believed in before there are peaks, in e-folds.
  private final double shape;

  View(int index, String label, double offset, double shape) {
    this.index = index;
    this.label = label;
    this.offset = offset;
    this.shape = shape;
  }

  /// Its place in arrays and in stored model sets; never changes.
  int index() {
    return index;
  }

  /// As people read it.
  String label() {
    return label;
  }

  double offset() {
    return offset;
  }

  double shape() {
    return shape;
  }

  /// The power mean of 1 / share with exponent 1/2: near the largest, yet several half-convinced
  /// views outweigh one (DETECTION.md section 3).
  static double combine(double[] rarities) {
    double mean =
        Arrays.stream(rarities).map(u -> StrictMath.pow(10, u / 2)).sum() / rarities.length;
    return 2 * StrictMath.log10(mean);
  }
}
