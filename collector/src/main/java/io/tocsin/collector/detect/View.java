package io.tocsin.collector.detect;

/// One way of looking at a window. What it sees becomes a rarity before anybody compares it.
enum View {
  /// Mean of the three largest deviations.
  DEVIATION(0, Kind.PLACE, "deviation", 0.01, 0.45),
  /// Mean square of what the forecast did not foresee.
  SURPRISE(1, Kind.COURSE, "surprise", 0.01, 0.9),
  /// The same, smoothed.
  STEADY_SURPRISE(2, Kind.COURSE, "steady surprise", 0.01, 0.6),
  /// Distance to the nearest place known, on deviations from a baseline of days.
  SLOW_MEMORY(3, Kind.PLACE, "slow memory", 0.05, 0.2),
  /// The same on deviations from a baseline of hours.
  FAST_MEMORY(4, Kind.PLACE, "fast memory", 0.05, 0.22),
  /// Reconstruction error of the short-term statistics.
  AUTOENCODER(5, Kind.PLACE, "autoencoder", 0.003, 0.75),
  /// Isolation forest on the short-term statistics.
  FOREST(6, Kind.PLACE, "forest", 0, 0.07),
  /// Templates never seen before, an error as 1.
  NOVELTY(7, Kind.WORDS, "novelty", 0.5, 0.5);

  static final int COUNT = values().length;

  /// What a view goes by. Views of one kind share one vote: five that look at the same deviations
  /// know little more than one of them.
  private enum Kind {
    /// Where the features are.
    PLACE,
    /// Where they go from one row to the next.
    COURSE,
    /// What is said.
    WORDS
  }

  private static final View[] ALL = values();
  private static final Kind[] KINDS = Kind.values();
  private static final double HALF_LN10 = StrictMath.log(10) / 2;

  private final int index;
  private final Kind kind;
  private final String label;
  // Added to what the view sees, so that ratios near zero mean something (DETECTION.md section 3).
  private final double offset;
  // Tail shape believed in before there are peaks, in e-folds: about what peaks of hours have.
  private final double shape;

  View(int index, Kind kind, String label, double offset, double shape) {
    this.index = index;
    this.kind = kind;
    this.label = label;
    this.offset = offset;
    this.shape = shape;
  }

  /// The view of that index.
  static View at(int index) {
    return ALL[index];
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
  /// views outweigh one (DETECTION.md section 3). Each kind has one vote, shared by those of its
  /// views that have something to go by; NaN has not.
  static double combine(double[] rarities) {
    double sum = 0;
    int voting = 0;
    for (Kind kind : KINDS) {
      double ofKind = 0;
      int speaking = 0;
      for (int v = 0; v < rarities.length; v++) {
        if (ALL[v].kind == kind && !Double.isNaN(rarities[v])) {
          ofKind += StrictMath.exp(HALF_LN10 * rarities[v]);
          speaking++;
        }
      }
      if (speaking > 0) {
        sum += ofKind / speaking;
        voting++;
      }
    }
    return voting == 0 ? Tail.LEAST : 2 * StrictMath.log10(sum / voting);
  }

  /// How many views of its kind there are: what one of them carries is shared by so many.
  int sharers() {
    int sharers = 0;
    for (View view : ALL) {
      sharers += view.kind == kind ? 1 : 0;
    }
    return sharers;
  }
}
