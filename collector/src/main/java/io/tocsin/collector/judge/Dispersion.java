package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Over-dispersion of the old instances' counts over blocks of one length: Pearson's chi-squared of
/// instance by block with both margins removed (STATISTICS item 4), without keeping the table: with
/// `R` an instance's total, `C` a block's and `T` all, it is `T sum(x^2 / (R C)) - T`, so that
/// `sum(x^2 / C)` an instance is enough.
///
/// @param windows of a block
/// @param chi2 of closed stretches
/// @param freedom degrees of closed stretches
/// @param blocks complete in the open stretch
/// @param filled windows of the block that is open
/// @param open counts of the open block, an instance each
/// @param totals an instance each
/// @param weighted `sum(x^2 / C)`, an instance each
record Dispersion(
    int windows,
    double chi2,
    double freedom,
    int blocks,
    int filled,
    List<Double> open,
    List<Double> totals,
    List<Double> weighted) {

  private static final int STRETCH_WINDOWS = 2_160;

  static Dispersion over(int windows) {
    return new Dispersion(windows, 0, 0, 0, 0, List.of(), List.of(), List.of());
  }

  /// One window, an instance each in the order of the stretch.
  Dispersion learn(List<Double> counts) {
    if (totals.isEmpty()) {
      List<Double> zeros = Collections.nCopies(counts.size(), 0.0);
      return new Dispersion(windows, chi2, freedom, 0, 0, zeros, zeros, zeros).add(counts);
    }
    return add(counts);
  }

  private Dispersion add(List<Double> counts) {
    List<Double> sum = plus(open, counts);
    if (filled + 1 < windows) {
      return new Dispersion(windows, chi2, freedom, blocks, filled + 1, sum, totals, weighted);
    }
    double column = sum.stream().mapToDouble(Double::doubleValue).sum();
    List<Double> squares = sum.stream().map(x -> column > 0 ? x * x / column : 0).toList();
    Dispersion next =
        new Dispersion(
            windows,
            chi2,
            freedom,
            blocks + 1,
            0,
            Collections.nCopies(sum.size(), 0.0),
            plus(totals, sum),
            plus(weighted, squares));
    // Half of what is old makes room for what is new: a memory of some hours.
    return next.blocks * windows < STRETCH_WINDOWS ? next : next.closed().halved();
  }

  /// Ends the stretch: other instances follow.
  Dispersion closed() {
    return new Dispersion(
        windows, chi2 + openChi2(), freedom + openFreedom(), 0, 0, List.of(), List.of(), List.of());
  }

  private Dispersion halved() {
    return new Dispersion(windows, chi2 / 2, freedom / 2, blocks, filled, open, totals, weighted);
  }

  /// Degrees of freedom that [#factor] rests on.
  double evidence() {
    return freedom + openFreedom();
  }

  /// Chi-squared by its degrees of freedom; 0 when nothing is known.
  double factor() {
    double degrees = evidence();
    return degrees > 0 ? (chi2 + openChi2()) / degrees : 0;
  }

  private double openChi2() {
    double all = 0;
    double shares = 0;
    for (int i = 0; i < totals.size(); i++) {
      all += totals.get(i);
      shares += totals.get(i) > 0 ? weighted.get(i) / totals.get(i) : 0;
    }
    return blocks < 2 ? 0 : StrictMath.max(0, all * shares - all);
  }

  private double openFreedom() {
    return blocks < 2 ? 0 : (blocks - 1.0) * (totals.size() - 1);
  }

  private static List<Double> plus(List<Double> a, List<Double> b) {
    List<Double> sum = new ArrayList<>(a.size());
    for (int i = 0; i < a.size(); i++) {
      sum.add(a.get(i) + b.get(i));
    }
    return List.copyOf(sum);
  }
}
