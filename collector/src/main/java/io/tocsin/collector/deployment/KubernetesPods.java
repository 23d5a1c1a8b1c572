package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which pod runs which release: a pod names the ReplicaSet or revision it was made from, and that
/// holds the template and the name of the workload. They come over different watches, so in any
/// order. Confined by its caller to one thread at a time.
final class KubernetesPods {
  private static final String REVISION = "controller-revision-hash";
  private static final int MAX_DELETED = 5_000;
  private static final int MAX_WAITING = 500;

  private final KubernetesImages images;
  private final Consumer<Observation> sink;
  private final Consumer<Release> running;
  // By what a pod names: the uid of a ReplicaSet, or uid of the owner and name of the revision.
  private final Map<String, Origin> origins = new HashMap<>();
  private final Map<String, String> originsByUid = new HashMap<>();
  // Of the origins those that were deleted, oldest first: pods outlive them, and may come late.
  private final Deque<String> deleted = new ArrayDeque<>();
  // By origin, oldest first: a pod may come shortly before what it was made from; one that nobody
  // here made waits until others push it out.
  private final LinkedHashMap<String, Map<String, JsonNode>> waiting = new LinkedHashMap<>();
  // The release each was placed on, by uid.
  private final Map<String, String> pods = new HashMap<>();

  /// @param template what its template alone makes of it
  /// @param pulled containers whose images tell more
  private record Origin(Release template, Set<String> pulled) {}

  /// @param running is told the release that a template stands for after each pod that was placed
  KubernetesPods(KubernetesImages images, Consumer<Observation> sink, Consumer<Release> running) {
    this.images = images;
    this.sink = sink;
    this.running = running;
  }

  /// Takes what one watch sees.
  ///
  /// @param complete runs after each list
  KubernetesWatch.Sink taking(Consumer<JsonNode> kind, Runnable complete) {
    return new KubernetesWatch.Sink() {
      @Override
      public void seen(JsonNode object, boolean listed) {
        kind.accept(object);
      }

      @Override
      public void gone(String uid) {
        KubernetesPods.this.gone(uid);
      }

      @Override
      public void complete() {
        complete.run();
      }
    };
  }

  synchronized void replicaSet(JsonNode set) {
    // Most are history and have no pods.
    boolean used =
        set.path("spec").path("replicas").asInt() > 0
            || set.path("status").path("replicas").asInt() > 0;
    JsonNode owner = controller(set);
    if (used && owner.path("kind").asText().equals(KubernetesKind.DEPLOYMENT.kind())) {
      origin(set, uid(set), KubernetesKind.DEPLOYMENT, set.path("spec").path("template"));
    }
  }

  synchronized void revision(JsonNode revision) {
    JsonNode owner = controller(revision);
    JsonNode template = revision.path("data").path("spec").path("template");
    String name = revision.path("metadata").path("name").asText();
    for (KubernetesKind kind : KubernetesKind.values()) {
      if (kind.kind().equals(owner.path("kind").asText()) && template.isObject()) {
        origin(revision, owner.path("uid").asText() + "/" + name, kind, template);
      }
    }
  }

  synchronized void pod(JsonNode pod) {
    String origin = originOf(pod);
    if (origin == null) {
      return;
    }
    Origin from = origins.get(origin);
    if (from == null) {
      waiting.computeIfAbsent(origin, o -> new HashMap<>()).put(uid(pod), slim(pod));
      if (waiting.size() > MAX_WAITING) {
        waiting.pollFirstEntry();
      }
      return;
    }
    Release release = images.of(from.template(), from.pulled(), pod);
    if (!release.id().equals(pods.get(uid(pod)))) {
      sink.accept(new Placement(uid(pod), release.workload(), release.id()));
      running.accept(images.running(from.template()));
      pods.put(uid(pod), release.id());
    }
  }

  /// A ReplicaSet, revision or pod.
  synchronized void gone(String uid) {
    String origin = originsByUid.remove(uid);
    if (origin != null) {
      deleted.addLast(origin);
    }
    if (deleted.size() > MAX_DELETED) {
      origins.remove(deleted.removeFirst());
    }
    pods.remove(uid);
    waiting.values().removeIf(pods -> pods.remove(uid) != null && pods.isEmpty());
  }

  /// What a pod was made from; null when it is none of a workload.
  static @Nullable String originOf(JsonNode pod) {
    JsonNode owner = controller(pod);
    String uid = owner.path("uid").asText();
    String revision = pod.path("metadata").path("labels").path(REVISION).asText();
    return switch (owner.path("kind").asText()) {
      case "ReplicaSet" -> uid;
      case "StatefulSet" -> uid + "/" + revision;
      case "DaemonSet" -> uid + "/" + owner.path("name").asText() + "-" + revision;
      default -> null;
    };
  }

  static JsonNode controller(JsonNode object) {
    JsonNode owners = object.path("metadata").path("ownerReferences");
    for (JsonNode owner : owners) {
      if (owner.path("controller").asBoolean()) {
        return owner;
      }
    }
    return owners.path("none");
  }

  /// What is read of a pod here.
  private static JsonNode slim(JsonNode pod) {
    ObjectNode slim = JsonNodeFactory.instance.objectNode();
    slim.set("metadata", pod.path("metadata").deepCopy());
    slim.withObject("/status")
        .set("containerStatuses", pod.path("status").path("containerStatuses"));
    if (slim.path("metadata") instanceof ObjectNode metadata) {
      metadata.retain("uid", "creationTimestamp", "labels", "ownerReferences");
    }
    return slim;
  }

  private void origin(JsonNode made, String origin, KubernetesKind kind, JsonNode template) {
    String namespace = made.path("metadata").path("namespace").asText();
    String owner = controller(made).path("name").asText();
    String workload = new KubernetesKind.Name(kind, namespace, owner).workload();
    if (!origins.containsKey(origin)) { // its template never changes
      origins.put(
          origin,
          new Origin(KubernetesRelease.of(workload, template), KubernetesImages.pulled(template)));
      originsByUid.put(uid(made), origin);
    }
    Map<String, JsonNode> pods = waiting.get(origin);
    if (pods != null) {
      pods.values().forEach(this::pod);
      waiting.remove(origin);
    }
  }

  private static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }
}
