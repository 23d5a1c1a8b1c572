package io.tocsin.collector.monitor;

import io.tocsin.collector.window.SealedWindow;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Whether a workload as a whole deviates, and which peers it fails to reach meanwhile. Begins
/// after two failing or three strange windows in a row, ends after six calm ones. Pure; confined to
/// one thread.
final class Disturbed {
  private static final int FAILING_WINDOWS = 2;
  private static final int STRANGE_WINDOWS = 3;
  private static final int CALM_WINDOWS = 6;

  private final String workload;
  private final Peers peers;
  private TreeSet<String> named;
  private long since;
  private long runSince;
  private int failingRun;
  private int strangeRun;
  private int calmRun;
  private boolean ownReason;

  /// What to keep between restarts.
  record State(
      Map<String, Double> usual,
      List<String> named,
      long since,
      long runSince,
      int failingRun,
      int strangeRun,
      int calmRun) {}

  Disturbed(String workload) {
    this(workload, new State(Map.of(), List.of(), 0, 0, 0, 0, 0));
  }

  Disturbed(String workload, State state) {
    this.workload = workload;
    this.peers = new Peers(state.usual());
    this.named = new TreeSet<>(state.named());
    this.since = state.since();
    this.runSince = state.runSince();
    this.failingRun = state.failingRun();
    this.strangeRun = state.strangeRun();
    this.calmRun = state.calmRun();
  }

  State state() {
    return new State(
        peers.usual(), List.copyOf(named), since, runSince, failingRun, strangeRun, calmRun);
  }

  boolean now() {
    return since > 0;
  }

  /// Since when; 0 while it is not.
  long sinceMillis() {
    return since;
  }

  /// Whether it is, and so shortly that it is an incident: what lasts longer is the new normal, and
  /// not to learn it would call it strange for ever.
  boolean freshly(SealedWindow window, long millis) {
    return now() && window.endMillis() - since < millis;
  }

  /// @param strange whether the workload as a whole deviates in this window
  /// @param onWatch whether a release of its own may be the reason
  List<Fact> accept(SealedWindow window, boolean strange, boolean onWatch) {
    ownReason = onWatch;
    if (window.instances().isEmpty()) {
      return List.of(); // silence is told elsewhere
    }
    List<String> failing = peers.failing(window);
    boolean calm = failing.isEmpty() && !strange;
    if (!calm && failingRun == 0 && strangeRun == 0) {
      runSince = window.startMillis();
    }
    failingRun = failing.isEmpty() ? 0 : failingRun + 1;
    strangeRun = strange ? strangeRun + 1 : 0;
    calmRun = calm ? calmRun + 1 : 0;
    if (since == 0) {
      if (failingRun < FAILING_WINDOWS && strangeRun < STRANGE_WINDOWS) {
        return List.of();
      }
      since = runSince;
      named = new TreeSet<>(failing);
      return List.of(fact(window, false));
    }
    if (calmRun >= CALM_WINDOWS) {
      Fact over = fact(window, true);
      since = 0;
      named = new TreeSet<>();
      return List.of(over);
    }
    return named.addAll(failing) ? List.of(fact(window, false)) : List.of();
  }

  private Fact fact(SealedWindow window, boolean ended) {
    return new Fact.Disturbance(
        workload, window.endMillis(), since, List.copyOf(named), ownReason, ended);
  }
}
