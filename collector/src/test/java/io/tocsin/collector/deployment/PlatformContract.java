package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every platform promises. Each test starts with release `1.0` of one workload, two instances
/// of it, all healthy; `1.1` and `1.2` can be deployed.
abstract class PlatformContract {

  /// The deployment system, and the hands of other people on it.
  interface Bench extends AutoCloseable {
    /// A platform over the same system and the same data; what a collector makes at its start.
    Platform open();

    Release release(String name);

    /// Somebody deploys; on return every instance runs it.
    void deploy(String name);

    /// The release can no longer be run.
    void forget(String name);

    @Override
    void close();
  }

  @TempDir Path directory;
  Bench bench;

  abstract Bench bench(Path directory);

  @BeforeEach
  void start() {
    bench = bench(directory);
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  @Test
  void aWorkloadSeenForTheFirstTimeHasNoPredecessor() {
    assertThat(noticed(List.of(), 1))
        .singleElement()
        .satisfies(e -> assertThat(e.from()).isNull())
        .satisfies(e -> assertThat(e.to()).isEqualTo(bench.release("1.0")));
  }

  @Test
  void aReleaseMadeWhileNobodyWatchedIsNoticedAtTheStart() {
    bench.deploy("1.1");
    assertThat(noticed(List.of(bench.release("1.0")), 1))
        .singleElement()
        .satisfies(e -> assertThat(e.from()).isEqualTo(bench.release("1.0")))
        .satisfies(e -> assertThat(e.to()).isEqualTo(bench.release("1.1")))
        .satisfies(e -> assertThat(e.byTocsin()).isFalse());
  }

  @Test
  void whatIsKnownAtTheStartIsNotNoticedAgain() {
    try (var platform = bench.open()) {
      var events = watch(platform, List.of(bench.release("1.0")));
      bench.deploy("1.1");
      await().until(() -> !events.isEmpty());
      assertThat(events).extracting(ReleaseEvent::to).containsExactly(bench.release("1.1"));
    }
  }

  @Test
  void whatCouldNotBeTakenIsToldAgain() {
    Set<Observation> refused = ConcurrentHashMap.newKeySet();
    List<Observation> taken = new CopyOnWriteArrayList<>();
    try (var platform = bench.open()) {
      platform.watch(
          List.of(),
          observation -> {
            if (refused.add(observation)) {
              throw new IllegalStateException("the disk is full");
            }
            taken.add(observation);
          });
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> taken.size() >= 3 && taken.containsAll(refused));
    }
    assertThat(taken).filteredOn(ReleaseEvent.class::isInstance).hasSize(1);
    assertThat(taken).filteredOn(Placement.class::isInstance).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void aLookTellsWhatRuns() {
    try (var platform = bench.open()) {
      Situation seen = platform.look(bench.release("1.0").workload());
      assertThat(seen.running()).isEqualTo(bench.release("1.0"));
      assertThat(seen.desired()).isEqualTo(2);
      assertThat(seen.healthy()).isEqualTo(2);
      assertThat(seen.rolloutRunning()).isFalse();
      assertThat(seen.otherRollout()).isNull();
      assertThat(seen.owner()).isNull();
      assertThat(seen.lock().isEmpty()).isEqualTo(!platform.locks());
    }
  }

  @Test
  void keysAreThePlatformAScopeAndAName() {
    try (var platform = bench.open()) {
      assertThat(bench.release("1.0").workload().split("/", -1))
          .startsWith(platform.name())
          .hasSize(3)
          .doesNotContain("");
    }
  }

  @Test
  void aWorkloadThatIsNotThereIsNamed() {
    try (var platform = bench.open()) {
      String key = platform.name() + "/nowhere/nothing";
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.look(key))
          .satisfies(
              e -> assertThat(e.fault()).isEqualTo(PlatformException.Fault.NOT_FOUND),
              e -> assertThat(e).hasMessageContaining("nothing"));
    }
  }

  @Test
  void aRollbackReachesTheNamedTargetAndIsKnownForOurs() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    Release target = bench.release("1.0");
    try (var platform = bench.open()) {
      var events = watch(platform, List.of(bad));
      Situation seen = platform.look(bad.workload());
      assertThat(platform.unreachable(target)).isNull();
      assertThat(platform.rollBack(bad, target, seen)).isInstanceOf(Submission.Accepted.class);
      await().until(() -> platform.progress(target) instanceof Rollout.Done);
      await().until(() -> !events.isEmpty());
      assertThat(platform.look(bad.workload()).running()).isEqualTo(target);
      assertThat(platform.progress(target).onTarget()).isEqualTo(2);
      assertThat(events)
          .singleElement()
          .satisfies(e -> assertThat(e.byTocsin()).isTrue())
          .satisfies(e -> assertThat(e.to()).isEqualTo(target));
    }
  }

  @Test
  void aRollbackDecidedOnAnOldLookIsAConflictAndChangesNothing() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    try (var platform = bench.open()) {
      Situation seen = platform.look(bad.workload());
      bench.deploy("1.2");
      assertThat(platform.rollBack(bad, bench.release("1.0"), seen))
          .isInstanceOf(Submission.Conflict.class);
      assertThat(platform.look(bad.workload()).running()).isEqualTo(bench.release("1.2"));
    }
  }

  @Test
  void aRollbackSentAgainNeverBringsTheBadReleaseBack() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    Release target = bench.release("1.0");
    try (var platform = bench.open()) {
      platform.rollBack(bad, target, platform.look(bad.workload()));
      await().until(() -> platform.progress(target) instanceof Rollout.Done);
      Submission again = platform.rollBack(bad, target, platform.look(bad.workload()));
      assertThat(again).isInstanceOfAny(Submission.Accepted.class, Submission.Conflict.class);
      assertThat(platform.look(bad.workload()).running()).isEqualTo(target);
    }
  }

  @Test
  void aReturnThatSomebodyElseMadeIsNotOursBecauseWeWentThatWayBefore() {
    Release target = bench.release("1.0");
    bench.deploy("1.1");
    try (var platform = bench.open()) {
      Release bad = bench.release("1.1");
      platform.rollBack(bad, target, platform.look(bad.workload()));
      await().until(() -> platform.progress(target) instanceof Rollout.Done);
      bench.deploy("1.2");
      Release next = bench.release("1.2");
      Situation seen = platform.look(next.workload());
      bench.deploy("1.0");
      assertThat(platform.rollBack(next, target, seen)).isInstanceOf(Submission.Conflict.class);
    }
  }

  @Test
  void aTargetThatIsGoneIsNotReached() {
    bench.deploy("1.1");
    bench.forget("1.0");
    try (var platform = bench.open()) {
      assertThat(platform.unreachable(bench.release("1.0"))).isNotNull();
    }
  }

  private List<ReleaseEvent> noticed(List<Release> known, int count) {
    try (var platform = bench.open()) {
      var events = watch(platform, known);
      await().atMost(Duration.ofSeconds(20)).until(() -> events.size() >= count);
      return List.copyOf(events);
    }
  }

  private static List<ReleaseEvent> watch(Platform platform, List<Release> known) {
    List<ReleaseEvent> events = new CopyOnWriteArrayList<>();
    platform.watch(
        known,
        observation -> {
          switch (observation) {
            case ReleaseEvent event -> events.add(event);
            case Placement _ -> {}
          }
        });
    return events;
  }
}
