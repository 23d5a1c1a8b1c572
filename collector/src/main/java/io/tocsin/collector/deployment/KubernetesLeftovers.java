package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.KubernetesApi.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pods of a release that was taken back and that their controller leaves standing: a StatefulSet
/// waits for a broken pod to become ready before it replaces it (kubernetes#67250), and `OnDelete`
/// replaces none. Each is deleted under its uid, so never a new pod of the same name.
final class KubernetesLeftovers {
  private static final Logger log = LoggerFactory.getLogger(KubernetesLeftovers.class);
  private static final String REVISION = "controller-revision-hash";

  private final KubernetesApi api;
  private final KubernetesObjects objects;

  KubernetesLeftovers(KubernetesApi api, KubernetesObjects objects) {
    this.api = api;
    this.objects = objects;
  }

  /// Deletes what will not go by itself: every broken pod, and of those `OnDelete` keeps one at a
  /// time, while all others are well.
  void clear(KubernetesWorkload now) {
    boolean left = now.kind() == KubernetesKind.STATEFUL_SET || now.replacesOnDelete();
    if (!left || !now.observed() || now.complete()) {
      return;
    }
    String revision = revision(now);
    if (revision.isEmpty()) {
      return;
    }
    List<JsonNode> pods = objects.pods(now);
    List<JsonNode> old = new ArrayList<>();
    for (JsonNode pod : pods) {
      String made = pod.path("metadata").path("labels").path(REVISION).asText();
      if (!made.equals(revision) && ordinal(pod) >= now.partition()) {
        old.add(pod);
      }
    }
    List<JsonNode> broken =
        old.stream().filter(pod -> !isReady(pod) && !isTerminating(pod)).toList();
    if (!broken.isEmpty()) {
      broken.forEach(pod -> delete(now, pod));
    } else if (now.replacesOnDelete() && pods.stream().allMatch(KubernetesLeftovers::isWell)) {
      // From the highest ordinal down, as a StatefulSet does it by itself.
      old.stream()
          .max(Comparator.comparingInt(KubernetesLeftovers::ordinal))
          .ifPresent(pod -> delete(now, pod));
    }
  }

  /// Why a pod of the present release is not ready; empty when none says.
  String trouble(KubernetesWorkload now) {
    for (JsonNode pod : objects.pods(now)) {
      String why = isReady(pod) || !isMadeOf(now.template(), pod) ? "" : waiting(pod);
      if (!why.isEmpty()) {
        return "pod %s: %s".formatted(pod.path("metadata").path("name").asText(), why);
      }
    }
    return "";
  }

  /// What pods of the present template carry as their label; empty while the controller made none.
  private String revision(KubernetesWorkload now) {
    if (now.kind() == KubernetesKind.STATEFUL_SET) {
      return now.updateRevision();
    }
    return objects.revisions(now).stream()
        .filter(
            kept -> now.runs(KubernetesRelease.of(now.workload(), kept.at("/data/spec/template"))))
        .max(Comparator.comparingLong(kept -> kept.path("revision").asLong()))
        .map(kept -> kept.path("metadata").path("labels").path(REVISION).asText())
        .orElse("");
  }

  private void delete(KubernetesWorkload now, JsonNode pod) {
    String name = pod.path("metadata").path("name").asText();
    String path = "/api/v1/namespaces/%s/pods/%s".formatted(now.name().namespace(), name);
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.withObject("/preconditions").set("uid", pod.path("metadata").path("uid"));
    Answer answer = api.write("DELETE", path, Map.of(), "application/json", options);
    if (answer.ok()) {
      log.info("{}: pod {} of the release taken back deleted", now.workload(), name);
    } else if (answer.status() != 404 && answer.status() != 409) {
      throw api.refused("DELETE", path, answer);
    }
  }

  private static boolean isMadeOf(JsonNode template, JsonNode pod) {
    List<JsonNode> images = pod.path("spec").findValues("image");
    return images.containsAll(template.path("spec").findValues("image"));
  }

  private static boolean isWell(JsonNode pod) {
    return isReady(pod) && !isTerminating(pod);
  }

  private static boolean isTerminating(JsonNode pod) {
    return pod.path("metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean isReady(JsonNode pod) {
    for (JsonNode condition : pod.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private static String waiting(JsonNode pod) {
    JsonNode status = pod.path("status");
    for (JsonNode container : status.path("containerStatuses")) {
      JsonNode waiting = container.path("state").path("waiting");
      String reason = waiting.path("reason").asText();
      if (!reason.isEmpty() && !reason.equals("ContainerCreating")) {
        return (reason + " " + waiting.path("message").asText()).strip();
      }
    }
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("reason").asText().equals("Unschedulable")) {
        return "Unschedulable " + condition.path("message").asText();
      }
    }
    return "";
  }

  private static int ordinal(JsonNode pod) {
    String name = pod.path("metadata").path("name").asText();
    String last = name.substring(name.lastIndexOf('-') + 1);
    return last.matches("\\d{1,9}") ? Integer.parseInt(last) : Integer.MAX_VALUE;
  }
}
