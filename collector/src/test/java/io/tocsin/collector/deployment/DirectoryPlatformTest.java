package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectoryPlatformTest extends PlatformContract {

  @Override
  Bench bench(Path directory) {
    return new FolderBench(directory);
  }

  @Test
  void anExaminationTellsWhatOfAFolderWorks() throws IOException {
    FolderBench folder = folder();
    try (var platform = folder.open()) {
      assertThat(platform.examine())
          .hasSize(3)
          .allMatch(f -> Boolean.TRUE.equals(f.ok()))
          .first()
          .satisfies(f -> assertThat(f.detail()).isEqualTo("1.0 runs, 2 instances"));
      Files.move(folder.folder.resolve("restart"), folder.folder.resolve("restart.old"));
      assertThat(platform.examine())
          .last()
          .satisfies(f -> {
            assertThat(f.ok()).isFalse();
            assertThat(f.what()).isEqualTo("restart with ./restart");
          });
      Files.delete(folder.folder.resolve("current"));
      assertThat(platform.examine())
          .singleElement()
          .satisfies(f -> assertThat(f.ok()).isFalse())
          .satisfies(f -> assertThat(f.next()).contains("a link current"));
    }
  }

  @Test
  void onlyInstancesThatAreNotOnTheTargetAreRestarted() {
    FolderBench folder = folder();
    folder.point("1.1");
    try (var platform = folder.open()) {
      rollBack(platform);
      await().until(() -> platform.progress(bench.release("1.0")) instanceof Rollout.Done);
      assertThat(folder.restarts()).isEmpty();
      assertThat(folder.running()).containsExactly("1.0", "1.0");
    }
  }

  @Test
  void aRollbackInterruptedByADeathGoesOnAndRestartsNothingTwice() {
    FolderBench folder = folder();
    folder.deploy("1.1");
    folder.file("slow", "0.5");
    try (var first = folder.open()) {
      rollBack(first);
      await().until(() -> folder.running().contains("1.0"));
    }
    assertThat(folder.running()).contains("1.1");
    folder.file("slow", null);
    try (var second = folder.open()) {
      assertThat(second.progress(bench.release("1.0"))).isInstanceOf(Rollout.Moving.class);
      List<ReleaseEvent> events = Collections.synchronizedList(new ArrayList<>());
      second.watch(
          List.of(bench.release("1.1")),
          observation -> {
            if (observation instanceof ReleaseEvent event) {
              events.add(event);
            }
          });
      await().until(() -> second.progress(bench.release("1.0")) instanceof Rollout.Done);
      await().until(() -> !events.isEmpty());
      assertThat(events).singleElement().matches(ReleaseEvent::byTocsin);
      assertThat(folder.running()).containsExactly("1.0", "1.0");
      assertThat(folder.restarts().stream().filter("1"::equals)).hasSize(1);
    }
  }

  @Test
  void anInstanceThatDoesNotComeUpLeavesTheOthersAlone() {
    FolderBench folder = folder();
    folder.deploy("1.1");
    folder.file("broken", "");
    try (var platform = folder.open()) {
      rollBack(platform);
      await().until(() -> platform.progress(bench.release("1.0")) instanceof Rollout.Failed);
      assertThat(platform.progress(bench.release("1.0")))
          .isInstanceOfSatisfying(
              Rollout.Failed.class,
              f -> assertThat(f.reason()).contains("ended with 3").contains("no port left"));
      assertThat(folder.running()).containsExactly("1.1", "1.1");
    }
  }

  @Test
  void whoeverMovesTheLinkDuringARollbackIsNotFought() {
    FolderBench folder = folder();
    folder.deploy("1.1");
    folder.file("slow", "0.5");
    try (var platform = folder.open()) {
      rollBack(platform);
      await().until(() -> !folder.restarts().isEmpty());
      folder.point("1.2");
      await().until(() -> platform.progress(bench.release("1.0")) instanceof Rollout.Failed);
      assertThat(platform.look(bench.release("1.0").workload()).running())
          .isEqualTo(bench.release("1.2"));
    }
    assertThat(folder.restarts()).hasSize(1);
  }

  @Test
  void aSecondCollectorOnTheSameFolderGetsAConflict() throws IOException {
    FolderBench folder = folder();
    folder.deploy("1.1");
    try (var other =
            FileChannel.open(
                folder.folder.resolve(".tocsin.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var lock = other.lock();
        var platform = folder.open()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(rollBack(platform))
          .isInstanceOfSatisfying(
              Submission.Conflict.class,
              c -> assertThat(c.changed()).contains("another collector"));
      assertThat(platform.look(bench.release("1.1").workload()).running().id()).isEqualTo("1.1");
    }
  }

  @Test
  void aMissingTargetIsRefusedWithASafeWay() {
    bench.deploy("1.1");
    bench.forget("1.0");
    try (var platform = bench.open()) {
      assertThat(rollBack(platform))
          .isInstanceOfSatisfying(
              Submission.Refused.class, r -> assertThat(r.safeWay()).contains("put the folder"));
    }
  }

  @Test
  void aMarkedReleaseIsNeverTakenBack() {
    FolderBench folder = folder();
    folder.file("releases/1.1/.tocsin-rollback", "forbidden\n");
    folder.deploy("1.1");
    try (var platform = folder.open()) {
      assertThat(platform.look(bench.release("1.1").workload()).mark())
          .isEqualTo(RollbackMark.FORBIDDEN);
      assertThat(rollBack(platform)).isInstanceOf(Submission.Refused.class);
    }
  }

  @Test
  void instancesAreNamedByTheStartOfTheirProcess() {
    List<Placement> placed = Collections.synchronizedList(new ArrayList<>());
    long before = System.currentTimeMillis();
    try (var platform = bench.open()) {
      platform.watch(
          List.of(bench.release("1.0")),
          observation -> {
            if (observation instanceof Placement placement) {
              placed.add(placement);
            }
          });
      await().until(() -> placed.size() == 2);
    }
    for (Placement placement : placed) {
      assertThat(placement.key()).startsWith("directory:host1:shop:");
      long started =
          Long.parseLong(placement.key().substring(placement.key().lastIndexOf(':') + 1));
      assertThat(started).isBetween(before - 30_000, before + 2_000);
      assertThat(placement.release()).isEqualTo("1.0");
    }
  }

  @Test
  void aLinkThatLeadsElsewhereIsNamed() throws IOException {
    FolderBench folder = folder();
    Files.delete(folder.folder.resolve("current"));
    Files.createSymbolicLink(folder.folder.resolve("current"), Path.of("/tmp"));
    try (var platform = folder.open()) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.look(bench.release("1.0").workload()))
          .withMessageContaining("expected releases/<name>");
    }
  }

  private Submission rollBack(Platform platform) {
    Release bad = bench.release("1.1");
    return platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload()));
  }

  private FolderBench folder() {
    return (FolderBench) bench;
  }
}
