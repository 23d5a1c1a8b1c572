package io.tocsin.collector.deployment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Deployment `web` in namespace `shop` on a [FakeCluster], with a controller that replaces all
/// pods at once.
final class KubernetesBench implements PlatformContract.Bench {
  static final String APPS = "/apis/apps/v1/namespaces/shop/";
  static final String DEPLOYMENTS = APPS + "deployments";
  static final String PODS = "/api/v1/namespaces/shop/pods";
  private static final String WEB = "kubernetes/shop/web";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeCluster cluster;
  private final Path directory;

  KubernetesBench(Path directory) {
    this.directory = directory;
    try {
      this.cluster = new FakeCluster();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster.controller(written -> {
      if (written.path("kind").asText().equals("Deployment")) {
        reconcile(written);
      }
    });
    ObjectNode web =
        json(
            """
            {"kind": "Deployment", "metadata": {"name": "web", "uid": "web-uid", "generation": 1,
              "creationTimestamp": "2026-11-20T20:18:11Z"},
             "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}}}
            """);
    web.withObject("/spec").set("template", template("1.0"));
    cluster.put(DEPLOYMENTS, web);
    reconcile(web);
  }

  FakeCluster cluster() {
    return cluster;
  }

  @Override
  public KubernetesPlatform open() {
    return open(List.of());
  }

  KubernetesPlatform open(List<String> namespaces) {
    return KubernetesPlatform.open(
        config(cluster, namespaces), directory, () -> 1_900_000_000_000L, 1);
  }

  static KubernetesConfig config(FakeCluster cluster) {
    return config(cluster, List.of());
  }

  private static KubernetesConfig config(FakeCluster cluster, List<String> namespaces) {
    KubernetesConfig.Access none = KubernetesConfig.Access.DEFAULT;
    return new KubernetesConfig(
        new KubernetesConfig.Access(
            cluster.address(), none.tokenFile(), none.authority(), namespaces),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMinutes(10));
  }

  @Override
  public Release release(String name) {
    return KubernetesRelease.of(WEB, template(name));
  }

  @Override
  public void deploy(String name) {
    ObjectNode web = requireNonNull(cluster.get(DEPLOYMENTS + "/web"));
    web.withObject("/spec").set("template", template(name));
    ObjectNode metadata = web.withObject("/metadata");
    metadata.put("generation", metadata.path("generation").asLong() + 1);
    cluster.put(DEPLOYMENTS, web);
    reconcile(web);
  }

  @Override
  public void forget(String name) {
    cluster.remove(APPS + "replicasets/web-" + hash(template(name)));
  }

  @Override
  public void close() {
    cluster.close();
  }

  private void reconcile(ObjectNode web) {
    JsonNode template = web.path("spec").path("template");
    String hash = hash(template);
    for (ObjectNode set : cluster.list(APPS + "replicasets")) {
      set.withObject("/spec").put("replicas", 0);
      cluster.put(APPS + "replicasets", set);
    }
    cluster.put(APPS + "replicasets", replicaSet(hash, template));
    cluster
        .list(PODS)
        .forEach(pod -> cluster.remove(PODS + "/" + pod.path("metadata").path("name").asText()));
    for (int i = 0; i < 2; i++) {
      cluster.put(PODS, pod(template, i));
    }
    ObjectNode now = requireNonNull(cluster.get(DEPLOYMENTS + "/web"));
    now.set(
        "status",
        json(
            """
            {"observedGeneration": %s, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2,
             "conditions": [{"type": "Progressing", "reason": "NewReplicaSetAvailable"}]}
            """
                .formatted(now.at("/metadata/generation"))));
    cluster.put(DEPLOYMENTS, now);
  }

  private static ObjectNode replicaSet(String hash, JsonNode template) {
    ObjectNode set =
        json(
            """
            {"kind": "ReplicaSet", "metadata": {"name": "web-%1$s", "uid": "set-%1$s",
              "labels": {"app": "web", "pod-template-hash": "%1$s"},
              "ownerReferences": [
                {"kind": "Deployment", "name": "web", "uid": "web-uid", "controller": true}]},
             "spec": {"replicas": 2}}
            """
                .formatted(hash));
    set.withObject("/spec").set("template", template.deepCopy());
    set.withObject("/spec/template/metadata/labels").put("pod-template-hash", hash);
    return set;
  }

  /// A pod of a release.
  static ObjectNode pod(String release, int number) {
    return pod(template(release), number);
  }

  private static ObjectNode pod(JsonNode template, int number) {
    return json(
        """
        {"kind": "Pod", "metadata": {"name": "web-%1$s-%2$d", "uid": "pod-%1$s-%2$d",
          "labels": {"app": "web", "pod-template-hash": "%1$s"},
          "ownerReferences": [
            {"kind": "ReplicaSet", "name": "web-%1$s", "uid": "set-%1$s", "controller": true}]}}
        """
            .formatted(hash(template), number));
  }

  private static ObjectNode template(String release) {
    return json(
        """
        {"metadata": {"creationTimestamp": null, "labels": {"app": "web"}},
         "spec": {"containers": [
           {"name": "app", "image": "shop/web:%s", "imagePullPolicy": "Always"}]}}
        """
            .formatted(release));
  }

  private static String hash(JsonNode template) {
    return KubernetesRelease.of(WEB, template).id().substring(0, 10);
  }

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
