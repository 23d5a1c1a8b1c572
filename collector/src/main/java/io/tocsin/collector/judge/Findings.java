package io.tocsin.collector.judge;

import java.util.Comparator;
import java.util.List;

/// All signals together: the weighted mean of their e-values, weights fixed at the release event
/// (STATISTICS item 8). What has not begun counts as 1.
///
/// @param all in a fixed order
/// @param logE of all
/// @param agreedLogE the same, where signals that only one instance shows add nothing
record Findings(List<Finding> all, double logE, double agreedLogE) {

  static Findings of(Tracks tracks, Standard standard, JudgeConfig config) {
    List<Finding> all = Finding.of(tracks, standard, config, tracks.contrast());
    EValues mean = new EValues();
    EValues agreed = new EValues();
    double rest = 1;
    for (Finding finding : all) {
      double weight = finding.evidence().weight();
      double logE = finding.evidence().logE();
      mean.add(weight, logE);
      agreed.add(weight, finding.consistent() ? logE : StrictMath.min(logE, 0));
      rest -= weight;
    }
    return new Findings(all, mean.add(rest, 0).log(), agreed.add(rest, 0).log());
  }

  /// Sentence of the signal that weighs most; empty when there is none.
  String strongest() {
    return all.stream()
        .map(Finding::evidence)
        .max(Comparator.comparingDouble((Evidence e) -> e.logE() + StrictMath.log(e.weight())))
        .map(Evidence::sentence)
        .orElse("");
  }
}
