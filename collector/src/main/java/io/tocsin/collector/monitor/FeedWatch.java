package io.tocsin.collector.monitor;

import io.tocsin.collector.window.SealedWindow;
import java.util.List;
import java.util.TreeSet;

/// Whether live instances have stopped reporting. One silent window is a hiccup, three are a dead
/// feed. Pure; confined to one thread.
final class FeedWatch {
  private static final int SILENT_WINDOWS = 3;

  private final String workload;
  private TreeSet<String> reported;
  private long since;
  private int run;

  /// What to keep between restarts.
  record State(List<String> reported, long since, int run) {}

  FeedWatch(String workload) {
    this(workload, new State(List.of(), 0, 0));
  }

  FeedWatch(String workload, State state) {
    this.workload = workload;
    this.reported = new TreeSet<>(state.reported());
    this.since = state.since();
    this.run = state.run();
  }

  State state() {
    return new State(List.copyOf(reported), since, run);
  }

  List<Fact> accept(SealedWindow window) {
    if (window.silent().isEmpty()) {
      boolean was = !reported.isEmpty();
      List<String> back = List.copyOf(reported);
      long began = since;
      reported = new TreeSet<>();
      since = 0;
      run = 0;
      return was
          ? List.of(new Fact.FeedDead(workload, window.endMillis(), began, back, true))
          : List.of();
    }
    if (run == 0) {
      since = window.startMillis();
    }
    run++;
    if (run < SILENT_WINDOWS || !reported.addAll(window.silent())) {
      return List.of();
    }
    return List.of(
        new Fact.FeedDead(workload, window.endMillis(), since, List.copyOf(reported), false));
  }
}
