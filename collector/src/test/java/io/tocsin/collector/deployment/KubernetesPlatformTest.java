package io.tocsin.collector.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.Attributor.Attribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The contract, with exactly the rights that the manifest grants; and what recordings do not show.
class KubernetesPlatformTest extends PlatformContract {
  private static final String RBAC = "deploy/kubernetes/rbac.yaml";

  @Override
  Bench bench(Path directory) {
    var bench = new KubernetesBench(directory);
    bench.cluster().grant(manifestRights());
    return bench;
  }

  private KubernetesBench kubernetes() {
    return (KubernetesBench) bench;
  }

  private static Set<String> manifestRights() {
    String text;
    try {
      text = Files.readString(Path.of(System.getProperty("tocsin.root"), RBAC));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<String> rights = new TreeSet<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      for (Object rule : list(document, "rules")) {
        for (Object group : list(rule, "apiGroups")) {
          for (Object resource : list(rule, "resources")) {
            list(rule, "verbs")
                .forEach(verb -> rights.add("%s %s/%s".formatted(verb, group, resource)));
          }
        }
      }
    }
    return rights;
  }

  private static Collection<?> list(Object map, String key) {
    return ((Map<?, ?>) map).get(key) instanceof Collection<?> list ? list : List.of();
  }

  @Test
  void theManifestGrantsExactlyTheRightsThatAreUsed() {
    FakeCluster cluster = kubernetes().cluster();
    bench.deploy("1.1");
    try (var platform = kubernetes().open()) {
      platform.watch(List.of(), observation -> {});
      Release bad = bench.release("1.1");
      platform.rollBack(bad, bench.release("1.0"), platform.look(bad.workload()));
      for (String kind : List.of("StatefulSet", "DaemonSet")) {
        var db = new OnDelete(cluster, kind);
        takeBack(platform, db);
        platform.progress(db.release(1));
      }
      await().untilAsserted(() -> assertThat(cluster.used()).isEqualTo(manifestRights()));
    }
  }

  @Test
  void anExaminationAsksForTheRightsOfTheManifestAndNoOthers() {
    Set<String> asked = new TreeSet<>();
    KubernetesExam.rights()
        .values()
        .forEach(rights ->
            rights.forEach(
                r -> asked.add("%s %s/%s".formatted(r.verb(), r.group(), r.resource()))));
    assertThat(asked).isEqualTo(manifestRights());
  }

  @Test
  void whatIsNotGrantedIsNamedWithTheWayToGrantIt() {
    FakeCluster cluster = kubernetes().cluster();
    try (var platform = kubernetes().open()) {
      assertThat(platform.examine()).hasSize(2).allMatch(f -> Boolean.TRUE.equals(f.ok()));
      Set<String> rights = manifestRights();
      rights.remove("patch apps/deployments");
      cluster.grant(rights);
      assertThat(platform.examine())
          .filteredOn(f -> Boolean.FALSE.equals(f.ok()))
          .singleElement()
          .isEqualTo(
              new Finding(
                  "take releases back in all namespaces",
                  false,
                  "not granted: patch deployments.apps",
                  "kubectl apply -f deploy/kubernetes/rbac.yaml"));
    }
    try (var platform = kubernetes().open(List.of("shop", "closed"))) {
      cluster.closeNamespace("closed");
      assertThat(platform.examine())
          .hasSize(4)
          .element(2)
          .satisfies(f -> {
            assertThat(f.what()).isEqualTo("watch releases in namespace closed");
            assertThat(f.ok()).isFalse();
          });
    }
  }

  @Test
  void podsAreTheKeyByWhichWindowsFindTheirRelease() {
    List<Placement> placed = new CopyOnWriteArrayList<>();
    try (var platform = kubernetes().open()) {
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
    var placements = new Placements(List.of());
    // As an agent knows a pod: by the uid in the path of its logs.
    var old = podOf(placed.getFirst().key());
    assertThat(placements.attribute(old)).as("waits for the platform's word").isNull();
    placed.forEach(placements::accept);
    String workload = bench.release("1.0").workload();
    assertThat(placements.attribute(old))
        .isEqualTo(new Attribution(workload, bench.release("1.0").id()));
    assertThat(placements.attribute(podOf(placed.getLast().key())))
        .isEqualTo(new Attribution(workload, bench.release("1.1").id()));
  }

  private static WindowSummary.Instance podOf(String uid) {
    return new WindowSummary.Instance(
        "kubernetes:" + uid + ":app:0", "kubernetes", "node1", "", "web-0", "", "", 0, "", uid);
  }

  /// Workload `db` of two pods, of a kind whose controller replaces no pod that nobody deletes. New
  /// pods are not ready until the test says so.
  private static final class OnDelete {
    private final FakeCluster cluster;
    private final boolean stateful;
    private final String collection;
    private final String workload;

    OnDelete(FakeCluster cluster, String kind) {
      this.cluster = cluster;
      this.stateful = kind.equals("StatefulSet");
      String plural = stateful ? "statefulsets" : "daemonsets";
      this.collection = KubernetesBench.APPS + plural;
      this.workload = "kubernetes/shop/" + (stateful ? "statefulset" : "daemonset") + ":db";
      for (int release : List.of(1, 2)) {
        ObjectNode revision =
            KubernetesBench.json(
                """
                {"metadata": {"name": "db-%d", "uid": "%s-revision-%1$d",
                  "labels": {"app": "%2$s", "controller-revision-hash": "%1$d"},
                  "ownerReferences": [
                    {"kind": "%2$s", "name": "db", "uid": "%2$s-uid", "controller": true}]},
                 "revision": %1$d, "data": {"spec": {}}}
                """
                    .formatted(release, kind));
        revision.withObject("/data/spec").set("template", template(kind, release));
        cluster.put(KubernetesBench.APPS + "controllerrevisions", revision);
      }
      ObjectNode object =
          KubernetesBench.json(
              """
              {"kind": "%s", "metadata": {"name": "db", "uid": "%1$s-uid", "generation": 2},
               "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "%1$s"}},
                 "updateStrategy": {"type": "OnDelete"}}}
              """
                  .formatted(kind));
      object.withObject("/spec").set("template", template(kind, 2));
      cluster.put(collection, object);
      pod(0, true);
      pod(1, true);
      tell();
      cluster.controller(written -> {
        if (written.path("kind").asText().equals("Pod")) {
          pod(ordinal(written), false);
        }
        tell();
      });
    }

    Release release(int release) {
      return KubernetesRelease.of(
          workload, template(stateful ? "StatefulSet" : "DaemonSet", release));
    }

    void podsBecomeReady() {
      for (ObjectNode pod : pods()) {
        pod.withObject("/status").set("conditions", ready(true));
        cluster.put(KubernetesBench.PODS, pod);
      }
      tell();
    }

    private void pod(int ordinal, boolean ready) {
      String kind = stateful ? "StatefulSet" : "DaemonSet";
      ObjectNode pod =
          KubernetesBench.json(
              """
              {"kind": "Pod", "metadata": {"name": "%1$s-%2$d", "uid": "%1$s-%2$d-of-%3$s",
                "labels": {"app": "%4$s", "controller-revision-hash": "%3$s"},
                "ownerReferences": [
                  {"kind": "%4$s", "name": "db", "uid": "%4$s-uid", "controller": true}]},
               "status": {}}
              """
                  .formatted(stateful ? "db" : "node", ordinal, revision(), kind));
      pod.withObject("/status").set("conditions", ready(ready));
      cluster.put(KubernetesBench.PODS, pod);
    }

    private void tell() {
      ObjectNode now = requireNonNull(cluster.get(collection + "/db"));
      String revision = revision();
      long updated =
          pods().stream()
              .filter(
                  p -> p.at("/metadata/labels/controller-revision-hash").asText().equals(revision))
              .count();
      long ready =
          pods().stream()
              .filter(p -> p.at("/status/conditions/0/status").asText().equals("True"))
              .count();
      now.set(
          "status",
          KubernetesBench.json(
              """
              {"observedGeneration": %s, "replicas": 2, "updatedReplicas": %d, "readyReplicas": %d,
               "desiredNumberScheduled": 2, "currentNumberScheduled": 2,
               "updatedNumberScheduled": %2$d, "numberAvailable": %3$d, "updateRevision": "%4$s"}
              """
                  .formatted(now.at("/metadata/generation"), updated, ready, revision)));
      cluster.put(collection, now);
    }

    private List<ObjectNode> pods() {
      String prefix = KubernetesBench.PODS + "/" + (stateful ? "db-" : "node-");
      return cluster.list(KubernetesBench.PODS).stream()
          .filter(pod -> (KubernetesBench.PODS + "/" + name(pod)).startsWith(prefix))
          .toList();
    }

    private String revision() {
      ObjectNode now = requireNonNull(cluster.get(collection + "/db"));
      String release = now.at("/spec/template/spec/containers/0/image").asText().replace("db:", "");
      return stateful ? "db-" + release : release;
    }

    private static ObjectNode template(String kind, int release) {
      return KubernetesBench.json(
          """
          {"metadata": {"creationTimestamp": null, "labels": {"app": "%s"}},
           "spec": {"containers": [{"name": "app", "image": "db:%d"}]}}
          """
              .formatted(kind, release));
    }

    private static JsonNode ready(boolean ready) {
      return KubernetesBench.json(
              """
              {"conditions": [{"type": "Ready", "status": "%s"}]}
              """
                  .formatted(ready ? "True" : "False"))
          .path("conditions");
    }

    private static String name(JsonNode object) {
      return object.path("metadata").path("name").asText();
    }

    private static int ordinal(JsonNode pod) {
      return name(pod).endsWith("-1") ? 1 : 0;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"StatefulSet", "DaemonSet"})
  void podsThatNobodyReplacesAreDeletedOneAtATimeWhileTheOthersAreWell(String kind) {
    FakeCluster cluster = kubernetes().cluster();
    var db = new OnDelete(cluster, kind);
    try (var platform = kubernetes().open()) {
      takeBack(platform, db);
      for (int deleted = 1; deleted <= 2; deleted++) {
        assertThat(platform.progress(db.release(1))).isInstanceOf(Rollout.Moving.class);
        assertThat(platform.progress(db.release(1))).isInstanceOf(Rollout.Moving.class);
        assertThat(cluster.count("DELETE", "")).isEqualTo(deleted);
        db.podsBecomeReady();
      }
      assertThat(platform.progress(db.release(1))).isEqualTo(new Rollout.Done(2, 2, 2));
      assertThat(cluster.requests().stream().filter(r -> r.startsWith("DELETE")).toList())
          .extracting(r -> r.substring(r.length() - 1))
          .containsExactly("1", "0");
    }
  }

  private static void takeBack(Platform platform, OnDelete db) {
    Situation seen = platform.look(db.workload);
    assertThat(seen.running()).isEqualTo(db.release(2));
    assertThat(platform.rollBack(db.release(2), db.release(1), seen))
        .isEqualTo(new Submission.Accepted());
  }

  @ParameterizedTest
  @CsvSource({
    "metadata, forbidden, FORBIDDEN",
    "metadata, ask, ASK",
    "metadata, allowed, ALLOWED",
    "metadata, forbiden, FORBIDDEN",
    "spec/template/metadata, forbidden, FORBIDDEN"
  })
  void marksOfTheWorkloadAndOfTheReleaseCount(String where, String written, RollbackMark mark) {
    FakeCluster cluster = kubernetes().cluster();
    ObjectNode web = requireNonNull(cluster.get(KubernetesBench.DEPLOYMENTS + "/web"));
    web.withObject("/" + where + "/annotations").put("tocsin.io/rollback", written);
    cluster.put(KubernetesBench.DEPLOYMENTS, web);
    try (var platform = kubernetes().open()) {
      Situation seen = platform.look("kubernetes/shop/web");
      Release other = new Release(seen.workload(), "0", "0");
      assertThat(seen.mark()).isEqualTo(mark);
      if (mark == RollbackMark.FORBIDDEN) {
        assertThat(platform.rollBack(seen.running(), other, seen))
            .isInstanceOfSatisfying(
                Submission.Refused.class, r -> assertThat(r.why()).contains("forbidden"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void aWriteThatTheServerDidNotAnswerForMayHaveHappened(int status) {
    bench.deploy("1.1");
    FakeCluster cluster = kubernetes().cluster();
    try (var platform = kubernetes().open()) {
      Situation seen = platform.look("kubernetes/shop/web");
      cluster.trouble("PATCH", status, "overloaded", 1);
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.rollBack(seen.running(), bench.release("1.0"), seen))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNCERTAIN))
          .withMessageContaining("HTTP " + status);
      assertThat(cluster.count("PATCH", "")).as("never sent again blindly").isEqualTo(1);
      assertThat(platform.look("kubernetes/shop/web").running()).isEqualTo(seen.running());
    }
  }

  @Test
  void anAutoscalerThatMayNotBeAskedForIsNoted() {
    FakeCluster cluster = kubernetes().cluster();
    Set<String> rights = manifestRights();
    rights.remove("list autoscaling/horizontalpodautoscalers");
    cluster.grant(rights);
    try (var platform = kubernetes().open()) {
      assertThat(platform.look("kubernetes/shop/web").notes())
          .singleElement()
          .asString()
          .contains("lacks the right to list horizontalpodautoscalers.autoscaling");
    }
  }

  @Test
  void aTagThatMovedMakesAnotherReleaseOfTheSameTemplate() {
    List<Observation> seen = new CopyOnWriteArrayList<>();
    Release template = bench.release("1.0");
    try (var platform = kubernetes().open()) {
      platform.watch(List.of(template), seen::add);
      await().until(() -> seen.size() == 2);
      pulled(7, "2026-11-20T20:00:00Z", "aaaa");
      pulled(8, "2026-11-20T21:00:00Z", "bbbb");
      await().until(() -> seen.size() == 5);
      // An old pod that comes late is no return to the old images.
      pulled(9, "2026-11-20T20:00:01Z", "aaaa");
      await().until(() -> seen.size() == 6);

      List<ReleaseEvent> events =
          seen.stream()
              .filter(ReleaseEvent.class::isInstance)
              .map(ReleaseEvent.class::cast)
              .toList();
      assertThat(events).hasSize(1);
      Release moved = events.getFirst().to();
      assertThat(events.getFirst().from()).isEqualTo(template);
      assertThat(moved.name()).contains(template.name() + ", images ");
      assertThat(seen)
          .contains(
              new Placement("pod-7", template.workload(), template.id()),
              new Placement("pod-8", template.workload(), moved.id()),
              new Placement("pod-9", template.workload(), template.id()));
      Situation now = platform.look(template.workload());
      assertThat(now.running()).isEqualTo(moved);
      assertThat(platform.unreachable(template)).contains("only the images behind its tags");
      assertThat(platform.rollBack(moved, template, now))
          .isInstanceOfSatisfying(
              Submission.Refused.class, r -> assertThat(r.safeWay()).contains("by its digest"));
    }
    try (var platform = kubernetes().open()) {
      assertThat(platform.look(template.workload()).running().name()).contains("images");
    }
  }

  @Test
  void aReleaseWhoseTagsStandForOtherImagesNowIsNoTarget() {
    Release good = bench.release("1.0");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    try (var platform = kubernetes().open()) {
      platform.watch(List.of(good), seen::add);
      pulled(7, "2026-11-20T20:00:00Z", "aaaa");
      pulled(8, "2026-11-20T21:00:00Z", "bbbb");
      await().until(() -> seen.stream().anyMatch(ReleaseEvent.class::isInstance));
      bench.deploy("1.1");
      Situation now = platform.look(good.workload());
      assertThat(platform.unreachable(good)).contains("the tags of " + good.name() + " now stand");
      assertThat(platform.rollBack(now.running(), good, now))
          .isInstanceOfSatisfying(
              Submission.Refused.class, r -> assertThat(r.safeWay()).contains("by its digest"));
      assertThat(kubernetes().cluster().count("PATCH", "")).isZero();
    }
  }

  @Test
  void aRollbackThatPulledOtherImagesIsNotDone() {
    Release good = bench.release("1.0");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    try (var platform = kubernetes().open()) {
      platform.watch(List.of(good), seen::add);
      pulled(7, "2026-11-20T20:00:00Z", "aaaa");
      await().until(() -> seen.contains(new Placement("pod-7", good.workload(), good.id())));
      bench.deploy("1.1");
      Situation now = platform.look(good.workload());
      assertThat(platform.rollBack(now.running(), good, now)).isEqualTo(new Submission.Accepted());
      assertThat(platform.progress(good)).isInstanceOf(Rollout.Done.class);
      pulled(8, "2026-11-20T21:00:00Z", "bbbb");
      await()
          .untilAsserted(() ->
              assertThat(platform.progress(good))
                  .isInstanceOfSatisfying(
                      Rollout.Failed.class,
                      f -> assertThat(f.reason()).contains("tags now stand for other images")));
    }
  }

  @Test
  void anImageThatBothReleasesNameByOneTagIsPulledAsItIsNow() {
    String workload = "kubernetes/shop/web";
    ObjectNode web =
        requireNonNull(kubernetes().cluster().get(KubernetesBench.DEPLOYMENTS + "/web"));
    JsonNode then = web.at("/spec/template").deepCopy();
    web.withObject("/spec/template/metadata/annotations").put("release", "2");
    var now = new KubernetesWorkload(KubernetesKind.DEPLOYMENT, web);
    var images = new KubernetesImages(new ReleaseStore(directory.resolve("images")));
    Release old = images.of(KubernetesRelease.of(workload, then), Set.of("app"), shows("aaaa"));
    assertThat(images.moved(now, old, then)).isNull();
    images.of(now.release(), Set.of("app"), shows("aaaa"));
    assertThat(images.moved(now, old, then)).isNull();
    images.of(now.release(), Set.of("app"), shows("bbbb"));
    assertThat(images.moved(now, old, then))
        .contains("ran shop/web:1.0 at sha256:aaaa, and the tag stands for sha256:bbbb now");
  }

  /// A pod, the newer the larger its digest.
  private static ObjectNode shows(String digest) {
    ObjectNode pod = KubernetesBench.json("{\"metadata\": {}, \"status\": {}}");
    pod.withObject("/metadata").put("creationTimestamp", digest);
    pod.withObject("/status")
        .withArray("/containerStatuses")
        .addObject()
        .put("name", "app")
        .put("imageID", "shop/web@sha256:" + digest);
    return pod;
  }

  @Test
  void aLostRollbackThatArrivesAfterARefusedOneIsStillKnownForOurs() {
    bench.deploy("1.1");
    Release bad = bench.release("1.1");
    Release good = bench.release("1.0");
    FakeCluster cluster = kubernetes().cluster();
    List<Observation> seen = new CopyOnWriteArrayList<>();
    try (var platform = kubernetes().open()) {
      platform.watch(List.of(bad), seen::add);
      Situation now = platform.look(bad.workload());
      cluster.trouble("PATCH", 504, "timeout", 0);
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.rollBack(bad, good, now));
      cluster.trouble("PATCH", 400, "no", 0);
      assertThat(platform.rollBack(bad, good, now)).isInstanceOf(Submission.Refused.class);
      bench.deploy("1.0");
      await().until(() -> seen.stream().anyMatch(ReleaseEvent.class::isInstance));
      assertThat(seen)
          .filteredOn(ReleaseEvent.class::isInstance)
          .singleElement()
          .isInstanceOfSatisfying(
              ReleaseEvent.class, event -> assertThat(event.byTocsin()).isTrue());
    }
  }

  @Test
  void theReleaseThatRunsIsTheLastToBeForgotten() throws IOException {
    var store = new ReleaseStore(directory.resolve("releases"));
    List<Release> releases =
        IntStream.rangeClosed(1, 51).mapToObj(n -> new Release("w", "r" + n, "r" + n)).toList();
    for (Release release : releases.subList(0, 50)) {
      store.keep("w", release, KubernetesBench.json("{}"));
    }
    for (int at = 0; at < 50; at++) {
      Files.setLastModifiedTime(
          directory.resolve("releases/w/release-r%d.json".formatted(at + 1)),
          FileTime.fromMillis(1_000L * (at + 1)));
    }
    store.keep("w", releases.getFirst(), KubernetesBench.json("{}"));
    store.keep("w", releases.getLast(), KubernetesBench.json("{}"));
    assertThat(releases)
        .filteredOn(release -> store.spec("w", release) == null)
        .containsExactly(releases.get(1));
  }

  private void pulled(int number, String created, String digest) {
    ObjectNode pod = KubernetesBench.pod("1.0", number);
    pod.withObject("/metadata").put("uid", "pod-" + number).put("creationTimestamp", created);
    var statuses = pod.withObject("/status").withArray("/containerStatuses");
    statuses.addObject().put("name", "app").put("imageID", "docker://shop/web@sha256:" + digest);
    // A mesh put it there; its images are no release of ours.
    statuses.addObject().put("name", "proxy").put("imageID", "mesh/proxy@sha256:" + number);
    kubernetes().cluster().put(KubernetesBench.PODS, pod);
  }

  @Test
  void configurationThatIsNotWatchedIsNoted() {
    FakeCluster cluster = kubernetes().cluster();
    ObjectNode web = requireNonNull(cluster.get(KubernetesBench.DEPLOYMENTS + "/web"));
    web.withObject("/spec/template/spec")
        .withArray("/volumes")
        .add(KubernetesBench.json("{\"name\": \"s\", \"secret\": {\"secretName\": \"db\"}}"))
        .add(KubernetesBench.json("{\"name\": \"c\", \"configMap\": {\"name\": \"web\"}}"));
    cluster.put(KubernetesBench.DEPLOYMENTS, web);
    try (var platform = kubernetes().open()) {
      assertThat(platform.look("kubernetes/shop/web").notes())
          .containsExactly(
              "ConfigMap web, Secret db: not watched, and a rollback does not bring their old content"
                  + " back");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAnOperatorMadeIsTheOperators(boolean controller) {
    FakeCluster cluster = kubernetes().cluster();
    ObjectNode web = requireNonNull(cluster.get(KubernetesBench.DEPLOYMENTS + "/web"));
    web.withObject("/metadata")
        .withArray("/ownerReferences")
        .addObject()
        .put("kind", "Kafka")
        .put("name", "events")
        .put("controller", controller);
    cluster.put(KubernetesBench.DEPLOYMENTS, web);
    try (var platform = kubernetes().open()) {
      assertThat(platform.look("kubernetes/shop/web").owner()).isEqualTo("Kafka events");
    }
  }

  @Test
  void whatTheAddonManagerReconcilesIsItsOwn() {
    FakeCluster cluster = kubernetes().cluster();
    ObjectNode web = requireNonNull(cluster.get(KubernetesBench.DEPLOYMENTS + "/web"));
    web.withObject("/metadata/labels").put("addonmanager.kubernetes.io/mode", "Reconcile");
    cluster.put(KubernetesBench.DEPLOYMENTS, web);
    try (var platform = kubernetes().open()) {
      assertThat(platform.look("kubernetes/shop/web").owner()).isEqualTo("the addon manager");
    }
  }

  @Test
  void aNamespaceThatMayNotBeReadKeepsNoOtherWaiting() {
    FakeCluster cluster = kubernetes().cluster();
    cluster.closeNamespace("bank");
    List<Observation> seen = new CopyOnWriteArrayList<>();
    try (var platform = kubernetes().open(List.of("bank", "shop"))) {
      platform.watch(List.of(bench.release("1.0")), seen::add);
      await()
          .untilAsserted(() -> assertThat(seen).hasSize(2).hasOnlyElementsOfType(Placement.class));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1:8001",
        "https://",
        "ftp://127.0.0.1",
        "https://kubernetes.default.svc/api",
        "https://me:secret@kubernetes",
        "kubernetes.default.svc"
      })
  void aServerThatATokenMustNotBeShownToIsRefused(String server) {
    KubernetesConfig.Access none = KubernetesConfig.Access.DEFAULT;
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new KubernetesConfig.Access(server, none.tokenFile(), none.authority(), List.of()))
        .withMessageContaining("expected https://host[:port]");
  }

  @Test
  void allMistakesOfTheAccessAreNamedAtOnce() {
    KubernetesConfig.Access none = KubernetesConfig.Access.DEFAULT;
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new KubernetesConfig.Access(
                "ftp://x", none.tokenFile(), none.authority(), List.of("a/b", "C")))
        .withMessageContainingAll("found ftp://x", "found a/b", "found C");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kubernetes/shop",
        "kubernetes/../web",
        "swarm/shop/web",
        "kubernetes/shop/job/web"
      })
  void aKeyThatNamesNothingIsExplained(String workload) {
    try (var platform = kubernetes().open()) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> platform.look(workload))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.NOT_FOUND))
          .withMessageContaining("expected kubernetes/<namespace>/<name>");
    }
  }
}
