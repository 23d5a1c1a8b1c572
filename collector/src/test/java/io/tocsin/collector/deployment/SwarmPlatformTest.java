package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against recorded answers of a real manager.
class SwarmPlatformTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicLong clock = new AtomicLong(1_900_000_000_000L);
  private final List<AutoCloseable> open = new ArrayList<>();
  private @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RecordedSwarm recorded(String file) throws IOException {
    var swarm = new RecordedSwarm(file);
    open.add(swarm);
    return swarm;
  }

  private SwarmPlatform platform(String host) {
    var config =
        new SwarmConfig(host, Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofMinutes(10));
    var platform = SwarmPlatform.open(config, directory, clock::get);
    open.add(platform);
    return platform;
  }

  /// Asks until it moves no more.
  private static Rollout settled(Platform platform, Release target) {
    Rollout now = platform.progress(target);
    for (int polls = 0; polls < 20 && now instanceof Rollout.Moving; polls++) {
      now = platform.progress(target);
    }
    return now;
  }

  @Test
  void theObservedSpecificationIsRestoredBySwarmsOwnRollbackWhereThatIsTheSame()
      throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web";
    swarm.play("observe");
    Release good = platform.look(workload).running();
    swarm.play("rollback", "verify");
    Situation seen = platform.look(workload);

    assertThat(good.name()).startsWith("1.4.0 (");
    assertThat(seen.running().name()).startsWith("1.5.0 (");
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(swarm.writes())
        .singleElement()
        .satisfies(write -> {
          assertThat(write.query()).contains("version=512").contains("rollback=previous");
          assertThat(write.body()).isEqualTo(swarm.recordedWrites().getFirst().path("body"));
        });
    assertThat(platform.progress(good)).isInstanceOf(Rollout.Moving.class);
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void aStaleVersionIsReadAgainAndThePresentPreviousSpecIsNotTrusted() throws IOException {
    RecordedSwarm swarm = recorded("02-out-of-sequence.json");
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback", "plain-update");
    swarm.without(7084); // sent again on purpose
    Situation seen = platform.look("swarm/shop/web2");
    Release good = releaseOf(previous(swarm, 5066), "swarm/shop/web2");

    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(swarm.writes()).hasSize(2);
    RecordedSwarm.Write second = swarm.writes().get(1);
    assertThat(second.query()).isEqualTo("version=561");
    assertThat(second.body().path("TaskTemplate"))
        .isEqualTo(swarm.recordedWrites().get(1).path("body").path("TaskTemplate"));
    settled(platform, good);
    assertThat(platform.look("swarm/shop/web2").running()).isEqualTo(good);
  }

  @Test
  void aTargetThatWasNeverObservedIsRefusedAndNothingIsSent() throws IOException {
    RecordedSwarm swarm = recorded("03-no-previous-spec.json");
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback");
    Situation seen = platform.look("swarm/shop/web3");
    var unknown = new Release("swarm/shop/web3", "0123456789abcdef", "0.9");

    assertThat(platform.rollBack(seen.running(), unknown, seen))
        .isInstanceOfSatisfying(
            Submission.Refused.class, r -> assertThat(r.why()).contains("never observed"));
    assertThat(platform.unreachable(unknown)).contains("never observed");
    assertThat(swarm.writes()).isEmpty();
  }

  @Test
  void aSecondRollbackIsNotSentBecauseItWouldToggleBack() throws IOException {
    RecordedSwarm swarm = recorded("04-second-rollback-toggles.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web4";
    swarm.play("rollback");
    Situation seen = platform.look(workload);
    Release good = releaseOf(previous(swarm, 5036), workload);
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());

    swarm.play("second-rollback");
    Situation after = platform.look(workload);
    assertThat(after.running()).isEqualTo(good);
    assertThat(platform.rollBack(seen.running(), good, after)).isEqualTo(new Submission.Accepted());
    assertThat(swarm.writes()).as("only the first was sent").hasSize(1);
  }

  @Test
  void afterAScalingTheStoredSpecificationIsWrittenAndTheReplicasStay() throws IOException {
    RecordedSwarm swarm = recorded("05-scaled-after-bad-update.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web5";
    swarm.play("observe");
    Release good = platform.look(workload).running();
    swarm.play("plain-update", "verify");
    Situation seen = platform.look(workload);

    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    JsonNode recorded = swarm.recordedWrites().getFirst().path("body");
    assertThat(swarm.writes())
        .singleElement()
        .satisfies(write -> {
          assertThat(write.query()).isEqualTo("version=679");
          assertThat(write.body().path("TaskTemplate")).isEqualTo(recorded.path("TaskTemplate"));
          assertThat(write.body().path("Mode")).isEqualTo(recorded.path("Mode"));
        });
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(3, 3, 3));
  }

  @Test
  void aRollbackToAnImageThatIsGoneFailsInWords() throws IOException {
    RecordedSwarm swarm = recorded("06-previous-image-gone.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web6";
    swarm.play("rollback", "verify");
    Situation seen = platform.look(workload);
    Release gone = releaseOf(previous(swarm, 6192), workload);

    assertThat(platform.unreachable(gone)).contains("neither on the manager");
    assertThat(platform.rollBack(seen.running(), gone, seen)).isEqualTo(new Submission.Accepted());
    assertThat(settled(platform, gone))
        .isInstanceOfSatisfying(
            Rollout.Failed.class,
            f -> assertThat(f.reason()).contains("rollback_paused").contains("No such image"));
  }

  @Test
  void containersArePlacedOnTheReleaseTheirTaskWasMadeFrom() throws IOException {
    RecordedSwarm swarm = recorded("07-containers-of-a-service.json");
    swarm.play("observe");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    platform(swarm.host()).watch(List.of(), seen::add);
    await().until(() -> seen.size() >= 5);

    var event = (ReleaseEvent) seen.getFirst();
    Release old = releaseOf(lastPrevious(swarm), "swarm/shop/web7");
    assertThat(event.to().name()).startsWith("1.5.0");
    assertThat(event.byTocsin()).isFalse();
    assertThat(event.atMillis()).isEqualTo(1_795_206_165_353L);
    assertThat(seen.subList(1, seen.size()))
        .containsExactlyInAnyOrder(
            placed("170fb5474e782303975edd2b98bab0e8770bc13da851ceb1321fd495b4ca746e", old),
            placed("8fbad1bd32e992d6650ff4d7a088481f99b008ce9e680216ed35897f58f79047", old),
            placed("5001d8b091ab1ede39031f72f91a3dec27afd90174e6c07dd5f31b1d75a7341d", event.to()),
            placed("9cbf8ffcd77c35583a9765d5efbb85c905be8d1ad7dd17cfb14acb5f00820555", event.to()));
  }

  private static Placement placed(String container, Release release) {
    return new Placement(container, release.workload(), release.id());
  }

  @Test
  void whatSwarmTookBackByItselfIsLeftAlone() throws IOException {
    RecordedSwarm swarm = recorded("08-automatic-rollback.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web8";
    swarm.play("observe");
    Situation during = platform.look(workload);
    assertThat(during.running().name()).startsWith("1.5.2");
    swarm.play("rollback");

    assertThat(platform.rollBack(during.running(), releaseNow(swarm, 6195, workload), during))
        .isInstanceOf(Submission.Conflict.class);
    assertThat(swarm.writes()).isEmpty();
  }

  @Test
  void anUpdateThatAFailurePausedCanBeTakenBack() throws IOException {
    RecordedSwarm swarm = recorded("09-update-paused.json");
    SwarmPlatform platform = platform(swarm.host());
    String workload = "swarm/shop/web9";
    swarm.play("rollback", "verify");
    Situation seen = platform.look(workload);
    Release good = releaseOf(previous(swarm, 4613), workload);

    assertThat(seen.paused()).isFalse();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(swarm.writes().getFirst().query()).contains("rollback=previous");
    assertThat(settled(platform, good)).isInstanceOf(Rollout.Done.class);
  }

  @Test
  void aMarkedReleaseIsNeverTakenBack() throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    for (JsonNode exchange : swarm.recording()) {
      if (exchange.at("/response/body/Spec/Labels") instanceof ObjectNode labels) {
        labels.put("tocsin.io/rollback", "forbidden");
      }
    }
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback");
    Situation seen = platform.look("swarm/shop/web");
    Release good = releaseOf(previous(swarm, 5337), "swarm/shop/web");

    assertThat(seen.mark()).isEqualTo(RollbackMark.FORBIDDEN);
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOf(Submission.Refused.class);
    assertThat(swarm.writes()).isEmpty();
  }

  @Test
  void aRollbackThatDoesNotGetThereFailsAtItsDeadline() throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback");
    Situation seen = platform.look("swarm/shop/web");
    Release good = releaseOf(previous(swarm, 5337), "swarm/shop/web");
    platform.rollBack(seen.running(), good, seen);
    assertThat(platform.progress(good)).isInstanceOf(Rollout.Moving.class);
    clock.addAndGet(Duration.ofMinutes(11).toMillis());

    assertThat(platform.progress(good))
        .isInstanceOfSatisfying(
            Rollout.Failed.class, f -> assertThat(f.reason()).contains("0 of 2 tasks"));
  }

  @Test
  void aRefusalTakesNothingFromARollbackThatWasSentBefore() throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback");
    Situation seen = platform.look("swarm/shop/web");
    Release good = releaseOf(previous(swarm, 5337), "swarm/shop/web");
    var store = new ReleaseStore(directory.resolve("swarm"));
    var lost = new ReleaseStore.Attempt(seen.running().id(), good.id(), 1, false);
    store.attempt(seen.lock(), lost);
    for (JsonNode exchange : swarm.recording()) {
      if (exchange.at("/request/method").asText().equals("POST")
          && exchange.path("response") instanceof ObjectNode response) {
        response.put("status", 400);
      }
    }

    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOf(Submission.Refused.class);
    assertThat(store.attempt(seen.lock())).isEqualTo(lost);
  }

  @Test
  void aServiceCreatedAnewIsAnotherOne() throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    SwarmPlatform platform = platform(swarm.host());
    swarm.play("rollback");
    Situation seen = platform.look("swarm/shop/web");
    Release good = releaseOf(previous(swarm, 5337), "swarm/shop/web");
    for (JsonNode exchange : swarm.recording()) {
      if (exchange.path("response").path("body") instanceof ObjectNode body && body.has("ID")) {
        body.put("ID", "another");
      }
    }

    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOfSatisfying(
            Submission.Conflict.class, c -> assertThat(c.changed()).contains("anew"));
    assertThat(swarm.writes()).isEmpty();
  }

  @Test
  void aRestartOrAMoveIsNoReleaseAndAnotherEnvironmentIs() throws IOException {
    String template =
        """
        {"ContainerSpec": {"Image": "shop/web:1.4.0@sha256:4e", "Env": ["A=1"], "Labels": {"a": "b"},
          "DNSConfig": {}}, "Resources": {}, "ForceUpdate": 0, "Placement": {}, "Runtime": "container"}
        """;
    Release release = release(template);

    assertThat(release(template.replace("\"ForceUpdate\": 0", "\"ForceUpdate\": 3")))
        .isEqualTo(release);
    assertThat(
            release(template.replace("\"Placement\": {}", "\"Placement\": {\"MaxReplicas\": 1}")))
        .isEqualTo(release);
    assertThat(release(template.replace("\"DNSConfig\": {}", "\"DNSConfig\": null")))
        .isEqualTo(release);
    assertThat(release(template.replace("A=1", "A=2")).id()).isNotEqualTo(release.id());
    assertThat(release(template.replace("sha256:4e", "sha256:5f")).id()).isNotEqualTo(release.id());
  }

  private static Release release(String template) throws IOException {
    return SwarmRelease.of("swarm/swarm/web", JSON.readTree(template));
  }

  @Test
  void specificationsAreForTheOwnersEyesOnly() throws IOException {
    RecordedSwarm swarm = recorded("01-rollback-previous.json");
    swarm.play("observe");
    platform(swarm.host()).look("swarm/shop/web");

    try (var files = Files.walk(directory.resolve("swarm"))) {
      assertThat(files.filter(Files::isRegularFile).toList())
          .isNotEmpty()
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
  }

  @Test
  void aManagerThatIsNotThereIsNamed() {
    SwarmPlatform platform = platform("unix://" + directory.resolve("no.sock"));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> platform.look("swarm/shop/web"))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE))
        .withMessageContaining("no.sock");
    assertThat(platform.examine())
        .singleElement()
        .satisfies(f -> assertThat(f.ok()).isFalse())
        .satisfies(f -> assertThat(f.detail()).contains("no.sock"))
        .satisfies(f -> assertThat(f.next()).contains("group docker"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> platform("ssh://somewhere"))
        .withMessageContaining("expected unix:///path or tcp://host:port, found ssh://somewhere");
  }

  @Test
  void aWriteWithoutAnAnswerMayHaveHappened() throws IOException {
    try (var deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var docker = new DockerHost("tcp://127.0.0.1:" + deaf.getLocalPort(), Duration.ofMillis(200));

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> docker.post("/services/web/update", Map.of(), JSON.nullNode()))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNCERTAIN));
    }
  }

  private static JsonNode at(RecordedSwarm swarm, long offsetMillis) {
    for (JsonNode exchange : swarm.recording()) {
      if (exchange.path("offsetMillis").asLong() == offsetMillis) {
        return exchange.at("/response/body");
      }
    }
    throw new AssertionError("nothing was recorded at " + offsetMillis);
  }

  private static JsonNode previous(RecordedSwarm swarm, long offsetMillis) {
    return at(swarm, offsetMillis).path("PreviousSpec");
  }

  private static JsonNode lastPrevious(RecordedSwarm swarm) {
    return at(swarm, 5642).path(0).path("PreviousSpec");
  }

  private static Release releaseNow(RecordedSwarm swarm, long offsetMillis, String workload) {
    return releaseOf(at(swarm, offsetMillis).path("Spec"), workload);
  }

  private static Release releaseOf(JsonNode spec, String workload) {
    return SwarmRelease.of(workload, spec.path("TaskTemplate"));
  }
}
