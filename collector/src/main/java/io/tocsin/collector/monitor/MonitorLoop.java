package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the state machines over the log: what they conclude, their state, the side effects' rows
/// and the consumed offset go into one write. After a crash the same entries give the same facts
/// under the same numbers, so nothing is lost and nothing is new.
public final class MonitorLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MonitorLoop.class);
  private static final int MAX_READ = 256;
  // State is small and the log is the truth: a second's worth is read again after a crash.
  private static final long COMMIT_MILLIS = 1_000;
  private static final long TICK_MILLIS = 1_000;
  private static final long TRIM_MILLIS = 3_600_000L;

  private final MonitorConfig config;
  private final StateStore store;
  private final Rows rows;
  private final Retention retention;
  private final Recorder recorder;
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
    /// A verdict of another kind than the one before, before anything is made of it. Once a fact
    /// and run of the process: after a crash some come again.
    ///
    /// @param kept what the shelf holds of its inputs; null when nothing
    void judged(Verdict verdict, Shelf.@Nullable Kept kept);

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
        public void judged(Verdict verdict, Shelf.@Nullable Kept kept) {}

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
    this.rows = new Rows(store);
    this.retention = new Retention(store);
    this.recorder = new Recorder(store);
    this.inputs = inputs;
    this.fitting = fitting;
    this.clock = clock;
    Optional<Position> kept = rows.position();
    this.position = kept.orElse(new Position(0, 0, 0));
    this.consumed = position.consumed();
    this.site =
        kept.isEmpty() ? new Site(config, rows::models) : rows.restore(config, inputs, kept.get());
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
    var fitting = new Fitting(config.detect(), store, inputs, seed, clock);
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

  /// Appends what a platform noticed. A release is in the log on return: its platform tells it
  /// once.
  ///
  /// @throws CompletionException when a release could not be appended
  public static void observe(InputLog inputs, Observation observation) {
    var done = inputs.append(InputLog.Kind.OBSERVATION, Input.encode(observation));
    switch (observation) {
      case ReleaseEvent _ -> done.join();
      case Placement _ -> {}
    }
  }

  /// Takes what a workload did in this time out of what it has learnt; a fit without it follows.
  /// What a release is judged by stays as it is. In the log on return.
  ///
  /// @param untilMillis behind the last moment, epoch milliseconds
  /// @throws CompletionException when it could not be appended
  public static void unlearn(InputLog inputs, String workload, long fromMillis, long untilMillis) {
    inputs
        .append(
            InputLog.Kind.UNLEARN,
            Json.write(new Input.Unlearnt(workload, fromMillis, untilMillis)))
        .join();
  }

  /// What ran at the last commit, by workload.
  public List<Release> releases() {
    synchronized (site) {
      return site.releases();
    }
  }

  /// The known templates of a workload; safe for use by many threads.
  public List<Known> templates(String workload) {
    return rows.templates(workload);
  }

  /// The newest verdict on a release, with every instance's part; safe for use by many threads.
  public Optional<Verdict> verdict(String workload, String release) {
    return rows.verdict(workload, release);
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
    List<Numbered> again = rows.undelivered(position);
    if (!again.isEmpty()) {
      effects.committed(again, List.of());
    }
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
    pending.addAll(recorder.of(result));
    for (Moment moment : result.moments()) {
      moments.add(moment);
      pending.addAll(rows.of(moment));
    }
    for (Fact fact : result.facts()) {
      position = new Position(position.consumed(), position.facts() + 1, position.delivered());
      Numbered numbered = new Numbered(position.facts(), fact);
      concluded.add(numbered);
      pending.addAll(rows.of(numbered));
      if (fact instanceof Fact.Ranked ranked && ranked.rank() == Rank.REGRESSED) {
        withdraw(ranked.workload(), ranked.sinceMillis(), ranked.atMillis() + 1);
      }
      if (fact instanceof Fact.Judged(Verdict verdict, boolean changed) && changed) {
        durably(() -> effects.judged(verdict, recorder.kept(verdict)));
      }
      pending.addAll(effects.alongside(numbered));
    }
    if (entry.kind() == InputLog.Kind.TICK) {
      pending.addAll(effects.alongside(entry.atMillis()));
    }
    Input.Unlearnt unlearnt = result.unlearnt();
    if (unlearnt != null) {
      // Each window that has a moment of it.
      withdraw(
          unlearnt.workload(),
          unlearnt.fromMillis() + 1,
          unlearnt.untilMillis() + config.detect().windowMillis());
    }
    String fitted = result.fitted();
    if (fitted != null) {
      fitting.done(fitted);
    }
    pending.addAll(rows.of(result.templates()));
    dirty.addAll(result.changed());
    placed |= result.placed();
  }

  /// Rows of the history that are under way lie behind those that are there already.
  private void withdraw(String workload, long fromMillis, long untilMillis) {
    moments.stream()
        .filter(moment -> moment.window().workload().equals(workload))
        .filter(moment -> moment.window().endMillis() >= fromMillis)
        .filter(moment -> moment.window().endMillis() < untilMillis)
        .flatMap(moment -> rows.of(moment).stream())
        .forEach(row -> pending.add(new Change(row.table(), row.key(), null)));
    durably(() -> retention.forget(workload, fromMillis, untilMillis));
  }

  private void commit() {
    position = new Position(read == 0 ? consumed : read, position.facts(), position.delivered());
    pending.addAll(rows.of(site, dirty, placed, position));
    durably(() -> store.write(pending));
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
      retention.trim(
          inputs,
          Math.min(site.sealer(consumed).replayFrom(), consumed),
          site.modelsInForce(),
          lastCommit);
      retention.trimHistory(site.monitors().keySet(), lastCommit - config.detect().historyMillis());
      recorder.trim(lastCommit);
    }
  }

  /// A disk that is full for an hour holds the loop up for an hour and no longer: nothing was
  /// concluded twice, and nothing more is read meanwhile.
  private void durably(Runnable write) {
    boolean said = false;
    while (true) {
      try {
        write.run();
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

  /// A fact as its row in the store tells it.
  public static Numbered numbered(byte[] key, byte[] value) {
    return new Numbered(Keys.number(key), Json.read(value, Fact.class));
  }
}
