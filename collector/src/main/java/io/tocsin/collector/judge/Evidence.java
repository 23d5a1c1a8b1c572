package io.tocsin.collector.judge;

import java.util.List;

/// What one signal says of a release.
///
/// @param signal stable name: `error-ratio`, `slow-requests`, `restarts`, `error-lines`,
///   `template:<16 hex digits>`, `metric:<name>`, `model-anomalies`
/// @param group `primary`, `novel` or `rest` (STATISTICS item 8)
/// @param kind `requests`, `logs`, `resources` or `liveness`: acting needs two kinds, or one kind
///   from two agents
/// @param logE natural logarithm of the e-value against "no worse than the margin"
/// @param weight in the combination, 0 to 1
/// @param exposure what events are counted against: `requests`, `lines`, `instance-seconds`,
///   `blocks`
/// @param newEvents in the new arm
/// @param newExposure of the new arm
/// @param oldEvents in the old arm
/// @param oldExposure of the old arm
/// @param perInstance each instance's part, new arm first
/// @param agents whose windows carry it
/// @param sentence what people read, e.g. "41 times on 5 of 5 new instances, never on 12 old"
public record Evidence(
    String signal,
    String group,
    String kind,
    double logE,
    double weight,
    String exposure,
    double newEvents,
    double newExposure,
    double oldEvents,
    double oldExposure,
    List<Part> perInstance,
    List<String> agents,
    String sentence) {

  public Evidence {
    perInstance = List.copyOf(perInstance);
    agents = List.copyOf(agents);
  }

  /// The same without each instance's part and its agents.
  Evidence brief() {
    return new Evidence(
        signal,
        group,
        kind,
        logE,
        weight,
        exposure,
        newEvents,
        newExposure,
        oldEvents,
        oldExposure,
        List.of(),
        List.of(),
        sentence);
  }

  /// One instance's part.
  ///
  /// @param instance id
  /// @param name what people call it
  /// @param isNew in the new arm
  /// @param events counted, or the median of a metric
  /// @param exposure it had
  /// @param pointsToHarm whether it points the way the evidence does
  public record Part(
      String instance,
      String name,
      boolean isNew,
      double events,
      double exposure,
      boolean pointsToHarm) {}
}
