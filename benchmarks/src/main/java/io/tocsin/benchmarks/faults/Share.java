package io.tocsin.benchmarks.faults;

/// So many of so many, with Clopper and Pearson's bounds: each is exceeded by the true share at
/// most one time in twenty.
record Share(long hits, long of) {
  private static final double ERROR = 0.05;

  Share {
    if (hits < 0 || hits > of) {
      throw new IllegalArgumentException("%d of %d: expected 0 to %d".formatted(hits, of, of));
    }
  }

  /// 0 to 1; not a number when there was nothing.
  double value() {
    return (double) hits / of;
  }

  double lower() {
    return hits == 0 ? 0 : bisect(share -> 1 - atMost(hits - 1, of, share) < ERROR);
  }

  double upper() {
    return hits == of ? 1 : bisect(share -> atMost(hits, of, share) >= ERROR);
  }

  private interface Low {
    boolean test(double share);
  }

  private static double bisect(Low low) {
    double from = 0;
    double to = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (from + to) / 2;
      if (low.test(middle)) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return (from + to) / 2;
  }

  /// Probability of at most `x` of `n`.
  private static double atMost(long x, long n, double share) {
    double log = n * Math.log1p(-share);
    double sum = Math.exp(log);
    for (long k = 1; k <= x; k++) {
      log += Math.log((n - k + 1.0) / k) + Math.log(share) - Math.log1p(-share);
      sum += Math.exp(log);
    }
    return Math.min(1, sum);
  }
}
