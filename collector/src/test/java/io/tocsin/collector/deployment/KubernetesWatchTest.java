package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One watch against a server that drops, forgets and refuses.
class KubernetesWatchTest {
  private static final String ALL = "/apis/apps/v1/deployments";
  private static final String SHOP = "/apis/apps/v1/namespaces/shop/deployments";

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private FakeCluster cluster;
  private KubernetesApi api;

  @BeforeEach
  void start() throws IOException {
    cluster = new FakeCluster();
    api = new KubernetesApi(KubernetesBench.config(cluster).access(), Duration.ofMillis(500));
  }

  @AfterEach
  void stop() {
    thread.shutdownNow();
    timer.shutdownNow();
    api.close();
    cluster.close();
    thread.close();
    timer.close();
  }

  private void watch(Duration watchFor) {
    KubernetesConfig patient = KubernetesBench.config(cluster);
    var config =
        new KubernetesConfig(
            patient.access(),
            Duration.ofMillis(500),
            watchFor,
            patient.minPause(),
            patient.maxPause(),
            patient.rollbackDeadline());
    var sink =
        new KubernetesWatch.Sink() {
          @Override
          public void seen(JsonNode object, boolean listed) {
            String name = object.at("/metadata/name").asText();
            if (refused.contains(name)) {
              throw new IllegalStateException("no room for " + name);
            }
            told.add(name + (listed ? " listed" : " changed"));
          }

          @Override
          public void gone(String uid) {
            told.add(uid + " gone");
          }
        };
    thread.execute(new KubernetesWatch(api, config, ALL, sink, timer, new SplittableRandom(1)));
  }

  private void put(String name) {
    ObjectNode object = KubernetesBench.json("{\"metadata\": {}}");
    object.withObject("/metadata").put("name", name).put("uid", name);
    cluster.put(SHOP, object);
  }

  private void awaitTold(String... what) {
    await().untilAsserted(() -> assertThat(told).containsExactly(what));
  }

  private long lists() {
    return cluster.count("GET " + ALL + "?", "limit=");
  }

  private void awaitWatches(long count) {
    await().until(() -> cluster.count("GET " + ALL + "?", "watch=true") >= count);
  }

  @Test
  void aCutStreamIsTakenUpWhereItWasCut() {
    put("a");
    watch(Duration.ofMinutes(1));
    awaitTold("a listed");
    for (int cut = 1; cut <= 5; cut++) {
      awaitWatches(cut);
      cluster.cut();
      put("b" + cut);
    }
    awaitTold("a listed", "b1 changed", "b2 changed", "b3 changed", "b4 changed", "b5 changed");
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void aWatchThatTheServerEndsIsOpenedAnew() {
    watch(Duration.ofSeconds(1));
    awaitWatches(3);
    put("a");
    awaitTold("a changed");
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void whatTheServerForgotIsListedAnewAndWhatTheListLacksIsGone() {
    put("a");
    put("b");
    watch(Duration.ofMinutes(1));
    awaitWatches(1);
    cluster.stall(true);
    cluster.remove(SHOP + "/a");
    put("c");
    cluster.forgetHistory();
    cluster.stall(false);
    cluster.cut();
    await().until(() -> told.contains("c listed") || told.contains("c changed"));
    await().until(() -> told.contains("a gone"));
    assertThat(told).contains("a listed", "b listed", "a gone");
  }

  @Test
  void aBookmarkIsWhereTheNextWatchBegins() {
    put("a");
    watch(Duration.ofSeconds(1));
    awaitTold("a listed");
    long version = cluster.bookmark(SHOP);
    await().until(() -> cluster.count("GET " + ALL, "resourceVersion=" + version) > 0);
    assertThat(told).containsExactly("a listed");
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void anExpiredPageBeginsAtTheFirst() {
    cluster.pageSize(1);
    put("a");
    put("b");
    cluster.trouble("GET", 410, "The provided continue parameter is too old", 0);
    watch(Duration.ofMinutes(1));
    awaitTold("a listed", "b listed");
    assertThat(cluster.count("GET " + ALL, "continue=1")).isEqualTo(1);
    assertThat(lists()).isEqualTo(3);
  }

  @Test
  void aListThatFailedOnItsWayIsNoneToGoOnFrom() {
    cluster.pageSize(1);
    put("a");
    put("b");
    cluster.noTrouble("GET");
    cluster.trouble("GET", 503, "apiserver is shutting down", 0);
    watch(Duration.ofMinutes(1));
    awaitTold("a listed", "a listed", "b listed");
    put("c");
    awaitTold("a listed", "a listed", "b listed", "c changed");
  }

  @Test
  void anObjectThatCannotBeTakenHoldsUpNoOtherAndIsToldAgain() {
    put("a");
    put("b");
    refused.addAll(List.of("a", "c"));
    watch(Duration.ofSeconds(1));
    awaitTold("b listed");
    awaitWatches(1);
    put("c");
    put("d");
    await().until(() -> told.contains("d changed"));
    refused.clear();
    await().until(() -> told.containsAll(List.of("a listed", "c listed")));
  }

  @Test
  void aBusyServerIsAskedAgain() {
    put("a");
    cluster.trouble("GET", 504, "Timeout: Too large resource version: 9, current: 3", 1);
    cluster.trouble("GET", 429, "too many requests", 1);
    cluster.trouble("GET", 500, "etcdserver: leader changed", 0);
    watch(Duration.ofMinutes(1));
    awaitTold("a listed");
    assertThat(lists()).isEqualTo(4);
  }

  @Test
  void aRightThatIsGrantedLaterIsEnough() {
    put("a");
    cluster.grant(List.of());
    watch(Duration.ofMinutes(1));
    await().until(() -> lists() >= 2);
    assertThat(told).isEmpty();
    cluster.grant(List.of("list apps/deployments", "watch apps/deployments"));
    awaitTold("a listed");
  }

  @Test
  void aConnectionThatDiedSilentlyIsCut() {
    put("a");
    watch(Duration.ofSeconds(1));
    awaitWatches(1);
    cluster.stall(true);
    put("b");
    // The silent stream never ends by itself: only the watch's own clock does.
    awaitWatches(2);
    assertThat(told).containsExactly("a listed");
    cluster.stall(false);
    awaitTold("a listed", "b changed");
    assertThat(lists()).isEqualTo(1);
  }
}
