package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.Attributor.Attribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NomadPlatformTest extends PlatformContract {

  @Override
  Bench bench(Path directory) {
    var bench = new NomadBench(directory);
    bench.nomad().grant(policyRights("watch", "rollback"));
    return bench;
  }

  private NomadBench nomad() {
    return (NomadBench) bench;
  }

  private static Set<String> policyRights(String... policies) {
    Set<String> rights = new TreeSet<>();
    for (String policy : policies) {
      Path file =
          Path.of(System.getProperty("tocsin.root"), "deploy/nomad", policy + ".policy.hcl");
      try {
        String text = Files.readString(file).replaceAll("(?m)#.*$", "");
        Pattern.compile("capabilities\\s*=\\s*\\[([^]]*)]")
            .matcher(text)
            .results()
            .map(found -> found.group(1))
            .flatMap(list -> Pattern.compile("\"([^\"]+)\"").matcher(list).results())
            .map((MatchResult one) -> one.group(1))
            .forEach(rights::add);
      } catch (IOException e) {
        throw new AssertionError(file + " cannot be read", e);
      }
    }
    return rights;
  }

  private ObjectNode spec(String release, String path, String json) {
    ObjectNode spec = NomadBench.spec(release);
    ObjectNode more = NomadBench.json(json);
    (path.isEmpty() ? spec : (ObjectNode) spec.at(path)).setAll(more);
    return spec;
  }

  @Test
  void thePoliciesGrantExactlyTheRightsThatAreUsed() {
    bench.deploy("1.1");
    try (var platform = nomad().open()) {
      platform.watch(List.of(), observation -> {});
      Release bad = bench.release("1.1");
      await().until(() -> nomad().nomad().used().contains("read-job"));
      assertThat(policyRights("watch")).isEqualTo(nomad().nomad().used());
      platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload()));
      assertThat(policyRights("watch", "rollback")).isEqualTo(nomad().nomad().used());
    }
  }

  @Test
  void aMissingRightIsNamedWithThePolicyThatGrantsIt() throws IOException {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    nomad().nomad().grant(policyRights("watch"));
    Path token = Files.writeString(directory.resolve("token"), "11111111-2222\n");
    try (var platform = nomad().open(token)) {
      assertThat(platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload())))
          .isInstanceOfSatisfying(
              Submission.Refused.class,
              refused ->
                  assertThat(refused.why())
                      .contains("the token in " + token + " lacks the right")
                      .contains("deploy/nomad/rollback.policy.hcl grants it")
                      .doesNotContain("11111111"));
      nomad().nomad().grant(Set.of());
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.look(bad.workload()))
          .withMessageContaining("deploy/nomad/watch.policy.hcl grants it")
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.FORBIDDEN));
    }
  }

  @Test
  void anExaminationTellsWhatIsGrantedAndWhatOnlyARevertWouldTell() {
    try (var platform = nomad().open()) {
      assertThat(platform.examine())
          .extracting(Finding::what, Finding::ok)
          .containsExactly(
              tuple("watch releases in namespace default", true),
              tuple("take releases back in namespace default", null));
      nomad().nomad().grant(Set.of());
      assertThat(platform.examine().getFirst())
          .satisfies(f -> assertThat(f.ok()).isFalse())
          .satisfies(f -> assertThat(f.next()).contains("deploy/nomad/watch.policy.hcl"));
      assertThat(nomad().nomad().requests()).noneMatch(r -> r.startsWith("POST"));
    }
  }

  @Test
  void theTokenIsReadAgainWhenItIsReplaced() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "one\n");
    try (var platform = nomad().open(token)) {
      platform.look(NomadBench.WEB);
      Files.writeString(token, "two\n");
      platform.look(NomadBench.WEB);
      assertThat(nomad().nomad().tokens()).containsExactly("one", "two");
    }
  }

  @Test
  void allocationsAreTheKeyByWhichWindowsFindTheirRelease() {
    List<Placement> placed = new CopyOnWriteArrayList<>();
    try (var platform = nomad().open()) {
      platform.watch(
          List.of(),
          observation -> {
            if (observation instanceof Placement placement) {
              placed.add(placement);
            }
          });
      await().until(() -> placed.size() == 2);
      bench.deploy("1.1");
      await().until(() -> placed.size() == 4);
    }
    assertThat(placed).extracting(Placement::key).doesNotHaveDuplicates();
    var placements = new Placements(List.of());
    WindowSummary.Instance task = task(placed.getLast().key());
    assertThat(placements.attribute(task)).as("waits for the servers' word").isNull();
    placed.forEach(placements::accept);
    assertThat(placements.attribute(task))
        .isEqualTo(new Attribution(NomadBench.WEB, bench.release("1.1").id()));
    assertThat(placed)
        .extracting(Placement::release)
        .containsExactly(
            bench.release("1.0").id(),
            bench.release("1.0").id(),
            bench.release("1.1").id(),
            bench.release("1.1").id());
  }

  /// As an agent knows a task: by the label that Nomad's Docker driver writes.
  private static WindowSummary.Instance task(String allocation) {
    return new WindowSummary.Instance(
        "c1:0",
        "nomad",
        "host1",
        "nomad/host1/web",
        "web-" + allocation,
        "",
        "",
        0,
        "c1",
        allocation);
  }

  @Test
  void aScalingAMarkAndAStopAreNoReleases() {
    List<ReleaseEvent> events = new CopyOnWriteArrayList<>();
    try (var platform = nomad().open()) {
      platform.watch(
          List.of(bench.release("1.0")),
          observation -> {
            if (observation instanceof ReleaseEvent event) {
              events.add(event);
            }
          });
      nomad().nomad().register(spec("1.0", "/TaskGroups/0", "{\"Count\": 3}"));
      nomad()
          .nomad()
          .register(spec("1.0", "", "{\"Meta\": {\"tocsin.io/rollback\": \"forbidden\"}}"));
      nomad().nomad().register(spec("1.0", "", "{\"Stop\": true}"));
      bench.deploy("1.1");
      await().until(() -> !events.isEmpty());
    }
    assertThat(events).extracting(ReleaseEvent::to).containsExactly(bench.release("1.1"));
  }

  private ObjectNode scaled(String release, int most) {
    return spec(
        release, "/TaskGroups/0", "{\"Scaling\": {\"Min\": 1, \"Max\": %d}}".formatted(most));
  }

  @Test
  void whatTheServerWritesIntoAScalingIsNoRelease() {
    List<ReleaseEvent> events = new CopyOnWriteArrayList<>();
    nomad().nomad().register(scaled("1.0", 5));
    Release before = NomadRelease.of(NomadBench.WEB, scaled("1.0", 5));
    try (var platform = nomad().open()) {
      platform.watch(
          List.of(before),
          observation -> {
            if (observation instanceof ReleaseEvent event) {
              events.add(event);
            }
          });
      nomad().nomad().register(scaled("1.0", 5));
      nomad().nomad().register(scaled("1.1", 9));
      await().until(() -> !events.isEmpty());
      Release bad = NomadRelease.of(NomadBench.WEB, scaled("1.1", 9));
      assertThat(events).extracting(ReleaseEvent::to).containsExactly(bad);

      assertThat(platform.rollBack(bad, before, platform.look(NomadBench.WEB)))
          .isEqualTo(new Submission.Accepted());
      assertThat(platform.progress(before)).isEqualTo(new Rollout.Done(2, 2, 2));
      await().until(() -> events.size() == 2);
      assertThat(events.getLast().to()).isEqualTo(before);
      assertThat(events.getLast().byTocsin()).isTrue();
    }
  }

  @Test
  void aSystemJobIsDoneOnceEachNodeRunsTheTargetWhateverFailedThereBefore() {
    String system = "{\"Type\": \"system\"}";
    nomad().nomad().purge("web");
    nomad().nomad().register(spec("1.0", "", system));
    nomad().nomad().register(spec("1.1", "", system));
    nomad().nomad().crash("web");
    Release bad = NomadRelease.of(NomadBench.WEB, spec("1.1", "", system));
    Release target = NomadRelease.of(NomadBench.WEB, spec("1.0", "", system));
    try (var platform = nomad().open()) {
      Situation seen = platform.look(NomadBench.WEB);
      assertThat(seen.desired()).isEqualTo(2);
      assertThat(seen.healthy()).isZero();
      nomad().nomad().evaluates(false);
      assertThat(platform.rollBack(bad, target, seen)).isEqualTo(new Submission.Accepted());
      assertThat(platform.progress(target)).isEqualTo(new Rollout.Moving(0, 0, 2));
      nomad().nomad().evaluates(true);
      assertThat(platform.progress(target)).isEqualTo(new Rollout.Done(2, 2, 2));
    }
  }

  @Test
  void aSystemJobThatNothingWasPlacedOfIsNotDone() {
    nomad().nomad().purge("web");
    nomad().nomad().evaluates(false);
    nomad().nomad().register(spec("1.0", "", "{\"Type\": \"system\"}"));
    try (var platform = nomad().open()) {
      Release running = platform.look(NomadBench.WEB).running();
      assertThat(platform.progress(running)).isEqualTo(new Rollout.Moving(0, 0, 0));
    }
  }

  @Test
  void aRevertIsNotDoneWhileTheBadCanaryIsStillToStart() {
    nomad().nomad().hold();
    nomad().nomad().register(spec("1.1", "/TaskGroups/0", "{\"Update\": {\"Canary\": 1}}"));
    Release target = bench.release("1.0");
    try (var platform = nomad().open()) {
      Situation seen = platform.look(NomadBench.WEB);
      nomad().nomad().evaluates(false);
      assertThat(platform.rollBack(seen.running(), target, seen))
          .isEqualTo(new Submission.Accepted());
      assertThat(platform.progress(target)).isInstanceOf(Rollout.Moving.class);
    }
  }

  @Test
  void aLongAnswerIsCut() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    nomad().nomad().trouble("POST", 400, "x".repeat(100_000));
    try (var platform = nomad().open()) {
      assertThat(platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload())))
          .isInstanceOfSatisfying(
              Submission.Refused.class,
              r -> assertThat(r.why()).contains("xxx").hasSizeLessThan(1_500));
    }
  }

  @Test
  void whatEndsByItselfIsNoWorkload() {
    List<Observation> seen = new CopyOnWriteArrayList<>();
    for (String other :
        List.of(
            "{\"ID\": \"a-batch\", \"Type\": \"batch\"}",
            "{\"ID\": \"a-periodic\", \"Periodic\": true}",
            "{\"ID\": \"a-child\", \"ParentID\": \"b\"}")) {
      nomad().nomad().register(spec("1.0", "", other));
    }
    try (var platform = nomad().open()) {
      platform.watch(List.of(), seen::add);
      await().until(() -> seen.size() == 3);
    }
    assertThat(seen).extracting(Observation::workload).containsOnly(NomadBench.WEB);
  }

  @Test
  void afterARestoreOfTheServersEverythingIsReadAgainAndNothingToldTwice() {
    List<ReleaseEvent> events = new CopyOnWriteArrayList<>();
    try (var platform = nomad().open()) {
      platform.watch(
          List.of(),
          observation -> {
            if (observation instanceof ReleaseEvent event) {
              events.add(event);
            }
          });
      await().until(() -> events.size() == 1);
      nomad().nomad().restore();
      await().until(() -> reads() >= 2);
      bench.deploy("1.1");
      await().until(() -> events.size() == 2);
    }
    assertThat(events).extracting(ReleaseEvent::to).last().isEqualTo(bench.release("1.1"));
  }

  private long reads() {
    return nomad().nomad().requests().stream()
        .filter(r -> r.startsWith("GET /v1/job/web?"))
        .count();
  }

  @Test
  void aQuestionAboutNewsIsAskedFromTheLastAnswerOn() {
    try (var platform = nomad().open()) {
      platform.watch(List.of(), observation -> {});
      await().until(() -> lists().count() >= 3);
    }
    assertThat(lists().findFirst().orElseThrow()).doesNotContain("index=");
    assertThat(lists().skip(1)).allMatch(r -> r.contains("index=") && r.contains("wait=1000ms"));
    assertThat(reads()).as("nothing changed").isEqualTo(1);
  }

  private Stream<String> lists() {
    return nomad().nomad().requests().stream().filter(r -> r.startsWith("GET /v1/jobs?"));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 429, 403})
  void aWatchThatIsRefusedGoesOnWhereItWas(int status) {
    List<Observation> seen = new CopyOnWriteArrayList<>();
    nomad().nomad().trouble("GET /v1/jobs", status, "No cluster leader");
    nomad().nomad().trouble("GET /v1/job/web", status, "No cluster leader");
    try (var platform = nomad().open()) {
      platform.watch(List.of(), seen::add);
      await().until(() -> seen.size() >= 3);
    }
    assertThat(seen).hasSize(3);
  }

  @Test
  void aJobPurgedAndRegisteredAnewIsAnotherOne() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    try (var platform = nomad().open()) {
      Situation seen = platform.look(bad.workload());
      nomad().nomad().purge("web");
      assertThat(platform.rollBack(bad, bench.release("1.0"), seen))
          .isEqualTo(new Submission.Conflict("it was purged"));
      bench.deploy("1.0");
      bench.deploy("1.1");
      assertThat(platform.rollBack(bad, bench.release("1.0"), seen))
          .isEqualTo(new Submission.Conflict("it was purged and registered anew"));
    }
  }

  @Test
  void aStoppedJobIsNotStartedAgain() {
    nomad().nomad().register(spec("1.1", "", "{\"Stop\": true}"));
    Release bad = bench.release("1.1");
    try (var platform = nomad().open()) {
      Situation seen = platform.look(bad.workload());
      assertThat(seen.otherRollout()).isEqualTo("it is stopped");
      assertThat(seen.desired()).isZero();
      assertThat(platform.rollBack(bad, bench.release("1.0"), seen))
          .isInstanceOf(Submission.Conflict.class);
    }
  }

  @Test
  void aRevertThatWouldUndoAScalingIsRefusedWithTheWayToDoIt() {
    nomad().nomad().register(spec("1.1", "/TaskGroups/0", "{\"Count\": 5}"));
    Release bad = bench.release("1.1");
    try (var platform = nomad().open()) {
      assertThat(platform.unreachable(bench.release("1.0")))
          .isEqualTo("a revert brings the counts back too: {web=5} now, {web=2} then");
      assertThat(platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload())))
          .isInstanceOfSatisfying(
              Submission.Refused.class,
              r ->
                  assertThat(r.safeWay())
                      .isEqualTo("nomad job revert -namespace default web 0, then scale it"));
    }
  }

  @Test
  void aJobOfSeveralRegionsIsLeftAlone() {
    String regions = "{\"Multiregion\": {\"Regions\": []}}";
    nomad().nomad().register(spec("1.0", "", regions));
    nomad().nomad().register(spec("1.1", "", regions));
    Release target = NomadRelease.of(NomadBench.WEB, spec("1.0", "", regions));
    try (var platform = nomad().open()) {
      assertThat(platform.unreachable(target)).contains("several regions at once");
    }
  }

  @Test
  void aForbiddenReleaseIsNotTakenBack() {
    nomad()
        .nomad()
        .register(spec("1.1", "", "{\"Meta\": {\"tocsin.io/rollback\": \"forbidden\"}}"));
    Release bad = bench.release("1.1");
    try (var platform = nomad().open()) {
      Situation seen = platform.look(bad.workload());
      assertThat(seen.mark()).isEqualTo(RollbackMark.FORBIDDEN);
      assertThat(platform.rollBack(bad, bench.release("1.0"), seen))
          .isInstanceOf(Submission.Refused.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"No cluster leader", "rpc error: EOF", "raft apply failed: timeout"})
  void anErrorThatSaysNothingMayHaveHappenedAnyway(String said) {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    nomad().nomad().trouble("POST", 500, said);
    try (var platform = nomad().open()) {
      Situation seen = platform.look(bad.workload());
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.rollBack(bad, bench.release("1.0"), seen))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNCERTAIN));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing Vault Token", "operator requires a Consul token"})
  void aServerThatWantsATokenOfAnotherIsARefusal(String said) {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    nomad().nomad().trouble("POST", 500, said);
    try (var platform = nomad().open()) {
      assertThat(platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload())))
          .isInstanceOfSatisfying(
              Submission.Refused.class, r -> assertThat(r.why()).contains(said));
    }
  }

  @Test
  void aCanaryThatNobodyHereAskedForIsNotPromoted() {
    String canary = "{\"Update\": {\"MaxParallel\": 1, \"Canary\": 1}}";
    nomad().nomad().register(spec("1.1", "/TaskGroups/0", canary));
    Release theirs = NomadRelease.of(NomadBench.WEB, spec("1.1", "/TaskGroups/0", canary));
    try (var platform = nomad().open()) {
      assertThat(platform.progress(theirs)).isEqualTo(new Rollout.Moving(1, 1, 2));
      assertThat(nomad().nomad().requests()).noneMatch(r -> r.startsWith("POST"));
    }
  }

  @Test
  void aDeploymentThatFailedIsAFailureInNomadsWords() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    Release target = bench.release("1.0");
    nomad().nomad().hold();
    try (var platform = nomad().open()) {
      platform.rollBack(bad, target, platform.look(bad.workload()));
      assertThat(platform.progress(target)).isEqualTo(new Rollout.Moving(2, 0, 2));
      nomad().nomad().deployment("web", "failed", "Failed due to progress deadline");
      assertThat(platform.progress(target))
          .isEqualTo(new Rollout.Failed("Failed due to progress deadline", 2, 0, 2));
    }
  }

  @Test
  void aJobMayBeCalledAnything() {
    ObjectNode odd = NomadBench.spec("1.0");
    odd.put("ID", "a/../b%2F c");
    var name = new NomadApi.Name("default", "a/../b%2F c");
    assertThat(NomadApi.Name.of(name.workload())).isEqualTo(name);
    assertThat(name.workload().split("/", -1)).hasSize(3);
    assertThat(name.path()).isEqualTo("/v1/job/a%2F..%2Fb%252F%20c");
  }

  @Test
  void anAddressThatOthersCouldReadAlongIsRefused() {
    for (String server :
        List.of("http://nomad.example.org:4646", "http://127.evil.example", "https://u:p@nomad")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new NomadConfig.Access(server, null, null, "", List.of("default")))
          .withMessageContaining("expected https://host[:port]");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new NomadConfig.Access("https://nomad", null, null, "", List.of("*", "shop")))
        .withMessageContaining("found *");
  }
}
