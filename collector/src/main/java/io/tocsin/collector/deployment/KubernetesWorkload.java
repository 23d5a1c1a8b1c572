package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/// One Deployment, StatefulSet or DaemonSet as the API server answered.
record KubernetesWorkload(KubernetesKind kind, JsonNode json) {

  private static final String RESTARTED =
      "/f:template/f:metadata/f:annotations/f:kubectl.kubernetes.io~1restartedAt";

  KubernetesKind.Name name() {
    return new KubernetesKind.Name(
        kind, metadata().path("namespace").asText(), metadata().path("name").asText());
  }

  String workload() {
    return name().workload();
  }

  String uid() {
    return metadata().path("uid").asText();
  }

  JsonNode metadata() {
    return json.path("metadata");
  }

  JsonNode spec() {
    return json.path("spec");
  }

  /// Exactly as read.
  JsonNode template() {
    return spec().path("template");
  }

  /// What its template alone makes of it.
  Release release() {
    return KubernetesRelease.of(workload(), template());
  }

  /// Whether its template is that of this release.
  boolean runs(Release release) {
    return release().id().equals(KubernetesRelease.template(release).id());
  }

  /// Whether it takes a new template and replaces no pod.
  boolean paused() {
    return spec().path("paused").asBoolean();
  }

  /// Whether its controller replaces no pod that nobody deletes.
  boolean replacesOnDelete() {
    return spec().path("updateStrategy").path("type").asText().equals("OnDelete");
  }

  boolean beingDeleted() {
    return metadata().hasNonNull("deletionTimestamp");
  }

  /// The stricter of what is written at the workload and at the release itself.
  RollbackMark mark() {
    return mark(metadata()).or(mark(template().path("metadata")));
  }

  private static RollbackMark mark(JsonNode metadata) {
    RollbackMark label = RollbackMark.of(metadata.path("labels").path(RollbackMark.KEY).asText());
    return label.or(RollbackMark.of(metadata.path("annotations").path(RollbackMark.KEY).asText()));
  }

  /// Whether the status speaks of the present template: right after a write it still tells how well
  /// the old one does.
  boolean observed() {
    return status("observedGeneration") >= metadata().path("generation").asLong();
  }

  /// Pods wanted.
  int desired() {
    return kind == KubernetesKind.DAEMON_SET
        ? status("desiredNumberScheduled")
        : spec().path("replicas").asInt(1);
  }

  /// Pods made of the present template; meaningful once [#observed].
  int updated() {
    return switch (kind) {
      case DEPLOYMENT, STATEFUL_SET -> status("updatedReplicas");
      case DAEMON_SET -> status("updatedNumberScheduled");
    };
  }

  /// Healthy pods, of whatever release.
  int healthy() {
    return switch (kind) {
      case DEPLOYMENT -> status("availableReplicas");
      case STATEFUL_SET -> status("readyReplicas");
      case DAEMON_SET -> status("numberAvailable");
    };
  }

  /// Healthy pods made of the present template, at least: all others are taken for healthy.
  int healthyUpdated() {
    return Math.max(0, Math.min(updated(), healthy() - (present() - updated())));
  }

  /// Whether every pod that should be is made of the present template and healthy.
  boolean complete() {
    boolean counts =
        observed()
            && present() == desired()
            && healthy() >= desired()
            && updated() >= desired() - partition();
    // "Complete" is the controller's word; without a progress deadline it says nothing.
    String progress = progress().path("reason").asText();
    return counts && (progress.isEmpty() || progress.equals("NewReplicaSetAvailable"));
  }

  /// What the controller says when it gave up waiting; empty when it did not.
  String stuck() {
    JsonNode progress = progress();
    return progress.path("reason").asText().equals("ProgressDeadlineExceeded")
        ? progress.path("message").asText()
        : "";
  }

  /// Ordinal below which a StatefulSet's pods are left as they are.
  int partition() {
    return kind == KubernetesKind.STATEFUL_SET
        ? spec().path("updateStrategy").path("rollingUpdate").path("partition").asInt()
        : 0;
  }

  /// Name of the revision that a StatefulSet's new pods carry.
  String updateRevision() {
    return json.path("status").path("updateRevision").asText();
  }

  /// When its template was last written, as far as the server says.
  long changedAtMillis(long now) {
    String last = metadata().path("creationTimestamp").asText();
    for (JsonNode entry : metadata().path("managedFields")) {
      JsonNode spec = entry.path("fieldsV1").path("f:spec");
      String time = entry.path("time").asText();
      // A restart is no release, and may be younger than the one that runs.
      boolean more = spec.has("f:template") && spec.at(RESTARTED).isMissingNode();
      if (more && time.compareTo(last) > 0) {
        last = time;
      }
    }
    return last.isEmpty() ? now : Math.min(now, Instant.parse(last).toEpochMilli());
  }

  /// The configuration that its template refers to, e.g. `ConfigMap web, Secret db`; empty when it
  /// refers to none.
  String configuration() {
    Set<String> names = new TreeSet<>();
    refer(names, "ConfigMap", List.of("configMap", "configMapRef", "configMapKeyRef"));
    refer(names, "Secret", List.of("secret", "secretRef", "secretKeyRef"));
    return String.join(", ", names);
  }

  private void refer(Set<String> names, String kind, List<String> fields) {
    for (String field : fields) {
      for (JsonNode reference : template().path("spec").findValues(field)) {
        String name = reference.path("name").asText(reference.path("secretName").asText());
        if (!name.isEmpty()) {
          names.add(kind + " " + name);
        }
      }
    }
  }

  /// As a query for its pods.
  String selector() {
    var terms = new StringJoiner(",");
    JsonNode selector = spec().path("selector");
    selector
        .path("matchLabels")
        .properties()
        .forEach(label -> terms.add(label.getKey() + "=" + label.getValue().asText()));
    for (JsonNode expression : selector.path("matchExpressions")) {
      String key = expression.path("key").asText();
      var values = new StringJoiner(",", " (", ")");
      expression.path("values").forEach(value -> values.add(value.asText()));
      terms.add(
          switch (expression.path("operator").asText()) {
            case "In" -> key + " in" + values;
            case "NotIn" -> key + " notin" + values;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return terms.toString();
  }

  private int present() {
    return kind == KubernetesKind.DAEMON_SET
        ? status("currentNumberScheduled")
        : status("replicas");
  }

  private JsonNode progress() {
    for (JsonNode condition : json.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Progressing")) {
        return condition;
      }
    }
    return MissingNode.getInstance();
  }

  private int status(String field) {
    return json.path("status").path(field).asInt();
  }
}
