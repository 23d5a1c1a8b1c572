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
    WORDS;

    double vote(double skill) {
      return this == COURSE ? skill : 1;
    }
  }

  private static final View[] ALL = values();
  private static final Kind[] KINDS = Kind.values();
  private static final double LN10 = StrictMath.log(10);
  private static final double BETWEEN = 0.5;
  private static final double WITHIN = 0.3;

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

  /// What all views see together: the power mean over the kinds of 1 / share with exponent 1/2,
  /// near the largest, yet several half-convinced kinds outweigh one (DETECTION.md section 3).
  /// Within a kind the exponent is .3: its views look at the same, so one alone that cries is
  /// believed less. Each kind has one vote; that of the forecast is its skill: who foresees nothing
  /// knows nothing of what was unforeseen. Views that are NaN have nothing to go by.
  ///
  /// @param skill of the forecast, 0 to 1
  static double combine(double[] rarities, double skill) {
    double sum = 0;
    double votes = 0;
    for (Kind kind : KINDS) {
      double mean = mean(kind, rarities);
      if (!Double.isNaN(mean)) {
        double vote = kind.vote(skill);
        sum += vote * StrictMath.pow(mean, BETWEEN / WITHIN);
        votes += vote;
      }
    }
    return votes == 0 ? Tail.LEAST : StrictMath.log10(sum / votes) / BETWEEN;
  }

  /// How much this view carries of what [#combine] gives, to be compared with that of the others.
  double part(double[] rarities, double skill) {
    double rarity = rarities[index];
    if (Double.isNaN(rarity)) {
      return 0;
    }
    double mean = mean(kind, rarities);
    double ofKind = kind.vote(skill) * StrictMath.pow(mean, BETWEEN / WITHIN);
    return ofKind * StrictMath.exp(WITHIN * LN10 * rarity) / (mean * speaking(kind, rarities));
  }

  /// Mean of 1 / share to the power of .3 over the views of a kind; NaN when none has a say.
  private static double mean(Kind kind, double[] rarities) {
    double sum = 0;
    for (int v = 0; v < rarities.length; v++) {
      if (ALL[v].kind == kind && !Double.isNaN(rarities[v])) {
        sum += StrictMath.exp(WITHIN * LN10 * rarities[v]);
      }
    }
    int speaking = speaking(kind, rarities);
    return speaking == 0 ? Double.NaN : sum / speaking;
  }

  private static int speaking(Kind kind, double[] rarities) {
    int speaking = 0;
    for (int v = 0; v < rarities.length; v++) {
      speaking += ALL[v].kind == kind && !Double.isNaN(rarities[v]) ? 1 : 0;
    }
    return speaking;
  }
}
