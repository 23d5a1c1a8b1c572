package io.tocsin.collector.monitor;

import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.evidence.Shelf.Kept;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts what judges take in on the shelf, in the write that makes it durable for the monitors, too.
/// Confined to the loop's thread.
final class Recorder {
  private final Shelf shelf;

  /// What is on watch, by workload; empty after a restart, until its next start.
  private final Map<String, Kept> running = new HashMap<>();

  /// What was until then: the word on it may come with its successor's first window.
  private final Map<String, Kept> before = new HashMap<>();

  Recorder(StateStore store) {
    this.shelf = new Shelf(store);
  }

  /// Rows of what one input led to.
  List<Change> of(Site.Result result) {
    List<Change> changes = new ArrayList<>();
    result
        .templates()
        .forEach((workload, known) -> {
          Kept kept = running.get(workload);
          if (kept != null) { // a start tells all that were known before
            add(changes, kept, Trial.Row.of(known), kept.atMillis());
          }
        });
    Map<String, Trial.Taken> onWatch = new HashMap<>();
    for (Trial.Taken taken : result.taken()) {
      onWatch.put(taken.event().workload(), taken);
      take(changes, taken);
    }
    for (Moment moment : result.moments()) {
      String workload = moment.window().workload();
      if (!moment.window().late() && !onWatch.containsKey(workload)) {
        leave(workload);
      }
    }
    return changes;
  }

  /// What is kept of the inputs of a verdict; null when nothing is.
  @Nullable Kept kept(Verdict verdict) {
    Kept now = running.get(verdict.workload());
    Kept kept =
        now != null && now.release().equals(verdict.release())
            ? now
            : before.get(verdict.workload());
    return kept != null && kept.release().equals(verdict.release()) ? kept : null;
  }

  private void leave(String workload) {
    Kept left = running.remove(workload);
    if (left != null) {
      before.put(workload, left);
    }
  }

  void trim(long nowMillis) {
    shelf.trim(nowMillis);
  }

  private void take(List<Change> changes, Trial.Taken taken) {
    String workload = taken.event().workload();
    String release = taken.event().to().id();
    long since = taken.event().atMillis();
    Kept kept = running.get(workload);
    Trial.Start start = taken.start();
    if (start != null) {
      if (kept == null || !kept.release().equals(release) || kept.sinceMillis() != since) {
        leave(workload);
        kept = shelf.kept(workload, release).filter(k -> k.sinceMillis() == since).orElse(null);
      }
      if (kept == null) {
        Shelf.Step begun = shelf.begin(workload, release, since);
        changes.addAll(begun.changes());
        kept = begun.kept();
      }
      kept = add(changes, kept, Trial.Row.of(start), taken.window().startMillis());
    }
    if (kept != null) {
      add(changes, kept, Trial.Row.of(taken), taken.window().endMillis());
    }
  }

  private Kept add(List<Change> changes, Kept kept, Trial.Row row, long atMillis) {
    String json = new String(Json.write(row), StandardCharsets.UTF_8);
    Shelf.Step step = shelf.append(kept, json, row.start() != null, atMillis);
    changes.addAll(step.changes());
    running.put(kept.workload(), step.kept());
    return step.kept();
  }
}
