package io.tocsin.benchmarks.aa;

import java.util.Arrays;

/// How far a rate that was measured may be from the true one.
final class Bounds {
  private static final int RESAMPLES = 2_000;

  private Bounds() {}

  /// Clopper and Pearson's upper 95 % bound (one-sided) of a rate, from independent series.
  static double upper(long hits, long n) {
    if (hits >= n) {
      return 1;
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      // P(at most `hits`) falls as the rate grows.
      boolean likely = 1 - atLeast(hits + 1, n, middle) > 0.05;
      low = likely ? middle : low;
      high = likely ? high : middle;
    }
    return high;
  }

  /// Upper 95 % bound of the mean over clusters, by drawing whole clusters.
  ///
  /// @param hits of each cluster
  /// @param sizes of each cluster
  static double upperOfClusters(long[] hits, long[] sizes, Draws draws) {
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      long sum = 0;
      long n = 0;
      for (int i = 0; i < hits.length; i++) {
        int drawn = (int) (draws.uniform() * hits.length);
        sum += hits[drawn];
        n += sizes[drawn];
      }
      means[r] = (double) sum / n;
    }
    Arrays.sort(means);
    return means[(int) (0.95 * RESAMPLES)];
  }

  /// P(X >= x) of a binomial: the exact test's p-value.
  static double atLeast(long x, long n, double share) {
    if (x <= 0) {
      return 1;
    }
    return x > n ? 0 : beta(share, (double) x, n - x + 1.0);
  }

  /// The regularised incomplete beta function, by its continued fraction (Lentz).
  private static double beta(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - beta(1 - x, b, a);
    }
    double front =
        Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
            / a;
    double tiny = 1e-300;
    double c = 1;
    double d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny);
    double fraction = d;
    for (int m = 1; m < 1_000; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / nonZero(1 + even * d, tiny);
      c = nonZero(1 + even / c, tiny);
      fraction *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + odd * d, tiny);
      c = nonZero(1 + odd / c, tiny);
      fraction *= d * c;
      if (Math.abs(d * c - 1) < 1e-12) {
        break;
      }
    }
    return front * fraction;
  }

  private static double nonZero(double value, double tiny) {
    return Math.abs(value) < tiny ? tiny : value;
  }

  private static double logGamma(double x) {
    double shift = 0;
    double y = x;
    while (y < 8) {
      shift -= Math.log(y);
      y++;
    }
    double r = 1 / (y * y);
    return shift
        + (y - 0.5) * Math.log(y)
        - y
        + 0.9189385332046727
        + (1.0 / 12 - r * (1.0 / 360 - r / 1260)) / y;
  }
}
