package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One service as the manager answered, with its tasks.
///
/// @param json answer to `GET /services/{id}`
/// @param tasks answers of `GET /tasks` that belong to it
record SwarmService(JsonNode json, List<JsonNode> tasks) {

  static final String STACK = "com.docker.stack.namespace";

  /// Joins what two questions gave.
  static List<SwarmService> join(JsonNode services, JsonNode tasks) {
    List<SwarmService> joined = new ArrayList<>();
    for (JsonNode service : services) {
      List<JsonNode> own = new ArrayList<>();
      for (JsonNode task : tasks) {
        if (task.path("ServiceID").equals(service.path("ID"))) {
          own.add(task);
        }
      }
      joined.add(new SwarmService(service, own));
    }
    return joined;
  }

  String id() {
    return json.path("ID").asText();
  }

  String name() {
    return spec().path("Name").asText();
  }

  /// Name of the stack; empty without one.
  String stack() {
    return spec().path("Labels").path(STACK).asText();
  }

  String workload() {
    return "swarm/" + (stack().isEmpty() ? "swarm" : stack()) + "/" + name();
  }

  String version() {
    return json.path("Version").path("Index").asText();
  }

  JsonNode spec() {
    return json.path("Spec");
  }

  /// Null when the service has none; a scaling or a change of a label replaces it too.
  @Nullable JsonNode previousSpec() {
    JsonNode previous = json.path("PreviousSpec");
    return previous.isObject() ? previous : null;
  }

  Release release() {
    return releaseOf(spec());
  }

  /// Whether it is to run this release.
  boolean runs(Release release) {
    return release().id().equals(release.id());
  }

  Release releaseOf(JsonNode spec) {
    return SwarmRelease.of(workload(), spec.path("TaskTemplate"));
  }

  /// `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`,
  /// `rollback_completed`; empty when never updated, or cleared by a change that moved no task.
  String updateState() {
    return json.path("UpdateStatus").path("State").asText();
  }

  String updateMessage() {
    return json.path("UpdateStatus").path("Message").asText();
  }

  RollbackMark mark() {
    return RollbackMark.of(spec().path("Labels").path(RollbackMark.KEY).asText());
  }

  /// When its release was deployed, as far as the manager says.
  long changedAtMillis(long now) {
    JsonNode started = json.path("UpdateStatus").path("StartedAt");
    String stamp = started.isTextual() ? started.asText() : json.path("CreatedAt").asText();
    return stamp.isEmpty() ? now : Math.min(now, Instant.parse(stamp).toEpochMilli());
  }

  /// Tasks wanted. A global service wants one a node, and says so only by its tasks.
  int desired() {
    JsonNode replicas = spec().path("Mode").path("Replicated").path("Replicas");
    return replicas.isMissingNode() ? wanted().size() : replicas.asInt();
  }

  private List<JsonNode> wanted() {
    return tasks.stream().filter(t -> t.path("DesiredState").asText().equals("running")).toList();
  }

  /// Tasks that run. With a health check in the image, Swarm calls a task running once it passed.
  int healthy() {
    return (int) wanted().stream().filter(SwarmService::runs).count();
  }

  /// Tasks wanted that are of a release.
  int on(Release release) {
    return (int) wanted().stream().filter(t -> of(t).id().equals(release.id())).count();
  }

  int healthyOn(Release release) {
    return (int) wanted().stream().filter(t -> runs(t) && of(t).id().equals(release.id())).count();
  }

  /// Which container runs what; containers that ended are told as well, their windows may be late.
  List<Placement> placements() {
    List<Placement> placements = new ArrayList<>();
    for (JsonNode task : tasks) {
      String container = task.path("Status").path("ContainerStatus").path("ContainerID").asText();
      if (!container.isEmpty()) {
        placements.add(new Placement(container, workload(), of(task).id()));
      }
    }
    return placements;
  }

  /// Why the newest task that failed did; empty when none says.
  String taskError() {
    return tasks.stream()
        .filter(t -> t.path("Status").hasNonNull("Err"))
        .max((a, b) -> a.path("CreatedAt").asText().compareTo(b.path("CreatedAt").asText()))
        .map(t -> t.path("Status").path("Err").asText())
        .orElse("");
  }

  private Release of(JsonNode task) {
    return SwarmRelease.of(workload(), task.path("Spec"));
  }

  private static boolean runs(JsonNode task) {
    return task.path("Status").path("State").asText().equals("running");
  }
}
