package io.tocsin.collector.monitor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.MonitorLoop.Effects;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.collector.window.SealConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The log is the one source: whoever reads it again, in one go or after any number of crashes,
/// comes to the same facts.
class ReplayTest {
  private static final long WINDOW = World.WINDOW_MILLIS;
  private static final int STEPS = 400;
  private static final String WEB = "docker/web";
  private static final int UNLEARNT_FROM = 120;
  private static final MonitorConfig CONFIG =
      new MonitorConfig(
          new SealConfig(
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofSeconds(10),
              Duration.ofMinutes(10)),
          DetectConfig.hurried(WINDOW, 150 * WINDOW),
          CalibrateConfig.hurried(WINDOW, 6),
          new JudgeConfig(
              0.01, 0.001, 1.5, 2, 0.001, WINDOW, 60_000, 20_000, 300_000, 1_500_000, 1, 300_000,
              0.98, 0.4),
          60_000);

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aLogReadAgainThroughAnyNumberOfCrashesGivesTheSameFacts(long seed) {
    StateStore first = StateStore.inMemory();
    long end = live(first, seed);
    Map<Long, String> facts = facts(first);
    assertThat(facts.values())
        .as("a log worth replaying, seed %d", seed)
        .anyMatch(fact -> fact.contains("\"kind\":\"judged\""))
        .anyMatch(fact -> fact.contains("\"kind\":\"feed-dead\""))
        .anyMatch(fact -> fact.contains("\"kind\":\"disturbance\""));
    assertThat(blobs(first)).isPositive();
    assertThat(history(first, UNLEARNT_FROM, UNLEARNT_FROM + 10))
        .as("what was unlearnt, the windows at its edges too")
        .isZero();
    assertThat(history(first, UNLEARNT_FROM - 1, UNLEARNT_FROM - 1)).isPositive();
    assertThat(history(first, UNLEARNT_FROM + 11, UNLEARNT_FROM + 11)).isPositive();

    StateStore straight = copyOfInputs(first);
    Told told = new Told();
    run(straight, end, straight, told);
    assertThat(told.verdicts).as("chained before they are told, seed %d", seed).isNotEmpty();
    assertThat(told.unheard).isEmpty();
    assertThat(told.kept).isPositive();
    assertThat(facts(straight)).as("replayed in one go, seed %d", seed).isEqualTo(facts);
    assertThat(history(straight, 0, STEPS)).isEqualTo(history(first, 0, STEPS));

    StateStore broken = copyOfInputs(first);
    Random random = new Random(seed);
    int lives = 0;
    while (facts(broken).size() < facts.size()) {
      run(broken, end, new DyingStore(broken, 10 + random.nextInt(60), random), NOTHING);
      lives++;
    }
    assertThat(facts(broken)).as("%d lives, seed %d", lives, seed).isEqualTo(facts);
    assertThat(lives).isGreaterThan(3); // or it is no test
  }

  /// Runs a world while its log is written; the models that are fitted meanwhile are part of it.
  private static long live(StateStore store, long seed) {
    AtomicLong clock = new AtomicLong(World.BEGIN);
    World world = new World(seed);
    long models = 0;
    try (InputLog inputs = new InputLog(store, clock::get);
        MonitorLoop loop = MonitorLoop.open(CONFIG, store, inputs, passing(World.BEGIN), 42)) {
      loop.start(NOTHING);
      for (int step = 0; step < STEPS; step++) {
        for (int quarter = 0; quarter < 4; quarter++) {
          clock.addAndGet(WINDOW / 4);
          inputs.append(InputLog.Kind.TICK, new byte[0]).join();
        }
        world.step(step, inputs);
        if (step == 170) {
          settled(loop, inputs);
          quickly().until(() -> blobs(store) > 0);
        }
        if (step == 200) {
          settled(loop, inputs);
          models = blobs(store);
          MonitorLoop.unlearn(inputs, WEB, end(UNLEARNT_FROM) - 1, end(UNLEARNT_FROM + 10) - 1);
        }
        if (step == 203) {
          settled(loop, inputs);
          long before = models;
          quickly().until(() -> blobs(store) > before); // a fit without it
        }
      }
      inputs.append(InputLog.Kind.TICK, new byte[0]).join();
      settled(loop, inputs);
    }
    return clock.get();
  }

  private static void settled(MonitorLoop loop, InputLog inputs) {
    quickly().until(() -> loop.consumed() >= inputs.newest());
  }

  private static ConditionFactory quickly() {
    return await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(30));
  }

  /// Consumes what `kept` holds until all of it is consumed, or the store dies under it.
  private static void run(StateStore kept, long end, StateStore store, Effects effects) {
    long newest = Keys.number(requireNonNull(kept.last(Table.LOG, null)).key());
    try (InputLog inputs = new InputLog(store, () -> end);
        MonitorLoop loop = MonitorLoop.open(CONFIG, store, inputs, passing(end), 42)) {
      loop.start(effects);
      quickly().until(() -> loop.consumed() >= newest);
    }
  }

  /// A clock that is a second later whenever somebody looks, so that commits fall due.
  private static LongSupplier passing(long from) {
    AtomicLong clock = new AtomicLong(from);
    return () -> clock.addAndGet(1_000);
  }

  private static StateStore copyOfInputs(StateStore from) {
    StateStore to = StateStore.inMemory();
    for (Table table : List.of(Table.LOG, Table.BLOBS)) {
      List<Change> rows = new ArrayList<>();
      from.scan(table, new byte[0], null, (key, value) -> rows.add(new Change(table, key, value)));
      to.write(rows);
    }
    return to;
  }

  private static Map<Long, String> facts(StateStore store) {
    Map<Long, String> facts = new TreeMap<>();
    store.scan(
        Table.FACTS,
        new byte[0],
        null,
        (key, value) -> {
          facts.put(Keys.number(key), new String(value, StandardCharsets.UTF_8));
          return true;
        });
    return facts;
  }

  private static long end(int step) {
    return World.BEGIN + (step + 1) * WINDOW;
  }

  /// Rows of one workload's history, of the windows of these steps.
  private static long history(StateStore store, int first, int last) {
    long[] count = {0};
    store.scan(
        Table.HISTORY,
        Keys.of(WEB, end(first), ""),
        Keys.of(WEB, end(last) + 1, ""),
        (key, value) -> ++count[0] > 0);
    return count[0];
  }

  private static long blobs(StateStore store) {
    long[] count = {0};
    store.scan(Table.BLOBS, new byte[0], null, (key, value) -> ++count[0] > 0);
    return count[0];
  }

  private static final Effects NOTHING =
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

  /// Holds each verdict of another kind against those that were offered to the chain before.
  private static final class Told implements Effects {
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Verdict> unheard = new ArrayList<>();
    private int kept;

    @Override
    public void judged(Verdict verdict, Shelf.@Nullable Kept inputs) {
      verdicts.add(verdict);
      kept += inputs == null ? 0 : 1;
    }

    @Override
    public List<Change> alongside(Numbered fact) {
      if (fact.fact() instanceof Fact.Judged(Verdict verdict, boolean changed)
          && changed
          && !verdict.equals(verdicts.isEmpty() ? null : verdicts.getLast())) {
        unheard.add(verdict);
      }
      return List.of();
    }

    @Override
    public List<Change> alongside(long atMillis) {
      return List.of();
    }

    @Override
    public void committed(List<Numbered> facts, List<Moment> moments) {}
  }

  /// A disk whose power fails: after so many writes of the loop nothing reaches it any more.
  private static final class DyingStore implements StateStore {
    private final StateStore kept;
    private final Random random;
    private int writes;

    DyingStore(StateStore kept, int writes, Random random) {
      this.kept = kept;
      this.writes = writes;
      this.random = random;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
      return kept.get(table, key);
    }

    @Override
    public synchronized void write(List<Change> batch) {
      boolean loop = batch.stream().anyMatch(change -> change.table() == Table.STATE);
      if (loop && writes-- > 0) {
        kept.write(batch);
      }
    }

    @Override
    public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) {
      // The loop commits after what it read at once: short reads put the crashes anywhere.
      int[] left = {table == Table.LOG ? 1 + random.nextInt(20) : Integer.MAX_VALUE};
      kept.scan(table, from, to, (key, value) -> visitor.accept(key, value) && --left[0] > 0);
    }

    @Override
    public @Nullable Entry last(Table table, byte @Nullable [] to) {
      return kept.last(table, to);
    }

    @Override
    public void deleteRange(Table table, byte[] from, byte[] to) {}

    @Override
    public long sizeBytes() {
      return kept.sizeBytes();
    }

    @Override
    public void close() {}
  }
}
