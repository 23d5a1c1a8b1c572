package io.tocsin.collector.judge;

import io.tocsin.collector.judge.Finding.Agreement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// All signals together: the weighted mean of their e-values, weights fixed at the release event
/// (STATISTICS item 8). What has not begun counts as 1.
///
/// @param all in a fixed order
/// @param logE of all
/// @param agreedLogE the same, where signals that only one instance shows add nothing
record Findings(List<Finding> all, double logE, double agreedLogE) {

  // Two blocks in a row.
  private static final double LEANING = StrictMath.log(2);

  static Findings of(Tracks tracks, Standard standard, JudgeConfig config) {
    List<Finding> all = Finding.of(tracks, standard, config, tracks.contrast());
    EValues mean = new EValues();
    EValues agreed = new EValues();
    double rest = 1;
    for (Finding finding : all) {
      double weight = finding.evidence().weight();
      double logE = finding.evidence().logE();
      mean.add(weight, logE);
      boolean counts = finding.agreement() == Agreement.AGREED;
      agreed.add(weight, counts ? logE : StrictMath.min(logE, 0));
      rest -= weight;
    }
    return new Findings(all, mean.add(rest, 0).log(), agreed.add(rest, 0).log());
  }

  /// The resource that new instances agree to be beyond its margin now, and that counts against the
  /// release by itself; the sentence of the first.
  Optional<String> leaning() {
    return all.stream()
        .filter(finding -> finding.agreement() == Agreement.AGREED)
        .map(Finding::evidence)
        .filter(e -> e.group().equals("rest") && !e.signal().equals(Standard.MODELS))
        .filter(e -> e.logE() > LEANING)
        .map(Evidence::sentence)
        .findFirst();
  }

  /// Sentence of the signal that weighs most; empty when there is none.
  String strongest() {
    return heaviest().map(finding -> finding.evidence().sentence()).orElse("");
  }

  /// Whether the signal that weighs most lives on one node of several.
  boolean onOneNode() {
    return heaviest().filter(finding -> finding.agreement() == Agreement.ONE_NODE).isPresent();
  }

  private Optional<Finding> heaviest() {
    return all.stream()
        .max(
            Comparator.comparingDouble(
                f -> f.evidence().logE() + StrictMath.log(f.evidence().weight())));
  }
}
