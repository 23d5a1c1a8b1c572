package io.tocsin.collector.monitor;

import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// How long what the monitors wrote is kept, and what is forgotten then. Confined to the loop.
final class Retention {
  // A week of inputs can be replayed, with the models that they put into force.
  private static final long DAY_MILLIS = 86_400_000L;
  private static final long KEEP_LOG_MILLIS = 7 * DAY_MILLIS;
  // What the page shows of the past.
  private static final long KEEP_FACTS_MILLIS = 90 * DAY_MILLIS;

  private final StateStore store;

  Retention(StateStore store) {
    this.store = store;
  }

  /// Forgets what is old.
  ///
  /// @param needed oldest offset that a restart would read
  /// @param inForce hashes of the models that score now
  void trim(InputLog inputs, long needed, Set<String> inForce, long nowMillis) {
    trimInputs(inputs, needed, nowMillis - KEEP_LOG_MILLIS);
    trimModels(inputs, inForce, nowMillis - KEEP_LOG_MILLIS);
    trimFacts(nowMillis - KEEP_FACTS_MILLIS);
    trimVerdicts(nowMillis - KEEP_FACTS_MILLIS);
  }

  /// What turned out to be no normal is no history. A range, for it may be days of many instances.
  /// Before the write that says so: after a death in between it is forgotten once more.
  ///
  /// @param fromMillis of windows that end then or later
  /// @param untilMillis and before this
  void forget(String workload, long fromMillis, long untilMillis) {
    store.deleteRange(
        Table.HISTORY, Keys.of(workload, fromMillis, ""), Keys.of(workload, untilMillis, ""));
  }

  /// Forgets history that no fit looks at.
  void trimHistory(Collection<String> workloads, long youngMillis) {
    for (String workload : workloads) {
      store.deleteRange(
          Table.HISTORY, Keys.of(workload, 0, ""), Keys.of(workload, youngMillis, ""));
    }
  }

  private void trimInputs(InputLog inputs, long needed, long youngMillis) {
    long oldest = inputs.oldest();
    long from = oldest;
    long to = needed;
    while (from < to) { // offsets are dense and times do not fall: the first entry young enough
      long middle = (from + to) >>> 1;
      List<InputLog.Entry> entry = inputs.read(middle, 1);
      if (!entry.isEmpty() && entry.getFirst().atMillis() < youngMillis) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    if (from > oldest) {
      inputs.trim(from);
    }
  }

  /// Sets that no input in the log names any more, and by which nobody scores.
  private void trimModels(InputLog inputs, Set<String> inForce, long youngMillis) {
    List<InputLog.Entry> oldest = inputs.read(inputs.oldest(), 1);
    long logged = oldest.isEmpty() ? youngMillis : oldest.getFirst().atMillis();
    List<Change> gone = new ArrayList<>();
    store.scan(
        Table.STATE,
        Keys.models(),
        Keys.modelsEnd(),
        (key, value) -> {
          var model = Json.read(value, FittedModel.class);
          // A day more: a set is made a moment before the input that names it.
          long needed = Math.min(logged, youngMillis) - DAY_MILLIS;
          if (model.atMillis() < needed && !inForce.contains(model.hash())) {
            gone.add(new Change(Table.STATE, key, null));
            gone.add(new Change(Table.BLOBS, Keys.of(model.hash()), null));
          }
          return true;
        });
    if (!gone.isEmpty()) {
      store.write(gone);
    }
  }

  private void trimFacts(long youngMillis) {
    long[] old = {0};
    store.scan(
        Table.FACTS,
        Keys.of(0),
        null,
        (key, value) -> {
          boolean past = MonitorLoop.numbered(key, value).fact().atMillis() < youngMillis;
          old[0] = past ? Keys.number(key) : old[0];
          return past;
        });
    store.deleteRange(Table.FACTS, Keys.of(0), Keys.of(old[0] + 1));
  }

  private void trimVerdicts(long youngMillis) {
    List<Change> gone = new ArrayList<>();
    store.scan(
        Table.STATE,
        Keys.verdicts(),
        Keys.verdictsEnd(),
        (key, value) -> {
          if (Json.read(value, Fact.Judged.class).atMillis() < youngMillis) {
            gone.add(new Change(Table.STATE, key, null));
          }
          return true;
        });
    if (!gone.isEmpty()) {
      store.write(gone);
    }
  }
}
