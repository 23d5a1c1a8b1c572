package io.tocsin.collector.judge;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What others know of a window when the judge takes it.
///
/// @param sharedCause what fails for several workloads, e.g. "inventory fails for 2 workloads";
///   null when nothing does
/// @param sinceMillis when that began; 0 without one
/// @param disturbedMillis since when the workload itself has deviated; 0 while it does not
/// @param anomalous ids of the instances that the models find unusual in this window
/// @param skewMillis largest difference between an agent's clock and the collector's
public record Surroundings(
    @Nullable String sharedCause,
    long sinceMillis,
    long disturbedMillis,
    Set<String> anomalous,
    long skewMillis) {
  public Surroundings {
    anomalous = Set.copyOf(anomalous);
  }

  /// Nothing to report.
  public static Surroundings calm() {
    return new Surroundings(null, 0, 0, Set.of(), 0);
  }
}
