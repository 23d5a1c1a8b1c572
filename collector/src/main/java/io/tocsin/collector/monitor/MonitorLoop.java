package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.collector.store.StoreException;
import io.tocsin.collector.window.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the state machines over the log: what they conclude, their state, the side effects' rows
/// and the consumed offset go into one write. After a crash the same entries give the same facts
/// under the same numbers, so nothing is lost and nothing is new.
public final class MonitorLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MonitorLoop.class);
  private static final byte[] POSITION = Keys.of("loop");
  private static final byte[] SEALER = Keys.of("sealer");
  private static final byte[] PLACEMENTS = Keys.of("placements");
  private static final byte[] CORRELATOR = Keys.of("correlator");
  private static final String MONITOR = "monitor/";
  private static final int MAX_READ = 256;
  // State is small and the log is the truth: a second's worth is read again after a crash.
  private static final long COMMIT_MILLIS = 1_000;
  private static final long TICK_MILLIS = 1_000;
  private static final long TRIM_MILLIS = 3_600_000L;
  // A week of inputs can be replayed.
  private static final long KEEP_LOG_MILLIS = 7 * 86_400_000L;
  // What the page shows of the past.
  private static final long KEEP_FACTS_MILLIS = 90 * 86_400_000L;

  private final MonitorConfig config;
  private final StateStore store;
  private final InputLog inputs;
  private final Fitting fitting;
  private final LongSupplier clock;
  private final Site site;
  private final Thread thread;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticks").factory());

  private final Set<String> dirty = new LinkedHashSet<>();
  private final List<Change> pending = new ArrayList<>();
  private final List<Numbered> concluded = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();
  private Position position;
  private long read;
  private boolean placed;
  private Effects effects = NONE;
  private volatile long lastCommit;
  private long lastTrim;
  private volatile long consumed;
  private volatile boolean closed;

  /// Where the loop stands.
  ///
  /// @param consumed newest offset whose conclusions are durable
  /// @param facts number of the newest fact
  /// @param delivered number of the newest fact that the effects have surely seen
  record Position(long consumed, long facts, long delivered) {}

  /// A fact and its number: 1, 2, 3, … in the order of the log, the same at every replay.
  public record Numbered(long number, Fact fact) {}

  /// What facts lead to.
  public interface Effects {
    /// Rows to write together with the fact; no other side effect. Called in order, once a fact and
    /// run of the process.
    List<Change> alongside(Numbered fact);

    /// Rows to write because time has passed. Called about once a second.
    List<Change> alongside(long atMillis);

    /// The facts are durable. After a crash some may come again.
    void committed(List<Numbered> facts, List<Moment> moments);
  }

  private static final Effects NONE =
      new Effects() {
        @Override
        public List<Change> alongside(Numbered fact) {
          return List.of();
        }

        @Override
        public List<Change> alongside(long atMillis) {
          return List.of();
        }

        @Override
        public void committed(List<Numbered> facts, List<Moment> moments) {}
      };

  private MonitorLoop(
      MonitorConfig config,
      StateStore store,
      InputLog inputs,
      Fitting fitting,
      LongSupplier clock) {
    this.config = config;
    this.store = store;
    this.inputs = inputs;
    this.fitting = fitting;
    this.clock = clock;
    byte[] kept = store.get(Table.STATE, POSITION);
    this.position = kept == null ? new Position(0, 0, 0) : Json.read(kept, Position.class);
    this.consumed = position.consumed();
    this.site = kept == null ? new Site(config, this::models) : restore();
    this.thread =
        Thread.ofPlatform()
            .name("monitors")
            .uncaughtExceptionHandler((thread, fault) ->
                log.error(
                    "the monitors stopped after input {}; start the collector again to go on"
                        + " from there",
                    consumed,
                    fault))
            .unstarted(this::run);
  }

  /// Restores the state machines as they stood; nothing runs yet.
  ///
  /// @param seed of every fit
  public static MonitorLoop open(
      MonitorConfig config, StateStore store, InputLog inputs, LongSupplier clock, long seed) {
    var fitting = new Fitting(config.detect(), store, inputs, seed);
    return new MonitorLoop(config, store, inputs, fitting, clock);
  }

  /// Goes on where the log was left, and lets time pass in it.
  public void start(Effects conclusions) {
    effects = conclusions;
    thread.start();
    var _ =
        ticks.scheduleAtFixedRate(
            () -> {
              var _ = inputs.append(InputLog.Kind.TICK, new byte[0]);
            },
            TICK_MILLIS,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /// Whether it runs and keeps up: less than a minute behind the log.
  public boolean alive() {
    return thread.isAlive() && clock.getAsLong() - lastCommit < 60_000;
  }

  /// Appends what a platform noticed.
  public static void observe(InputLog inputs, Observation observation) {
    var _ = inputs.append(InputLog.Kind.OBSERVATION, Input.encode(observation));
  }

  /// What ran at the last commit, by workload.
  public List<Release> releases() {
    synchronized (site) {
      return site.releases();
    }
  }

  /// The known templates of a workload; safe for use by many threads.
  public List<Known> templates(String workload) {
    List<Known> known = new ArrayList<>();
    store.scan(
        Table.TEMPLATES,
        Keys.of(workload, 0),
        Keys.of(workload, -1),
        (key, value) -> known.add(Json.read(value, Known.class)));
    return known;
  }

  /// The newest verdict on a release, with every instance's part; safe for use by many threads.
  public Optional<Verdict> verdict(String workload, String release) {
    byte[] value = store.get(Table.STATE, verdictKey(workload, release));
    return value == null
        ? Optional.empty()
        : Optional.of(Json.read(value, Fact.Judged.class).verdict());
  }

  /// Newest offset consumed durably.
  public long consumed() {
    return consumed;
  }

  @Override
  public void close() {
    ticks.shutdownNow();
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    fitting.close();
  }

  private void run() {
    redeliver();
    while (!closed) {
      try {
        List<InputLog.Entry> entries = inputs.read(next(), MAX_READ);
        synchronized (site) {
          for (InputLog.Entry entry : entries) {
            consume(entry);
          }
        }
        boolean due = clock.getAsLong() - lastCommit >= COMMIT_MILLIS;
        if (!concluded.isEmpty() || (due && (read > consumed))) {
          commit();
        }
        if (entries.isEmpty()) {
          inputs.await(next(), COMMIT_MILLIS / 4);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    commit();
  }

  private long next() {
    return Math.max(read, consumed) + 1;
  }

  private void consume(InputLog.Entry entry) {
    Site.Result result = site.accept(entry);
    read = entry.offset();
    for (Fact fact : result.facts()) {
      position = new Position(position.consumed(), position.facts() + 1, position.delivered());
      Numbered numbered = new Numbered(position.facts(), fact);
      concluded.add(numbered);
      pending.add(new Change(Table.FACTS, Keys.of(numbered.number()), Json.write(thin(fact))));
      if (fact instanceof Fact.Judged judged) {
        pending.add(
            new Change(
                Table.STATE,
                verdictKey(judged.workload(), judged.verdict().release()),
                Json.write(judged)));
      }
      if (fact instanceof Fact.Ranked ranked && ranked.rank() == Rank.REGRESSED) {
        withdraw(ranked);
      }
      pending.addAll(effects.alongside(numbered));
    }
    if (entry.kind() == InputLog.Kind.TICK) {
      pending.addAll(effects.alongside(entry.atMillis()));
    }
    for (Moment moment : result.moments()) {
      moments.add(moment);
      for (Row row : moment.rows()) {
        pending.add(
            new Change(
                Table.HISTORY,
                Keys.of(moment.window().workload(), row.windowEndMillis(), row.instance()),
                Json.write(row)));
      }
    }
    String fitted = result.fitted();
    if (fitted != null) {
      fitting.done(fitted);
    }
    result
        .templates()
        .forEach((workload, known) -> {
          for (Known each : known) {
            pending.add(
                new Change(Table.TEMPLATES, Keys.of(workload, each.id()), Json.write(each)));
          }
        });
    dirty.addAll(result.changed());
    placed |= result.placed();
  }

  /// What a release taught that turned out bad is no history of what is normal.
  private void withdraw(Fact.Ranked regressed) {
    byte[] from = Keys.of(regressed.workload(), regressed.sinceMillis(), "");
    byte[] to = Keys.of(regressed.workload(), regressed.atMillis() + 1, "");
    pending.removeIf(change ->
        change.table() == Table.HISTORY
            && Arrays.compareUnsigned(change.key(), from) >= 0
            && Arrays.compareUnsigned(change.key(), to) < 0);
    store.scan(
        Table.HISTORY, from, to, (key, value) -> pending.add(new Change(Table.HISTORY, key, null)));
  }

  private void commit() {
    position = new Position(read == 0 ? consumed : read, position.facts(), position.delivered());
    for (String workload : dirty) {
      WorkloadMonitor monitor = site.monitors().get(workload);
      if (monitor != null) {
        pending.add(
            new Change(Table.STATE, Keys.of(MONITOR + workload), Json.write(monitor.state())));
      }
    }
    if (placed) {
      pending.add(
          new Change(Table.STATE, PLACEMENTS, Json.write(new KeptPlacements(site.placements()))));
    }
    pending.add(new Change(Table.STATE, SEALER, Json.write(site.sealer(position.consumed()))));
    pending.add(new Change(Table.STATE, CORRELATOR, Json.write(site.correlator())));
    pending.add(new Change(Table.STATE, POSITION, Json.write(position)));
    write();
    consumed = position.consumed();
    for (Moment moment : moments) { // fits read what was written
      fitting.offer(
          moment.window().workload(),
          Objects.requireNonNull(site.monitors().get(moment.window().workload())),
          moment.window().endMillis());
    }
    effects.committed(List.copyOf(concluded), List.copyOf(moments));
    // Written with the next commit: what was delivered before a crash may be delivered again.
    position = new Position(position.consumed(), position.facts(), position.facts());
    pending.clear();
    concluded.clear();
    moments.clear();
    dirty.clear();
    placed = false;
    lastCommit = clock.getAsLong();
    if (lastCommit - lastTrim > TRIM_MILLIS) {
      lastTrim = lastCommit;
      trim(lastCommit);
    }
  }

  /// A disk that is full for an hour holds the loop up for an hour and no longer: nothing was
  /// concluded twice, and nothing more is read meanwhile.
  private void write() {
    boolean said = false;
    while (true) {
      try {
        store.write(pending);
        return;
      } catch (StoreException e) {
        if (closed) {
          throw e; // the log has it all
        }
        if (!said) {
          said = true;
          log.error("conclusions wait until the store can be written again: {}", e.getMessage());
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(COMMIT_MILLIS));
      }
    }
  }

  record KeptPlacements(List<Placement> placements) {}

  /// Facts that were durable at a crash but may not have reached `respond`.
  private void redeliver() {
    List<Numbered> again = new ArrayList<>();
    store.scan(
        Table.FACTS,
        Keys.of(position.delivered() + 1),
        Keys.of(position.facts() + 1),
        (key, value) -> again.add(whole(numbered(key, value))));
    if (!again.isEmpty()) {
      effects.committed(again, List.of());
    }
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

  /// An entry of [Table#FACTS].
  public static Numbered numbered(byte[] key, byte[] value) {
    return new Numbered(Keys.number(key), Json.read(value, Fact.class));
  }

  /// The timeline needs no instance's part of a verdict that says what the one before said.
  private static Fact thin(Fact fact) {
    return fact instanceof Fact.Judged judged && !judged.changed() ? judged.brief() : fact;
  }

  private static byte[] verdictKey(String workload, String release) {
    return Keys.of("verdict/" + workload + "\0" + release);
  }

  private Site restore() {
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

  /// Forgets inputs that are no longer needed and history that no fit looks at.
  private void trim(long nowMillis) {
    long keep = site.sealer(consumed).replayFrom();
    long oldest = inputs.oldest();
    long from = oldest;
    long to = Math.min(keep, consumed);
    while (from < to) { // offsets are dense and times do not fall: the first entry young enough
      long middle = (from + to) >>> 1;
      List<InputLog.Entry> entry = inputs.read(middle, 1);
      if (!entry.isEmpty() && entry.getFirst().atMillis() < nowMillis - KEEP_LOG_MILLIS) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    if (from > oldest) {
      inputs.trim(from);
    }
    long[] old = {0};
    store.scan(
        Table.FACTS,
        Keys.of(0),
        null,
        (key, value) -> {
          boolean past = numbered(key, value).fact().atMillis() < nowMillis - KEEP_FACTS_MILLIS;
          old[0] = past ? Keys.number(key) : old[0];
          return past;
        });
    store.deleteRange(Table.FACTS, Keys.of(0), Keys.of(old[0] + 1));
    long young = nowMillis - config.detect().historyMillis();
    for (String workload : site.monitors().keySet()) {
      store.deleteRange(Table.HISTORY, Keys.of(workload, 0, ""), Keys.of(workload, young, ""));
    }
  }

  private byte[] required(byte[] key) {
    byte[] value = store.get(Table.STATE, key);
    if (value == null) {
      throw new IllegalStateException("the store holds half a state; restore a backup");
    }
    return value;
  }

  private ModelSet models(String hash) {
    byte[] blob = store.get(Table.BLOBS, Keys.of(hash));
    if (blob == null) {
      throw new IllegalStateException("the store lacks model " + hash + "; restore a backup");
    }
    return ModelSet.decode(blob);
  }
}
