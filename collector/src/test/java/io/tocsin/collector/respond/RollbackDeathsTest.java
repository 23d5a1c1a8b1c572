package io.tocsin.collector.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.deployment.FolderBench;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.Evidence;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.respond.Answer.Choice;
import io.tocsin.collector.respond.Response.State;
import io.tocsin.collector.respond.Response.Step;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A collector that dies at any write of a rollback leaves one that the next collector finishes:
/// never half, never twice. Real processes, a real store.
class RollbackDeathsTest {
  private static final String SHOP = "directory/host1/shop";
  private static final long NOW = 1_800_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What is written one after the other, by the last step of each.
  private static final List<String> WRITES =
      List.of("decided", "asked", "answered", "sent", "accepted", "rolled out");

  /// Where the collector dies: what was to be written is on disk, or it is not.
  enum Death {
    BEFORE,
    AFTER
  }

  static Stream<Arguments> deaths() {
    return WRITES.stream()
        .flatMap(step -> Stream.of(Death.values()).map(death -> Arguments.of(step, death)));
  }

  @Test
  void theseAreAllTheWritesOfARollback(@TempDir Path directory) {
    try (var bench = new FolderBench(directory, 3)) {
      bench.deploy("1.1");
      var store = new MortalStore(StateStore.at(directory.resolve("state")), "", Death.AFTER);
      assertThat(collect(bench, store, /* first= */ true)).isPresent();
      assertThat(store.written).containsExactlyElementsOf(WRITES);
    }
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void aDeathAtAnyWriteLeavesARollbackThatIsFinishedOnce(
      String step, Death death, @TempDir Path directory) {
    try (var bench = new FolderBench(directory, 3)) {
      bench.deploy("1.1");
      Path state = directory.resolve("state");
      var dying = new MortalStore(StateStore.at(state), step, death);
      var _ = collect(bench, dying, /* first= */ true);
      assertThat(dying.dead).isTrue();

      Response back =
          collect(bench, new MortalStore(StateStore.at(state), "", death), /* first= */ false)
              .orElseThrow();
      assertThat(back.state()).isEqualTo(State.ROLLED_BACK);
      assertThat(back.steps())
          .extracting(Step::name)
          .containsOnlyOnce("answered", "accepted", "rolled out");
      assertThat(current(bench)).isEqualTo("1.0");
      assertThat(bench.running()).containsExactly("1.0", "1.0", "1.0");
      assertThat(bench.restarts()).containsExactly("1", "2", "3");
    }
  }

  /// The fact comes again after the next start; what it taught must not be lost between two writes.
  @ParameterizedTest
  @EnumSource(Death.class)
  void aDeathAtTheVerificationNeverForgetsThatARollbackWasWrong(
      Death death, @TempDir Path directory) {
    try (var bench = new FolderBench(directory, 3)) {
      bench.deploy("1.1");
      Path state = directory.resolve("state");
      var _ = collect(bench, new MortalStore(StateStore.at(state), "", death), /* first= */ true);
      var dying = new MortalStore(StateStore.at(state), "verified", death);
      var _ = wrongAfterVerification(bench, dying);
      assertThat(dying.dead).isTrue();

      assertThat(wrongAfterVerification(bench, new MortalStore(StateStore.at(state), "", death)))
          .isEqualTo(1);
    }
  }

  private static int wrongAfterVerification(FolderBench bench, MortalStore store) {
    try (store;
        Platform platform = bench.open();
        Responder responder = respond(store, platform)) {
      responder.accept(
          new Fact.Verified(
              SHOP, NOW, "1.1", "1.0", VerificationOutcome.MADE_WORSE, "more errors than before"));
      return responder.record(SHOP).wrong();
    } catch (StoreException e) {
      return -1; // it died in the hands of whoever told it
    }
  }

  private static Responder respond(StateStore store, Platform platform) {
    return Responder.start(
        RespondConfig.of(List.of(new RespondConfig.Rule(SHOP, Autonomy.ASK))),
        store,
        List.of(platform),
        () -> NOW,
        new ScheduledThreadPoolExecutor(1),
        response -> {});
  }

  /// One collector from its start to its death or to the end of the rollback.
  private static Optional<Response> collect(FolderBench bench, MortalStore store, boolean first) {
    try (store;
        Platform platform = bench.open();
        Responder responder = respond(store, platform)) {
      platform.watch(List.of(bench.release("1.1")), observation -> {});
      if (first) {
        responder.accept(noticed(null, "1.0"));
        responder.accept(new Fact.Ranked(SHOP, NOW, "1.0", NOW, Rank.PASSED));
        responder.accept(noticed("1.0", "1.1"));
      }
      drive(responder, () -> store.dead || state(responder) == State.ROLLED_BACK);
      if (current(bench).equals("1.0")) {
        // What the platform has taken it finishes; a death of its own is another test's.
        await().until(() -> bench.running().equals(List.of("1.0", "1.0", "1.0")));
      }
      if (!store.dead) {
        // The memory of a dead one may be a link behind its disk.
        assertThat(responder.chainBroken()).isEmpty();
      }
      return responder.response(SHOP, "1.1");
    }
  }

  private static void drive(Responder responder, BooleanSupplier over) {
    try {
      responder.accept(new Fact.Judged(regressed(), false));
      await().until(() -> over.getAsBoolean() || state(responder) == State.ASKED);
      if (state(responder) == State.ASKED) {
        Response asked = responder.response(SHOP, "1.1").orElseThrow();
        responder.answer(SHOP, "1.1", Choice.TAKE_BACK, asked.verdictHash(), "ann");
      }
    } catch (StoreException e) {
      // It died in the hands of whoever told it.
    }
    await().until(over::getAsBoolean);
  }

  private static @Nullable State state(Responder responder) {
    return responder.response(SHOP, "1.1").map(Response::state).orElse(null);
  }

  private static String current(FolderBench bench) {
    try {
      return String.valueOf(Files.readSymbolicLink(bench.folder.resolve("current")).getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Fact noticed(@Nullable String from, String to) {
    Release before = from == null ? null : new Release(SHOP, from, from);
    Release after = new Release(SHOP, to, to);
    return new Fact.ReleaseNoticed(
        new ReleaseEvent(SHOP, before, after, NOW, false, false, List.of()));
  }

  private static Verdict regressed() {
    var evidence =
        new Evidence(
            "error-ratio",
            "primary",
            "requests",
            9,
            0.6,
            "requests",
            50,
            1000,
            10,
            1000,
            List.of(),
            List.of("agent-1", "agent-2"),
            "five times as many errors");
    return new Verdict(
        SHOP,
        "1.1",
        "1.0",
        NOW,
        new Outcome.Regressed("five times as many errors"),
        Contrast.CONCURRENT,
        9,
        9,
        1,
        2,
        2,
        null,
        List.of(evidence),
        List.of());
  }

  /// A store whose process ends at the write of a response whose last step is `deadly`; nothing is
  /// written from there on.
  private static final class MortalStore implements StateStore {
    final List<String> written = new CopyOnWriteArrayList<>();
    volatile boolean dead;

    private final StateStore store;
    private final String deadly;
    private final Death death;

    MortalStore(StateStore store, String deadly, Death death) {
      this.store = store;
      this.deadly = deadly;
      this.death = death;
    }

    @Override
    public synchronized void write(List<Change> batch) {
      String step = batch.stream().map(MortalStore::step).reduce("", String::concat);
      boolean last = !step.isEmpty() && step.equals(deadly);
      dead |= last && death == Death.BEFORE;
      if (!dead) {
        store.write(batch);
        if (!step.isEmpty()) {
          written.add(step);
        }
        dead |= last;
      }
      if (dead) {
        throw new StoreException("the collector died at " + deadly);
      }
    }

    private static String step(Change change) {
      byte[] value = change.value();
      String key = new String(change.key(), StandardCharsets.UTF_8);
      if (value == null || change.table() != Table.RESPONSES || !key.startsWith("r/")) {
        return "";
      }
      try {
        var steps = JSON.readTree(value).path("steps");
        return steps.path(steps.size() - 1).path("name").asText();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
      return store.get(table, key);
    }

    @Override
    public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) {
      store.scan(table, from, to, visitor);
    }

    @Override
    public @Nullable Entry last(Table table, byte @Nullable [] to) {
      return store.last(table, to);
    }

    @Override
    public void deleteRange(Table table, byte[] from, byte[] to) {
      store.deleteRange(table, from, to);
    }

    @Override
    public long sizeBytes() {
      return store.sizeBytes();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
