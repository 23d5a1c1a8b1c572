package io.tocsin.benchmarks.aa;

import java.util.SplittableRandom;

/// Seeded random numbers of the kinds that services make. Confined to one thread.
final class Draws {
  private static final int STEPS = 16_384;
  private static final double LIMIT = 8;
  private static final double[] BELOW = normalTable();

  private final SplittableRandom random;

  Draws(long seed) {
    this.random = new SplittableRandom(seed);
  }

  double uniform() {
    return random.nextDouble();
  }

  double normal() {
    return random.nextGaussian();
  }

  /// How many events, at `mean` a window, in bursts of `burst` on average; 1 is no burst.
  long events(double mean, double burst) {
    if (burst <= 1) {
      return poisson(mean);
    }
    long sum = 0;
    for (long k = poisson(mean / burst); k > 0; k--) {
      sum += 1 + (long) (Math.log(1 - random.nextDouble()) / Math.log(1 - 1 / burst));
    }
    return sum;
  }

  long poisson(double mean) {
    return mean < 12 ? byProduct(mean) : byRejection(mean);
  }

  private long byProduct(double mean) {
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    long count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  /// Hörmann 1993, "The transformed rejection method for generating Poisson random variables",
  /// PTRS.
  private long byRejection(double mean) {
    double b = 0.931 + 2.53 * Math.sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double invAlpha = 1.1239 + 1.1328 / (b - 3.4);
    double vr = 0.9277 - 3.6224 / (b - 2);
    while (true) {
      double u = random.nextDouble() - 0.5;
      double v = random.nextDouble();
      double us = 0.5 - Math.abs(u);
      double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= vr) {
        return (long) k;
      }
      if (k < 0 || (us < 0.013 && v > us)) {
        continue;
      }
      double accepted = Math.log(v) + Math.log(invAlpha) - Math.log(a / (us * us) + b);
      if (accepted <= k * Math.log(mean) - mean - logFactorial(k)) {
        return (long) k;
      }
    }
  }

  private static double logFactorial(double k) {
    double x = k + 1;
    return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + 1 / (12 * x) - 1 / (360 * x * x * x);
  }

  /// Share of a standard normal below `z`, to 1e-7.
  static double below(double z) {
    double at = (z + LIMIT) * (STEPS / (2 * LIMIT));
    if (at <= 0) {
      return 0;
    }
    if (at >= STEPS) {
      return 1;
    }
    int i = (int) at;
    return BELOW[i] + (at - i) * (BELOW[i + 1] - BELOW[i]);
  }

  /// The `z` above which a share of a standard normal lies.
  static double above(double share) {
    int low = 0;
    int high = STEPS;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (1 - BELOW[middle] > share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double step = BELOW[high] - BELOW[low];
    double part = step > 0 ? (1 - share - BELOW[low]) / step : 0.5;
    return (low + part) * (2 * LIMIT / STEPS) - LIMIT;
  }

  private static double[] normalTable() {
    double[] table = new double[STEPS + 1];
    double h = 2 * LIMIT / STEPS;
    double sum = 0;
    for (int i = 1; i <= STEPS; i++) {
      double left = -LIMIT + (i - 1) * h;
      // Simpson's rule, a step at a time.
      sum += h / 6 * (density(left) + 4 * density(left + h / 2) + density(left + h));
      table[i] = sum;
    }
    return table;
  }

  private static double density(double z) {
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }
}
