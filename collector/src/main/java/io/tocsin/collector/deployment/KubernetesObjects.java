package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.deployment.KubernetesApi.Answer;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a workload and what belongs to it, fresh from the API server.
final class KubernetesObjects {
  private final KubernetesApi api;

  KubernetesObjects(KubernetesApi api) {
    this.api = api;
  }

  /// @param workload key
  /// @throws PlatformException [Fault#NOT_FOUND] when it is not deployed here
  KubernetesWorkload workload(String workload) {
    KubernetesKind.Name name = KubernetesKind.Name.of(workload);
    if (name == null) {
      throw new PlatformException(
          Fault.NOT_FOUND,
          "%s: expected kubernetes/<namespace>/<name>, with statefulset: or daemonset: before the"
                  .formatted(workload)
              + " name");
    }
    Answer answer = api.get(name.path(), Map.of());
    if (answer.status() == 404) {
      throw new PlatformException(
          Fault.NOT_FOUND,
          "%s: kubernetes at %s has no such %s"
              .formatted(workload, api.server(), name.kind().kind()));
    }
    if (!answer.ok()) {
      throw api.refused("GET", name.path(), answer);
    }
    return new KubernetesWorkload(name.kind(), answer.body());
  }

  /// The template of a release as the cluster still keeps it; null when it is gone, as with a
  /// `revisionHistoryLimit` of 0.
  @Nullable JsonNode history(KubernetesWorkload now, Release release) {
    boolean sets = now.kind() == KubernetesKind.DEPLOYMENT;
    for (JsonNode kept : owned(now, sets ? "replicasets" : "controllerrevisions")) {
      JsonNode template =
          kept.path(sets ? "spec" : "data").at(sets ? "/template" : "/spec/template");
      boolean it = KubernetesRelease.of(now.workload(), template).id().equals(release.id());
      if (it) {
        return template;
      }
    }
    return null;
  }

  /// Revisions of a StatefulSet or DaemonSet.
  List<JsonNode> revisions(KubernetesWorkload now) {
    return owned(now, "controllerrevisions");
  }

  /// Pods of any release of it; those of a Deployment are its ReplicaSets', found by its labels.
  List<JsonNode> pods(KubernetesWorkload now) {
    String path = "/api/v1/namespaces/%s/pods".formatted(now.name().namespace());
    List<JsonNode> pods = list(path, Map.of("labelSelector", now.selector()));
    return now.kind() == KubernetesKind.DEPLOYMENT
        ? pods
        : pods.stream().filter(pod -> owns(now, pod)).toList();
  }

  /// Who else sets the number of its replicas, as people read it; empty when nobody does.
  ///
  /// @throws PlatformException [Fault#FORBIDDEN] without the right to know
  String autoscaler(KubernetesWorkload now) {
    String path =
        "/apis/autoscaling/v1/namespaces/%s/horizontalpodautoscalers"
            .formatted(now.name().namespace());
    for (JsonNode scaler : list(path, Map.of())) {
      JsonNode target = scaler.path("spec").path("scaleTargetRef");
      if (target.path("kind").asText().equals(now.kind().kind())
          && target.path("name").asText().equals(now.name().name())) {
        return scaler.path("metadata").path("name").asText();
      }
    }
    return "";
  }

  private List<JsonNode> owned(KubernetesWorkload now, String plural) {
    String path = "/apis/apps/v1/namespaces/%s/%s".formatted(now.name().namespace(), plural);
    return list(path, Map.of("labelSelector", now.selector())).stream()
        .filter(object -> owns(now, object))
        .toList();
  }

  private static boolean owns(KubernetesWorkload now, JsonNode object) {
    return KubernetesPods.controller(object).path("uid").asText().equals(now.uid());
  }

  private List<JsonNode> list(String path, Map<String, String> query) {
    Answer answer = api.get(path, query);
    if (!answer.ok()) {
      throw api.refused("GET", path, answer);
    }
    List<JsonNode> items = new ArrayList<>();
    answer.body().path("items").forEach(items::add);
    return items;
  }
}
