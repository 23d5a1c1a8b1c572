package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against recorded answers of a real Nomad.
class RecordedNomadTest {
  private final AtomicLong clock = new AtomicLong(1_900_000_000_000L);
  private final List<AutoCloseable> open = new ArrayList<>();
  private @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RecordedNomad recorded(String file) throws IOException {
    var nomad = new RecordedNomad(file);
    open.add(nomad);
    return nomad;
  }

  private NomadPlatform platform(RecordedNomad nomad) {
    var config =
        new NomadConfig(
            new NomadConfig.Access(nomad.address(), null, null, "", List.of("default")),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMinutes(10));
    var platform = NomadPlatform.open(config, directory, clock::get, 1);
    open.add(platform);
    return platform;
  }

  /// Asks until it moves no more.
  private static Rollout settled(Platform platform, Release target) {
    Rollout now = platform.progress(target);
    for (int polls = 0; polls < 50 && now instanceof Rollout.Moving; polls++) {
      now = platform.progress(target);
    }
    return now;
  }

  /// The release that a version answered at some time was.
  private static Release releaseAt(RecordedNomad nomad, long offset, int version, String workload) {
    for (JsonNode exchange : nomad.recording()) {
      for (JsonNode one : exchange.at("/response/body/Versions")) {
        if (exchange.path("offsetMillis").asLong() == offset
            && one.path("Version").asInt() == version) {
          return NomadRelease.of(workload, one);
        }
      }
    }
    throw new AssertionError("no version " + version + " at " + offset);
  }

  private static JsonNode lastRevert(RecordedNomad nomad) {
    return nomad.recordedWrites().stream()
        .filter(w -> w.path("path").asText().endsWith("/revert"))
        .toList()
        .getLast()
        .path("body");
  }

  @Test
  void theVersionThatIsTheNamedReleaseIsRevertedToUnderThePresentOne() throws IOException {
    RecordedNomad nomad = recorded("01-revert.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/web";
    nomad.play("observe");
    Situation before = platform.look(workload);
    Release good = before.running();
    assertThat(before.desired()).isEqualTo(2);
    assertThat(before.healthy()).isEqualTo(2);
    nomad.play("rollback", "verify");
    Situation seen = platform.look(workload);

    assertThat(good.name()).startsWith("1.4.0 (");
    assertThat(seen.running().name()).startsWith("1.5.0 (");
    assertThat(platform.unreachable(good)).isNull();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(nomad.writes())
        .singleElement()
        .satisfies(write -> {
          assertThat(write.path()).isEqualTo("/v1/job/web/revert");
          assertThat(write.query()).isEqualTo("namespace=default");
          assertThat(write.body()).isEqualTo(lastRevert(nomad));
        });
    assertThat(platform.progress(good)).isInstanceOf(Rollout.Moving.class);
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
    assertThat(platform.look(workload).running()).isEqualTo(good);
    assertThat(platform.rollBack(seen.running(), good, platform.look(workload)))
        .as("sent again")
        .isEqualTo(new Submission.Accepted());
    assertThat(nomad.writes()).hasSize(1);
  }

  @Test
  void aRefusalThatIsCalledAnInternalErrorIsReadByItsWords() throws IOException {
    RecordedNomad nomad = recorded("02-revert-refused.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/web";
    JsonNode versions =
        recorded("03-revert-identical.json").recording().path(1).at("/response/body");
    nomad.stand("/v1/job/web/versions", 38, versions);
    nomad.play("rollback");
    Situation seen = platform.look(workload);
    Release other = NomadRelease.of(workload, versions.path("Versions").path(1));

    // A version that moved on is read again; one that is not found is not asked for again.
    assertThat(platform.rollBack(seen.running(), other, seen))
        .isInstanceOfSatisfying(
            Submission.Refused.class,
            refused -> {
              assertThat(refused.why()).contains("HTTP 500").contains("version 9 not found");
              assertThat(refused.safeWay()).isEqualTo("nomad job revert -namespace default web 1");
            });
    assertThat(nomad.writes()).hasSize(2);
    for (String said :
        List.of(
            "can't revert to current version",
            "Job ID does not match",
            "job \"nope\" not found",
            "Request body is empty",
            "cannot unmarshal string")) {
      assertThat(platform.rollBack(seen.running(), other, seen))
          .isInstanceOfSatisfying(
              Submission.Refused.class, r -> assertThat(r.why()).contains(said));
    }
    assertThat(platform.rollBack(seen.running(), seen.running(), seen))
        .as("the current version")
        .isInstanceOf(Submission.Conflict.class);
    assertThat(nomad.writes()).hasSize(7);
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> platform.look("nomad/default/nope"))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND));
  }

  @Test
  void anIdenticalVersionIsNotRevertedTo() throws IOException {
    RecordedNomad nomad = recorded("03-revert-identical.json");
    NomadPlatform platform = platform(nomad);
    nomad.play("rollback");
    Situation seen = platform.look("nomad/default/web");
    Release same = releaseAt(nomad, 0, 0, "nomad/default/web");

    assertThat(same).isEqualTo(seen.running());
    assertThat(platform.unreachable(same)).isNull();
    assertThat(platform.rollBack(releaseAt(nomad, 0, 1, "nomad/default/web"), same, seen))
        .isInstanceOf(Submission.Conflict.class);
    assertThat(nomad.writes()).isEmpty();
  }

  @Test
  void aReleaseThatNeverRanIsTakenBackAndSaysWhy() throws IOException {
    RecordedNomad nomad = recorded("04-revert-failed-deployment.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/api";
    nomad.play("rollback", "verify");
    Situation seen = platform.look(workload);
    Release good = releaseAt(nomad, 15_640, 0, workload);

    assertThat(seen.healthy()).isZero();
    assertThat(seen.desired()).isEqualTo(2);
    assertThat(seen.rolloutRunning()).as("it failed").isFalse();
    assertThat(platform.progress(seen.running()))
        .isInstanceOfSatisfying(
            Rollout.Failed.class,
            f ->
                assertThat(f.reason())
                    .contains("Failed due to progress deadline")
                    .contains("Exit Code"));
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(nomad.writes().getFirst().body()).isEqualTo(lastRevert(nomad));
    assertThat(settled(platform, good))
        .as("its allocations were not recorded, and the deployment's word is not enough")
        .isInstanceOf(Rollout.Moving.class);
  }

  @Test
  void whatNomadRevertedByItselfIsLeftAloneEvenIfTheWriteCameTooLate() throws IOException {
    RecordedNomad nomad = recorded("05-auto-revert.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/auto";
    nomad.play("observe", "rollback");
    Situation seen = platform.look(workload);
    Release good = releaseAt(nomad, 15_320, 0, workload);

    assertThat(seen.running().name()).startsWith("1.5.2 (");
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isEqualTo(new Submission.Conflict("it already runs " + good.name()));
    assertThat(nomad.writes())
        .as("the one that was too late")
        .singleElement()
        .satisfies(w -> assertThat(w.body()).isEqualTo(lastRevert(nomad)));
    Situation after = platform.look(workload);
    assertThat(after.running()).isEqualTo(good);
    assertThat(platform.rollBack(seen.running(), good, after))
        .isInstanceOf(Submission.Conflict.class);
    assertThat(nomad.writes()).hasSize(1);
  }

  @Test
  void releasesAreWhatChangedAndNotEachVersionOfEachJob() throws IOException {
    RecordedNomad nomad = recorded("06-event-stream.json");
    Map<String, ObjectNode> jobs = new TreeMap<>();
    List<Observation> seen = new CopyOnWriteArrayList<>();
    NomadPlatform platform = platform(nomad);
    nomad.play("watch");
    JsonNode lines = nomad.recording().path(1).at("/response/lines");
    boolean watching = false;
    int registered = 0;
    for (JsonNode line : lines) {
      for (JsonNode event : line.path("Events")) {
        // What the table of jobs held after each event, and whoever asked was answered.
        JsonNode job = event.at("/Payload/Job");
        String id = job.path("ID").asText();
        jobs.put(id, stub(job));
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        jobs.values().forEach(all::add);
        nomad.stand("/v1/job/" + id, line.path("Index").asLong(), job);
        nomad.stand("/v1/jobs", line.path("Index").asLong(), all);
        if (watching && event.path("Type").asText().equals("JobRegistered")) {
          int versions = ++registered;
          await().until(() -> releases(seen, "ev").size() == versions);
        }
        if (id.equals("auto") && job.path("Version").asInt() == 2 && !watching) {
          platform.watch(List.of(), seen::add);
          await().until(() -> releases(seen, "auto").size() == 1);
          watching = true;
        }
      }
    }
    assertThat(seen).hasOnlyElementsOfType(ReleaseEvent.class);
    assertThat(seen.stream().map(ReleaseEvent.class::cast))
        .filteredOn(e -> e.workload().equals("nomad/default/ev"))
        .extracting(e -> e.to().name().substring(0, 5))
        .containsExactly("1.4.0", "1.5.0", "1.4.0");
    assertThat(seen.stream().map(ReleaseEvent.class::cast))
        .filteredOn(e -> !e.workload().equals("nomad/default/ev"))
        .as("of jobs that were there before, one each")
        .hasSize(3)
        .allSatisfy(e -> assertThat(e.from()).isNull());
  }

  private static List<String> releases(List<Observation> seen, String job) {
    return seen.stream()
        .map(ReleaseEvent.class::cast)
        .filter(e -> e.workload().equals("nomad/default/" + job))
        .map(e -> e.to().id())
        .toList();
  }

  /// What a list tells of a job.
  private static ObjectNode stub(JsonNode job) {
    ObjectNode stub = job.deepCopy();
    stub.retain("ID", "ParentID", "Type", "Stop", "Status", "ModifyIndex", "JobModifyIndex");
    return stub;
  }

  @Test
  void aCanaryThatRunsIsRevertedWithoutOneOfItsOwn() throws IOException {
    RecordedNomad nomad = recorded("07-canary-running.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/can";
    nomad.play("rollback");
    // Our one write ends the bad deployment too.
    nomad.without(7353);
    nomad.without(8855);
    nomad.stand("/v1/job/can/versions", 147, nomad.recording().path(3).at("/response/body"));
    Situation seen = platform.look(workload);
    Release good = releaseAt(nomad, 7353, 0, workload);

    assertThat(seen.rolloutRunning()).isTrue();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(nomad.writes())
        .singleElement()
        .satisfies(w -> assertThat(w.body()).isEqualTo(lastRevert(nomad)));
    settled(platform, good);
    assertThat(nomad.writes()).as("nothing to promote").hasSize(1);
    assertThat(platform.look(workload).running()).isEqualTo(good);
  }

  @Test
  void theCanariesOfOurOwnRevertArePromotedOnceTheyAreHealthy() throws IOException {
    RecordedNomad nomad = recorded("08-canary-promoted.json");
    NomadPlatform platform = platform(nomad);
    String workload = "nomad/default/prom";
    nomad.play("rollback", "promote", "verify");
    Situation seen = platform.look(workload);
    Release good = releaseAt(nomad, 10_635, 0, workload);

    assertThat(seen.notes()).anyMatch(note -> note.contains("canaries of web"));
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(platform.progress(good)).isInstanceOf(Rollout.Moving.class);
    assertThat(nomad.writes()).as("a canary that is not healthy yet").hasSize(1);
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
    assertThat(nomad.writes()).hasSize(2);
    JsonNode promoted = nomad.recordedWrites().getLast();
    assertThat(nomad.writes().getLast().path()).isEqualTo(promoted.path("path").asText());
    assertThat(nomad.writes().getLast().body()).isEqualTo(promoted.path("body"));
  }
}
