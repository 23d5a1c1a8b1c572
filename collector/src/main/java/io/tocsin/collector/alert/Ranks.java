package io.tocsin.collector.alert;

import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.judge.Verdict;

/// Severity, impact and confidence of facts. They order incidents for people and do nothing else:
/// no threshold is laid on them, so coarse steps will do.
final class Ranks {
  private static final double A_DAY = 24;
  private static final double A_MONTH = 30 * A_DAY;

  private Ranks() {}

  static Severity severity(Anomaly anomaly) {
    if (!anomaly.instance().isEmpty()) {
      return Severity.LOW;
    }
    return anomaly.onceInHours() >= A_MONTH ? Severity.HIGH : Severity.MEDIUM;
  }

  static double impact(Anomaly anomaly) {
    return anomaly.instance().isEmpty() ? 1 : 0.5;
  }

  /// Half at once a day, 0.97 at once a month.
  static double confidence(Anomaly anomaly) {
    return 1 - A_DAY / (A_DAY + anomaly.onceInHours());
  }

  /// The share of instances that run the release.
  static double impact(Verdict verdict) {
    int all = verdict.newInstances() + verdict.oldInstances();
    return all == 0 ? 1 : (double) verdict.newInstances() / all;
  }

  /// One less the arithmetic's bound on harmless releases that get as far, times what was read.
  static double confidence(Verdict verdict) {
    return (1 - StrictMath.exp(-Math.max(0, verdict.maxLogE()))) * verdict.completeness();
  }
}
