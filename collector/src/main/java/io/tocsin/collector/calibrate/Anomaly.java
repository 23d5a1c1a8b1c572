package io.tocsin.collector.calibrate;

import java.util.List;

/// One window of one workload, or of one of its instances, that is rarer than the budget allows.
///
/// @param workload key
/// @param instance id; empty for the workload as a whole
/// @param windowEndMillis exclusive end of the window
/// @param onceInHours how rare: a score as high comes once in so many hours of normal running; > 0
/// @param carriers what carried it, strongest first, at most 5
public record Anomaly(
    String workload,
    String instance,
    long windowEndMillis,
    double onceInHours,
    List<Carrier> carriers) {

  public Anomaly {
    carriers = List.copyOf(carriers);
    if (!(onceInHours > 0)) {
      throw new IllegalArgumentException(workload + ": once in " + onceInHours + " hours");
    }
  }

  /// One feature's part in an anomaly: a share of the score, not a cause.
  ///
  /// @param feature name as people read it, e.g. `requests.failed share`
  /// @param share of the score, 0 to 1
  /// @param usualLow 5 % quantile of normal running
  /// @param usualHigh 95 % quantile
  /// @param seen value in this window
  public record Carrier(
      String feature, double share, double usualLow, double usualHigh, double seen) {}
}
