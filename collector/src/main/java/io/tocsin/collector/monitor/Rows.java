package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.monitor.MonitorLoop.Position;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.collector.window.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the monitors keep in the store: what becomes a row under which key, and how it is read
/// again. Writes nothing itself: the loop puts all rows of a commit into one batch. Safe for use by
/// many threads.
final class Rows {
  private static final byte[] POSITION = Keys.of("loop");
  private static final byte[] SEALER = Keys.of("sealer");
  private static final byte[] PLACEMENTS = Keys.of("placements");
  private static final byte[] CORRELATOR = Keys.of("correlator");
  private static final String MONITOR = "monitor/";
  private static final int MAX_READ = 256;

  private final StateStore store;

  private record KeptPlacements(List<Placement> placements) {}

  Rows(StateStore store) {
    this.store = store;
  }

  /// Where the loop stood; empty in a new store.
  Optional<Position> position() {
    byte[] kept = store.get(Table.STATE, POSITION);
    return kept == null ? Optional.empty() : Optional.of(Json.read(kept, Position.class));
  }

  /// The newest verdict on a release, with every instance's part.
  Optional<Verdict> verdict(String workload, String release) {
    byte[] value = store.get(Table.STATE, Keys.verdict(workload, release));
    return value == null
        ? Optional.empty()
        : Optional.of(Json.read(value, Fact.Judged.class).verdict());
  }

  /// The known templates of a workload.
  List<Known> templates(String workload) {
    List<Known> known = new ArrayList<>();
    store.scan(
        Table.TEMPLATES,
        Keys.of(workload, 0),
        Keys.of(workload, -1),
        (key, value) -> known.add(Json.read(value, Known.class)));
    return known;
  }

  /// @throws IllegalStateException when the store lacks it
  ModelSet models(String hash) {
    byte[] blob = store.get(Table.BLOBS, Keys.of(hash));
    if (blob == null) {
      throw new IllegalStateException("the store lacks model " + hash + "; restore a backup");
    }
    return ModelSet.decode(blob);
  }

  /// A fact, and the whole of a verdict beside it.
  List<Change> of(Numbered numbered) {
    Fact fact = numbered.fact();
    var row = new Change(Table.FACTS, Keys.of(numbered.number()), Json.write(thin(fact)));
    return fact instanceof Fact.Judged judged
        ? List.of(
            row,
            new Change(
                Table.STATE,
                Keys.verdict(judged.workload(), judged.verdict().release()),
                Json.write(judged)))
        : List.of(row);
  }

  /// The history that a moment adds to.
  List<Change> of(Moment moment) {
    List<Change> rows = new ArrayList<>();
    for (Row row : moment.rows()) {
      rows.add(
          new Change(
              Table.HISTORY,
              Keys.of(moment.window().workload(), row.windowEndMillis(), row.instance()),
              Json.write(row)));
    }
    return rows;
  }

  /// Templates by workload.
  List<Change> of(Map<String, List<Known>> templates) {
    List<Change> rows = new ArrayList<>();
    templates.forEach((workload, known) -> {
      for (Known each : known) {
        rows.add(new Change(Table.TEMPLATES, Keys.of(workload, each.id()), Json.write(each)));
      }
    });
    return rows;
  }

  /// The state as it stands.
  ///
  /// @param dirty workloads whose state is another now
  /// @param placed whether the placements are
  List<Change> of(Site site, Collection<String> dirty, boolean placed, Position position) {
    List<Change> rows = new ArrayList<>();
    for (String workload : dirty) {
      WorkloadMonitor monitor = site.monitors().get(workload);
      if (monitor != null) {
        rows.add(state(Keys.of(MONITOR + workload), monitor.state()));
      }
    }
    if (placed) {
      rows.add(state(PLACEMENTS, new KeptPlacements(site.placements())));
    }
    rows.add(state(SEALER, site.sealer(position.consumed())));
    rows.add(state(CORRELATOR, site.correlator()));
    rows.add(state(POSITION, position));
    return rows;
  }

  /// Facts that were durable at a crash but may not have reached `respond`.
  List<Numbered> undelivered(Position position) {
    List<Numbered> again = new ArrayList<>();
    store.scan(
        Table.FACTS,
        Keys.of(position.delivered() + 1),
        Keys.of(position.facts() + 1),
        (key, value) -> again.add(whole(MonitorLoop.numbered(key, value))));
    return again;
  }

  /// The state machines as they stood, their open windows read again from the log.
  ///
  /// @throws IllegalStateException when the store holds half a state
  Site restore(MonitorConfig config, InputLog inputs, Position position) {
    Map<String, TemplateBook> books = new TreeMap<>();
    store.scan(
        Table.TEMPLATES,
        new byte[0],
        null,
        (key, value) -> {
          books
              .computeIfAbsent(Keys.workload(key), w -> new TemplateBook())
              .put(Json.read(value, Known.class));
          return true;
        });
    Map<String, WorkloadMonitor.State> monitors = new TreeMap<>();
    store.scan(
        Table.STATE,
        Keys.of(MONITOR),
        Keys.of("monitor0"), // the character behind '/'
        (key, value) -> {
          String name = new String(key, StandardCharsets.UTF_8);
          monitors.put(
              name.substring(MONITOR.length()), Json.read(value, WorkloadMonitor.State.class));
          return true;
        });
    byte[] placements = store.get(Table.STATE, PLACEMENTS);
    Sealer.State sealer = Json.read(required(SEALER), Sealer.State.class);
    Site restored =
        new Site(
            config,
            this::models,
            placements == null
                ? List.of()
                : Json.read(placements, KeptPlacements.class).placements(),
            sealer,
            Json.read(required(CORRELATOR), Correlator.State.class),
            books,
            monitors);
    for (long at = sealer.replayFrom(); at <= position.consumed(); ) {
      List<InputLog.Entry> entries = inputs.read(at, MAX_READ);
      for (InputLog.Entry entry : entries) {
        if (entry.offset() <= position.consumed()) {
          restored.rebuild(entry);
        }
      }
      at = entries.isEmpty() ? Long.MAX_VALUE : entries.getLast().offset() + 1;
    }
    return restored;
  }

  /// A verdict was stored without its instances; the newest one is kept whole beside.
  private Numbered whole(Numbered fact) {
    if (!(fact.fact() instanceof Fact.Judged judged)) {
      return fact;
    }
    return verdict(judged.workload(), judged.verdict().release())
        .filter(verdict -> verdict.atMillis() == judged.atMillis())
        .map(verdict -> new Numbered(fact.number(), new Fact.Judged(verdict, judged.changed())))
        .orElse(fact);
  }

  /// The timeline needs no instance's part of a verdict that says what the one before said.
  private static Fact thin(Fact fact) {
    return fact instanceof Fact.Judged judged && !judged.changed() ? judged.brief() : fact;
  }

  private static Change state(byte[] key, Object value) {
    return new Change(Table.STATE, key, Json.write(value));
  }

  private byte[] required(byte[] key) {
    byte[] value = store.get(Table.STATE, key);
    if (value == null) {
      throw new IllegalStateException("the store holds half a state; restore a backup");
    }
    return value;
  }
}
