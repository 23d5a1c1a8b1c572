package io.tocsin.collector.detect;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A detector between restarts; restores to equal scores, bit for bit.
///
/// @param version of this form
/// @param firstMillis start of the first window; 0 before there was one
/// @param lastMillis end of the last window
/// @param windows learnt
/// @param attemptedWindows windows learnt when a fit was last adopted or failed; 0 before
/// @param modelHash of the model set in use; empty when none
/// @param names of the features while learning, in the order they were first seen
/// @param known the templates seen, base64
/// @param places seen since the fit, base64; empty while learning
/// @param crowdedOut instance windows not scored because there were too many instances
/// @param series by instance id; empty for the workload as a whole
public record DetectorState(
    int version,
    long firstMillis,
    long lastMillis,
    long windows,
    long attemptedWindows,
    String modelHash,
    List<String> names,
    String known,
    String places,
    long crowdedOut,
    Map<String, Series> series) {

  static final int VERSION = 2;

  public DetectorState {
    names = List.copyOf(names);
    series = Collections.unmodifiableMap(new TreeMap<>(series));
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "detector state of version %d, %d expected".formatted(version, VERSION));
    }
  }

  /// One series.
  ///
  /// @param seenMillis end of the last window it was in
  /// @param numbers base64, at most 4 kB; 6 kB for the workload as a whole
  public record Series(long seenMillis, String numbers) {}
}
