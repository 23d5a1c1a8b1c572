package io.tocsin.collector.judge;

import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.Set;

/// May what was read be believed: the share read of what was due, and who has fallen silent.
///
/// @param due instance-windows since the release, old ones halved now and then
/// @param read their shares read, summed
/// @param silentWindows in a row in which nothing of the new release, or nothing at all, came
/// @param silentSince start of that row
/// @param silent instances in its last window
/// @param instances most that were ever expected
record Feed(
    double due, double read, int silentWindows, long silentSince, int silent, int instances) {

  private static final double MEMORY_WINDOWS = 60;
  private static final int PATIENCE = 3;

  static Feed expecting(int instances) {
    return new Feed(0, 0, 0, 0, 0, instances);
  }

  Feed next(SealedWindow window, String release, Set<String> knownNew) {
    double shares = 0;
    boolean freshSpeaks = false;
    for (InstanceWindow part : window.instances()) {
      shares += part.summary().completeness().share();
      freshSpeaks |= part.release().equals(release);
    }
    int quiet = window.silent().size();
    int expected = window.instances().size() + quiet;
    boolean nothing = window.instances().isEmpty();
    if (nothing && expected == 0) {
      expected = StrictMath.max(1, instances);
      quiet = expected;
    }
    boolean freshQuiet = !freshSpeaks && window.silent().stream().anyMatch(knownNew::contains);
    boolean dead = nothing || freshQuiet;
    boolean old = due > MEMORY_WINDOWS * expected;
    return new Feed(
        (old ? due / 2 : due) + expected,
        (old ? read / 2 : read) + shares,
        dead ? silentWindows + 1 : 0,
        silentWindows > 0 ? silentSince : window.startMillis(),
        quiet,
        StrictMath.max(instances, expected));
  }

  double completeness() {
    return due == 0 ? 1 : read / due;
  }

  boolean dead() {
    return silentWindows > PATIENCE;
  }

  /// Enough windows for [#completeness] to mean anything.
  boolean measured() {
    return due > PATIENCE * StrictMath.max(1, instances);
  }
}
