package io.tocsin.benchmarks.accuracy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The measures of one entity with many metrics, by name.
final class Protocol {
  /// Budgets, false alarms a day, by the ending that metrics carry.
  static final SequencedMap<String, Double> BUDGETS = budgets();

  private final boolean[] label;
  private final double stepMinutes;
  private final Events events;

  Protocol(boolean[] label, double stepMinutes) {
    this.label = label;
    this.stepMinutes = stepMinutes;
    events = new Events(label, stepMinutes);
  }

  private static SequencedMap<String, Double> budgets() {
    SequencedMap<String, Double> budgets = new LinkedHashMap<>();
    budgets.put("1d", 1.0);
    budgets.put("1w", 1 / 7.0);
    return budgets;
  }

  /// What scores are worth, with thresholds in hindsight and with thresholds from the calibration.
  Map<String, Double> of(double[] calibration, double[] test, int vusWindow) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("auc_roc", Ranking.aucRoc(label, test));
    values.put("auc_pr", Ranking.aucPr(label, test));
    values.put("vus_pr", Ranking.vusPr(label, test, vusWindow));
    BUDGETS.forEach((ending, perDay) -> {
      put(values, "", ending, events.best(test, perDay));
      double threshold = Events.calibrated(calibration, perDay, stepMinutes);
      values.put("cal_threshold@" + ending, threshold);
      put(values, "cal_", ending, events.at(Events.passes(test, threshold)));
    });
    return values;
  }

  /// What alarms that a detector decided on itself are worth.
  Map<String, Double> kept(String ending, boolean[] alarm) {
    Map<String, Double> values = new LinkedHashMap<>();
    put(values, "kept_", ending, events.at(alarm));
    return values;
  }

  private static void put(
      Map<String, Double> values, String prefix, String ending, Events.Outcome outcome) {
    values.put(prefix + "recall@" + ending, outcome.found());
    values.put(prefix + "fa_per_day@" + ending, outcome.falsePerDay());
    values.put(prefix + "delay@" + ending, outcome.delay());
  }
}
