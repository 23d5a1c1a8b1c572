package io.tocsin.collector.calibrate;

import io.tocsin.collector.detect.SurpriseTail;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A calibrator between restarts; restores to equal behaviour.
///
/// @param workloadTail null while learning, as `instanceTail`
/// @param offset added to the thresholds, since alarms came more or less often than promised
/// @param series scored in the last window
/// @param held scores that are still falling, by instance
/// @param aboveMillis end of the last window above a threshold; [Long#MIN_VALUE] when none
/// @param pushedMillis end of the window that the offset was last pushed at for the open incident
/// @param levels of the last hours, each the highest since its window
/// @param alarms of the last 30 days
/// @param observedMillis time that models have scored
public record CalibratorState(
    @Nullable SurpriseTail workloadTail,
    @Nullable SurpriseTail instanceTail,
    double offset,
    int series,
    Map<String, Double> held,
    long aboveMillis,
    long pushedMillis,
    List<Level> levels,
    List<Alarm> alarms,
    long observedMillis) {

  public CalibratorState {
    held = Collections.unmodifiableMap(new TreeMap<>(held));
    levels = List.copyOf(levels);
    alarms = List.copyOf(alarms);
  }

  /// How far above the threshold a window was, in steps of 0.3.
  public record Level(long atMillis, int level) {}

  /// An anomaly that was raised.
  ///
  /// @param push it gave the offset, hours of the same incident included
  public record Alarm(long atMillis, double push, boolean real) {}
}
