package io.tocsin.collector.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against recorded answers of a real API server.
class RecordedKubernetesTest {
  private final AtomicLong clock = new AtomicLong(1_900_000_000_000L);
  private final List<AutoCloseable> open = new ArrayList<>();
  private @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RecordedKubernetes recorded(String file) throws IOException {
    var cluster = new RecordedKubernetes(file);
    open.add(cluster);
    return cluster;
  }

  private static KubernetesConfig config(RecordedKubernetes cluster) {
    KubernetesConfig.Access none = KubernetesConfig.Access.DEFAULT;
    return new KubernetesConfig(
        new KubernetesConfig.Access(
            cluster.address(), none.tokenFile(), none.authority(), List.of("shop")),
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMinutes(10));
  }

  private KubernetesPlatform platform(RecordedKubernetes cluster) {
    var platform = KubernetesPlatform.open(config(cluster), directory, clock::get, 1);
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

  /// The release that an object answered at some time was to run.
  private static Release releaseAt(RecordedKubernetes cluster, long offset, String workload) {
    return KubernetesRelease.of(workload, cluster.at(offset).at("/spec/template"));
  }

  /// What was written is the template that the recorded executor wrote, under our lock.
  private static void assertWroteWhatWasRecorded(RecordedKubernetes cluster, JsonNode asRead) {
    RecordedKubernetes.Write write = cluster.writes().getLast();
    assertThat(write.method()).isEqualTo("PATCH");
    assertThat(write.type()).isEqualTo("application/json-patch+json");
    assertThat(write.template()).isEqualTo(cluster.recordedWrites().getLast().template());
    assertThat(write.body().findValuesAsText("path"))
        .containsExactly("/metadata/uid", "/spec/template", "/spec/template");
    assertThat(write.body().findValuesAsText("op")).containsExactly("test", "test", "replace");
    assertThat(write.body().path(0).path("value")).isEqualTo(asRead.at("/metadata/uid"));
    assertThat(write.body().path(1).path("value")).isEqualTo(asRead.at("/spec/template"));
  }

  @Test
  void theTemplateOfTheNamedReleaseIsPutBackAndDoneMeansObservedAndHealthy() throws IOException {
    RecordedKubernetes cluster = recorded("01-deployment-rollback.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("observe");
    Release good = platform.look("kubernetes/shop/web").running();
    cluster.play("rollback", "verify");
    Situation seen = platform.look("kubernetes/shop/web");

    assertThat(good.name()).startsWith("1.4.0 (");
    assertThat(seen.running().name()).startsWith("1.5.0 (");
    assertThat(seen.rolloutRunning()).isFalse();
    assertThat(platform.unreachable(good)).isNull();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(cluster.writes()).hasSize(1);
    assertWroteWhatWasRecorded(cluster, cluster.at(4032));
    // The status still tells how well the bad release does.
    assertThat(platform.progress(good)).isEqualTo(new Rollout.Moving(0, 0, 2));
    assertThat(platform.progress(good)).isEqualTo(new Rollout.Moving(1, 0, 2));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void aRollbackThatDoesNotGetThereFailsAtItsDeadline() throws IOException {
    RecordedKubernetes cluster = recorded("01-deployment-rollback.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web");
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web");
    platform.rollBack(seen.running(), good, seen);
    assertThat(platform.progress(good)).isInstanceOf(Rollout.Moving.class);
    clock.addAndGet(Duration.ofMinutes(11).toMillis());

    assertThat(platform.progress(good))
        .isInstanceOfSatisfying(
            Rollout.Failed.class, f -> assertThat(f.reason()).contains("0 of 2 pods are ready"));
  }

  @Test
  void aStaleAnswerOfAnyKindIsReadAgainAndDecidedAgain() throws IOException {
    RecordedKubernetes cluster = recorded("02-deployment-stale-resource-version.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web2");
    Release good = KubernetesRelease.of("kubernetes/shop/web2", recordedTemplate(cluster));

    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    // 422 without causes and four kinds of 409 and 422, then the one that was taken.
    assertThat(cluster.writes()).hasSize(6);
    assertWroteWhatWasRecorded(cluster, cluster.at(10115));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void aPausedDeploymentIsLeftAloneAndAPauseMeanwhileIsAFailure() throws IOException {
    RecordedKubernetes cluster = recorded("03-deployment-paused.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web3");
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web3");

    assertThat(seen.paused()).isTrue();
    assertThat(platform.rollBack(seen.running(), good, seen))
        .asInstanceOf(type(Submission.Refused.class))
        .satisfies(
            r -> assertThat(r.why()).contains("paused"),
            r ->
                assertThat(r.safeWay()).contains("kubectl -n shop rollout resume deployment/web3"));
    assertThat(cluster.writes()).isEmpty();
    cluster.play("patched-anyway");
    cluster.without(8171);
    assertThat(settled(platform, good))
        .isInstanceOfSatisfying(
            Rollout.Failed.class, f -> assertThat(f.reason()).contains("paused"));
    cluster.play("resume");
    cluster.without(11228);
    cluster.without(11233);
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void whatTheClusterForgotIsPutBackFromTheStoreOrNotAtAll() throws IOException {
    RecordedKubernetes cluster = recorded("04-deployment-no-history.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web4");
    cluster.play("rollback", "stored-template");
    Situation seen = platform.look("kubernetes/shop/web4");
    assertThat(platform.unreachable(good)).contains("the cluster keeps no template of it");
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOf(Submission.Refused.class);
    assertThat(cluster.writes()).isEmpty();

    cluster.play("observe");
    assertThat(platform.look("kubernetes/shop/web4").running()).isEqualTo(good);
    cluster.play("rollback", "stored-template");
    assertThat(platform.look("kubernetes/shop/web4").running()).isEqualTo(seen.running());
    assertThat(platform.unreachable(good)).isNull();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(11994));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void aReleaseKeepsItsIdHoweverOftenItsRevisionIsRenumbered() throws IOException {
    RecordedKubernetes cluster = recorded("05-deployment-rolled-back-twice.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web5");
    for (String phase : List.of("rollback", "rollback-2")) {
      cluster.play(phase);
      Situation seen = platform.look("kubernetes/shop/web5");
      assertThat(seen.running().name()).startsWith("1.5.0");
      assertThat(platform.rollBack(seen.running(), good, seen))
          .isEqualTo(new Submission.Accepted());
      assertWroteWhatWasRecorded(cluster, cluster.at(phase.equals("rollback") ? 14362 : 26830));
      assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
    }
    cluster.play("verify");
    assertThat(platform.look("kubernetes/shop/web5").running()).isEqualTo(good);
  }

  @Test
  void aStuckPodOfAStatefulSetIsDeletedUnderItsUid() throws IOException {
    RecordedKubernetes cluster = recorded("06-statefulset-stuck-pod.json");
    KubernetesPlatform platform = platform(cluster);
    String workload = "kubernetes/shop/statefulset:db";
    cluster.play("observe");
    Release good = platform.look(workload).running();
    cluster.play("rollback", "verify");
    Situation seen = platform.look(workload);

    assertThat(seen.running().name()).startsWith("1.5.1");
    assertThat(seen.healthy()).isEqualTo(1);
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(cluster.writes()).as("409, then taken").hasSize(2);
    assertThat(cluster.writes().getLast().template())
        .isEqualTo(cluster.recordedWrites().get(1).template());
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
    RecordedKubernetes.Write recorded = cluster.recordedWrites().getLast();
    assertThat(cluster.writes().subList(2, cluster.writes().size()))
        .isNotEmpty()
        .allSatisfy(delete -> {
          assertThat(delete.method()).isEqualTo("DELETE");
          assertThat(delete.path()).isEqualTo(recorded.path());
          assertThat(delete.body()).isEqualTo(recorded.body());
        });
  }

  @ParameterizedTest
  @CsvSource({
    "07-daemonset-rollback.json, kubernetes/shop/daemonset:agent, 0, 45002, 1",
    "14-statefulset-rollback.json, kubernetes/shop/statefulset:db2, 0, 27220, 2"
  })
  void theRevisionOfTheNamedReleaseIsPutBackAndNoPodIsTouched(
      String file, String workload, long deployed, long read, int pods) throws IOException {
    RecordedKubernetes cluster = recorded(file);
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, deployed, workload);
    cluster.play("rollback", "verify");
    Situation seen = platform.look(workload);

    assertThat(seen.running().name()).startsWith("1.5.0");
    assertThat(seen.desired()).isEqualTo(pods);
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(read));
    assertThat(platform.progress(good)).isEqualTo(new Rollout.Moving(0, 0, pods));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(pods, pods, pods));
    assertThat(cluster.writes()).hasSize(1);
  }

  @Test
  void aMissingRightIsNamedWithTheWayToGrantIt() throws IOException {
    RecordedKubernetes cluster = recorded("08-forbidden-and-unauthorized.json");
    KubernetesPlatform platform = platform(cluster);
    String workload = "kubernetes/shop/web8";
    Release good = releaseAt(cluster, 0, workload);
    cluster.play("readonly-account");
    Situation seen = platform.look(workload);
    assertThat(platform.rollBack(seen.running(), good, seen))
        .asInstanceOf(type(Submission.Refused.class))
        .satisfies(r ->
            assertThat(r.why())
                .contains("HTTP 403")
                .contains("shop:steering-readonly lacks the right to patch deployments.apps")
                .contains("in namespace shop; deploy/kubernetes/rbac.yaml grants it"));
    var api = new KubernetesApi(config(cluster).access(), Duration.ofSeconds(5));
    open.add(api);
    assertThat(api.get("/apis/apps/v1/deployments", Map.of()).message())
        .contains("lacks the right to list deployments.apps in all namespaces");
    assertThat(api.get("/api/v1/namespaces/shop/pods", Map.of()).message())
        .contains("lacks the right to list pods in namespace shop");

    cluster.play("readonly-account");
    assertThat(new KubernetesExam(api, List.of("shop")).findings())
        .extracting(Finding::ok, Finding::detail)
        .containsExactly(
            tuple(true, "all 16 rights are granted"),
            tuple(false, "not granted: patch deployments.apps"));
    cluster.play("executor-account");
    assertThat(new KubernetesExam(api, List.of("shop")).findings())
        .allMatch(f -> Boolean.TRUE.equals(f.ok()));

    cluster.play("bad-token");
    assertForbidden(platform, workload, "HTTP 401", "it does not know the token in");
    cluster.play("no-token");
    assertForbidden(platform, workload, "system:anonymous lacks the right to get deployments.apps");

    cluster.play("executor-account");
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  private static void assertForbidden(Platform platform, String workload, String... words) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> platform.look(workload))
        .satisfies(
            e -> assertThat(e.fault()).isEqualTo(Fault.FORBIDDEN),
            e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void scalingAndAnnotatingAreNoReleasesAndPodsAreAttributedByUid() throws IOException {
    RecordedKubernetes cluster = recorded("09-watch-good-to-bad.json");
    cluster.play("watch");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    platform(cluster).watch(List.of(), seen::add);
    await().until(() -> releases(seen).size() >= 2 && placements(seen).size() >= 6);

    ReleaseEvent first = releases(seen).getFirst();
    ReleaseEvent second = releases(seen).getLast();
    assertThat(releases(seen)).hasSize(2);
    assertThat(first.from()).isNull();
    assertThat(first.to().name()).startsWith("1.4.0");
    assertThat(first.atMillis()).isLessThan(clock.get());
    assertThat(second.from()).isEqualTo(first.to());
    assertThat(second.to().name()).startsWith("1.5.0");
    assertThat(second.atMillis()).isEqualTo(clock.get());
    assertThat(second.byTocsin()).isFalse();
    assertThat(placements(seen).stream().map(Placement::release))
        .containsOnly(first.to().id(), second.to().id());
    assertThat(placements(seen).stream().filter(p -> p.release().equals(second.to().id())))
        .extracting(Placement::key)
        .containsExactlyInAnyOrderElementsOf(uidsOf(cluster, "web9-789dd957d9-"));
    assertThat(placements(seen).stream().filter(p -> p.release().equals(first.to().id())))
        .extracting(Placement::key)
        .containsExactlyInAnyOrderElementsOf(uidsOf(cluster, "web9-54886fb68c-"));
  }

  private static List<String> uidsOf(RecordedKubernetes cluster, String prefix) {
    return cluster.recording().findParents("uid").stream()
        .filter(m -> m.path("name").asText().startsWith(prefix) && m.has("generateName"))
        .map(m -> m.path("uid").asText())
        .distinct()
        .toList();
  }

  private static List<ReleaseEvent> releases(List<Observation> seen) {
    return seen.stream()
        .filter(ReleaseEvent.class::isInstance)
        .map(ReleaseEvent.class::cast)
        .toList();
  }

  private static List<Placement> placements(List<Observation> seen) {
    return seen.stream().filter(Placement.class::isInstance).map(Placement.class::cast).toList();
  }

  @Test
  void fieldsThatSomebodyAppliesAreNotTakenInAnotherName() throws IOException {
    RecordedKubernetes cluster = recorded("10-server-side-apply-conflict.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("foreign-patch");
    Situation seen = platform.look("kubernetes/shop/web10");
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web10");

    assertThat(platform.unreachable(good)).contains("server-side apply by ci-pipeline owns");
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOfSatisfying(
            Submission.Refused.class,
            r -> assertThat(r.safeWay()).isEqualTo("apply the good manifest as ci-pipeline"));
    assertThat(cluster.writes()).isEmpty();
    JsonNode conflict = cluster.at(20982);
    assertThat(new KubernetesApi.Answer(409, conflict, Duration.ZERO).hasCauses()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "web-argo, Argo CD application shop",
    "web-argo-label, Argo CD application shop",
    "web-flux, Flux Kustomization flux-system/shop",
    "web-flux-helm, Flux HelmRelease flux-system/web",
    "web-helm, Helm release shop/web"
  })
  void whatAnotherOwnsIsLeftToItsOwner(String name, String owner) throws IOException {
    RecordedKubernetes cluster = recorded("11-owned-by-gitops.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("observe");
    Situation seen = platform.look("kubernetes/shop/" + name);
    Release other = new Release(seen.workload(), "0", "1.3.9");

    assertThat(seen.owner()).isEqualTo(owner);
    assertThat(platform.rollBack(seen.running(), other, seen))
        .isInstanceOfSatisfying(Submission.Refused.class, r -> assertThat(r.why()).contains(owner));
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void whatKubectlAppliedHasNoOwnerAndItsMemoryIsNoted() throws IOException {
    RecordedKubernetes cluster = recorded("11-owned-by-gitops.json");
    cluster.play("observe");
    Situation seen = platform(cluster).look("kubernetes/shop/web-kubectl");

    assertThat(seen.owner()).isNull();
    assertThat(seen.notes()).anyMatch(note -> note.contains("kubectl apply still remembers"));
  }

  @Test
  void anAutoscalersReplicasAreNotedAndKept() throws IOException {
    RecordedKubernetes cluster = recorded("12-hpa-replicas-survive.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web12");
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web12");

    assertThat(seen.notes())
        .containsExactly(
            "HorizontalPodAutoscaler web12 sets the replicas; a rollback leaves them as they are");
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(29591));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(4, 4, 4));
  }

  @Test
  void aWatchThatIsTooOldAndAListThatExpiredBeginAnew() throws IOException {
    RecordedKubernetes cluster = recorded("13-watch-too-old.json");
    cluster.play("watch", "recover");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    platform(cluster).watch(List.of(), seen::add);
    String deployments = "/apis/apps/v1/namespaces/shop/deployments";
    String sets = "/apis/apps/v1/namespaces/shop/replicasets";
    await().until(() -> count(cluster.lists(), deployments) == 2);
    // Each page after the first is 410, so the first is asked for again.
    await().until(() -> count(cluster.lists(), sets) >= 4);

    assertThat(releases(seen)).hasSize(1);
    var future = new KubernetesApi.Answer(504, cluster.at(4923), Duration.ofSeconds(1));
    assertThat(future.message()).contains("Too large resource version");
  }

  private static long count(List<String> lists, String path) {
    return lists.stream().filter(path::equals).count();
  }

  @Test
  void aRollbackIsSeenAsTheReturnOfAReleaseAndLateDeletesAreNoNews() throws IOException {
    RecordedKubernetes cluster = recorded("15-watch-create-bad-rollback.json");
    cluster.play("watch");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    platform(cluster).watch(List.of(), seen::add);
    await().until(() -> releases(seen).size() >= 3 && placements(seen).size() >= 3);

    List<ReleaseEvent> events = releases(seen);
    assertThat(events).hasSize(3);
    assertThat(events.get(1).to().name()).startsWith("1.5.1");
    assertThat(events.get(2).to()).isEqualTo(events.get(0).to());
    List<String> uids = uidsOf(cluster, "web15-");
    assertThat(placements(seen))
        .extracting(Placement::key)
        .containsExactlyInAnyOrderElementsOf(uids);
  }

  @Test
  void whatAManagerAppliedIsAppliedBackInItsName() throws IOException {
    RecordedKubernetes cluster = recorded("16-server-side-apply-rollback.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("observe");
    Release good = platform.look("kubernetes/shop/web16").running();
    cluster.play("rollback");
    // The recorded executor began with a stale write; ours reads first.
    cluster.without(10686);
    Situation seen = platform.look("kubernetes/shop/web16");

    assertThat(seen.owner()).isNull();
    assertThat(platform.unreachable(good)).isNull();
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    RecordedKubernetes.Write write = cluster.writes().getFirst();
    RecordedKubernetes.Write recorded = cluster.recordedWrites().getFirst();
    assertThat(write.type()).isEqualTo(recorded.type());
    assertThat(write.query()).isEqualTo("fieldManager=ci-pipeline");
    assertThat(write.body()).isEqualTo(recorded.body());
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void whatAnApplyWouldLeaveOfTheBadReleaseIsKnownBeforeItIsSent() throws IOException {
    RecordedKubernetes cluster = recorded("16-server-side-apply-rollback.json");
    KubernetesPlatform platform = platform(cluster);
    cluster.play("observe");
    Release good = platform.look("kubernetes/shop/web16").running();
    cluster.play("rollback");
    cluster.without(10686);
    for (JsonNode exchange : cluster.recording()) {
      if (exchange.at("/request/method").asText().equals("PATCH")
          && exchange.at("/response/body/spec/template/spec/containers/0")
              instanceof ObjectNode container) {
        container.withArray("/env").addObject().put("name", "SET_BY").put("value", "kubectl");
      }
    }

    assertThat(platform.unreachable(good))
        .isEqualTo(
            "written as ci-pipeline it would not become %s: others set fields of the template too"
                .formatted(good.name()));
  }

  @Test
  void aDryRunTellsWhatTheServerWouldNotTake() throws IOException {
    RecordedKubernetes cluster = recorded("17-dry-run.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web17");
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web17");

    assertThat(platform.unreachable(good)).isNull();
    assertThat(platform.unreachable(good))
        .contains("HTTP 422")
        .contains("spec.template.spec.containers[0].image: Required value");
    assertThat(platform.unreachable(good)).contains("`selector` does not match");
    assertThat(platform.unreachable(good)).as("stale: somebody else wrote").isNull();
    assertThat(cluster.writes()).isEmpty();
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOfSatisfying(
            Submission.Refused.class, r -> assertThat(r.why()).contains("HTTP 415"));
    assertThat(cluster.writes()).hasSize(1);
  }

  @Test
  void anInvalidTemplateIsNeverSentAgain() throws IOException {
    RecordedKubernetes cluster = recorded("17-dry-run.json");
    for (JsonNode exchange : cluster.recording()) {
      if (exchange.path("request").path("query") instanceof ObjectNode query) {
        query.remove("dryRun");
      }
    }
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web17");
    cluster.play("rollback");
    cluster.without(16241);
    Situation seen = platform.look("kubernetes/shop/web17");

    assertThat(platform.rollBack(seen.running(), good, seen))
        .isInstanceOfSatisfying(
            Submission.Refused.class, r -> assertThat(r.why()).contains("Required value"));
    assertThat(cluster.writes()).hasSize(1);
  }

  @Test
  void aRolloutThatIsStuckIsNoObstacle() throws IOException {
    RecordedKubernetes cluster = recorded("18-stuck-rollout.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web18");
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web18");

    assertThat(seen.rolloutRunning()).isTrue();
    assertThat(seen.otherRollout()).isNull();
    assertThat(seen.healthy()).isEqualTo(2);
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(11558));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({"rollback, 17693, 17685, CrashLoopBackOff", "rollback-2, 38357, 24345, ErrImagePull"})
  void aReleaseThatNeverRanIsTakenBackAndItsPodsSayWhy(
      String phase, long read, long observed, String why) throws IOException {
    RecordedKubernetes cluster = recorded("19-crash-loop-and-missing-image.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web19");
    cluster.play(phase);
    Situation seen = platform.look("kubernetes/shop/web19");

    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(read));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));

    cluster.play("observe");
    for (JsonNode exchange : cluster.recording()) {
      long offset = exchange.path("offsetMillis").asLong();
      if (exchange.at("/response/body/kind").asText().equals("PodList") && offset != observed) {
        cluster.without(offset);
      }
    }
    try (var api = new KubernetesApi(config(cluster).access(), Duration.ofSeconds(5))) {
      var bad = new KubernetesWorkload(KubernetesKind.DEPLOYMENT, cluster.at(read));
      assertThat(new KubernetesLeftovers(api, new KubernetesObjects(api)).trouble(bad))
          .contains(why);
    }
  }

  @Test
  void aRestartIsNoReleaseAndTheOneBeforeItIsNotTheTarget() throws IOException {
    RecordedKubernetes cluster = recorded("20-restart-after-bad.json");
    KubernetesPlatform platform = platform(cluster);
    String workload = "kubernetes/shop/web20";
    Release good = releaseAt(cluster, 0, workload);
    Release bad = releaseAt(cluster, 3052, workload);
    cluster.play("rollback");
    Situation seen = platform.look(workload);

    assertThat(seen.running()).isEqualTo(bad);
    assertThat(platform.rollBack(bad, good, seen)).isEqualTo(new Submission.Accepted());
    assertWroteWhatWasRecorded(cluster, cluster.at(12823));
    assertThat(settled(platform, good)).isEqualTo(new Rollout.Done(2, 2, 2));
  }

  @Test
  void anObjectCreatedAnewIsAnotherOne() throws IOException {
    RecordedKubernetes cluster = recorded("21-deleted-and-recreated.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web21");
    cluster.play("observe");
    Situation seen = platform.look("kubernetes/shop/web21");
    cluster.play("rollback");
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isEqualTo(new Submission.Conflict("it was deleted"));
    cluster.play("rollback-2");
    assertThat(platform.rollBack(seen.running(), good, seen))
        .isEqualTo(new Submission.Conflict("it was deleted and created anew"));
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void theLockIsUidAndTemplateAndASecondCallWritesNothing() throws IOException {
    RecordedKubernetes cluster = recorded("22-which-lock.json");
    KubernetesPlatform platform = platform(cluster);
    Release good = releaseAt(cluster, 0, "kubernetes/shop/web22");
    cluster.play("rollback");
    Situation seen = platform.look("kubernetes/shop/web22");
    assertThat(platform.unreachable(good)).isNull();
    cluster.play("rollback", "write");
    for (JsonNode exchange : cluster.recording()) {
      if (exchange.path("phase").asText().equals("rollback")
          && exchange.path("request").path("method").asText().equals("PATCH")) {
        cluster.without(exchange.path("offsetMillis").asLong());
      }
    }

    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(cluster.writes().getFirst().body())
        .isEqualTo(cluster.recordedWrites().getFirst().body());
    cluster.without(6548);
    assertThat(settled(platform, good)).isInstanceOf(Rollout.Done.class);
    assertThat(platform.rollBack(seen.running(), good, seen)).isEqualTo(new Submission.Accepted());
    assertThat(cluster.writes()).hasSize(1);
  }

  private static JsonNode recordedTemplate(RecordedKubernetes cluster) {
    return requireNonNull(cluster.recordedWrites().getLast().template());
  }
}
