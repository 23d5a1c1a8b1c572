package io.tocsin.collector.judge;

/// Means of e-values given as logarithms: valid under any dependence (Vovk and Wang, arXiv
/// 1912.06116).
final class EValues {
  private double largest = Double.NEGATIVE_INFINITY;
  private double scaled;

  /// Adds `weight` times the e-value whose logarithm is given.
  EValues add(double weight, double logE) {
    if (weight <= 0) {
      return this;
    }
    if (logE > largest) {
      scaled = scaled * StrictMath.exp(largest - logE) + weight;
      largest = logE;
    } else {
      scaled += weight * StrictMath.exp(logE - largest);
    }
    return this;
  }

  /// Logarithm of the weighted sum; negative infinity when nothing was added.
  double log() {
    return largest + StrictMath.log(scaled);
  }
}
