package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// One job as the server answered, over three questions: what belongs to another version of it, or
/// to a job of the same name before, is no word about this one.
///
/// @param json answer to `GET /v1/job/{id}`
/// @param newest its newest deployment; `null` in JSON where there is none
/// @param allocations those of this job, ended ones too
record NomadJob(NomadApi.Name name, JsonNode json, JsonNode newest, JsonNode allocations) {
  private static final Set<String> ACTIVE =
      Set.of("running", "paused", "pending", "blocked", "unblocking", "initializing");
  private static final long NANOS = 1_000_000;

  /// Whether it is one that is deployed and runs on, as opposed to one that ends by itself.
  ///
  /// @param job as read, or as listed
  static boolean isWatched(JsonNode job) {
    String type = job.path("Type").asText();
    JsonNode periodic = job.path("Periodic");
    return (type.equals("service") || type.equals("system"))
        && job.path("ParentID").asText().isEmpty()
        && !periodic.isObject()
        && !periodic.asBoolean();
  }

  String workload() {
    return name.workload();
  }

  Release release() {
    return NomadRelease.of(workload(), json);
  }

  /// Whether it is to run this release.
  boolean runs(Release release) {
    return release().id().equals(release.id());
  }

  long version() {
    return json.path("Version").asLong();
  }

  /// Another one when it was purged and registered anew, from version 0.
  String identity() {
    return json.path("CreateIndex").asText();
  }

  boolean stopped() {
    return json.path("Stop").asBoolean();
  }

  boolean isMultiregion() {
    return json.path("Multiregion").isObject();
  }

  RollbackMark mark() {
    return RollbackMark.of(json.path("Meta").path(RollbackMark.KEY).asText());
  }

  /// How many of each group are wanted.
  ///
  /// @param job or one of its versions
  static Map<String, Integer> counts(JsonNode job) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode group : job.path("TaskGroups")) {
      counts.put(group.path("Name").asText(), group.path("Count").asInt());
    }
    return counts;
  }

  /// Instances wanted. A system job wants one a node, and says so only by its allocations.
  int desired() {
    return stopped()
        ? 0
        : json.path("Type").asText().equals("system")
            ? count(allocation -> true)
            : counts(json).values().stream().mapToInt(Integer::intValue).sum();
  }

  /// Those that run, of whatever release.
  int healthy() {
    return count(this::isHealthy);
  }

  /// Those wanted that are of these versions.
  int on(Set<Long> versions) {
    return count(a -> versions.contains(a.path("JobVersion").asLong()));
  }

  int healthyOn(Set<Long> versions) {
    return count(a -> versions.contains(a.path("JobVersion").asLong()) && isHealthy(a));
  }

  private int count(Predicate<JsonNode> which) {
    int count = 0;
    for (JsonNode allocation : allocations) {
      if (allocation.path("DesiredStatus").asText().equals("run") && which.test(allocation)) {
        count++;
      }
    }
    return count;
  }

  /// A deployment waits for its allocations to be found healthy; without one, running is all there
  /// is.
  private boolean isHealthy(JsonNode allocation) {
    JsonNode healthy = allocation.path("DeploymentStatus").path("Healthy");
    boolean watched = deploying() && allocation.path("JobVersion").asLong() == version();
    return allocation.path("ClientStatus").asText().equals("running")
        && (watched ? healthy.asBoolean() : healthy.asBoolean(true));
  }

  /// Of the present version; missing when there is none, e.g. because it was not made yet.
  JsonNode deployment() {
    boolean own =
        newest.path("JobVersion").asLong(-1) == version()
            && newest.path("JobCreateIndex").asText().equals(identity());
    return own ? newest : MissingNode.getInstance();
  }

  /// `running`, `paused`, `successful`, `failed`, `cancelled` and others; empty without one.
  String deploymentStatus() {
    return deployment().path("Status").asText();
  }

  boolean deploying() {
    return ACTIVE.contains(deploymentStatus());
  }

  /// Whether it is up to a person, or to whoever made the deployment, to promote its canaries, and
  /// all of them are healthy.
  boolean awaitsPromotion() {
    boolean waits = false;
    for (JsonNode group : deployment().path("TaskGroups")) {
      int canaries = group.path("DesiredCanaries").asInt();
      if (canaries > 0 && !group.path("Promoted").asBoolean()) {
        if (group.path("HealthyAllocs").asInt() < canaries
            || group.path("AutoPromote").asBoolean()) {
          return false;
        }
        waits = true;
      }
    }
    return waits && deploymentStatus().equals("running");
  }

  /// Groups whose new versions begin with canaries that are not promoted by themselves.
  List<String> canaryGroups() {
    List<String> groups = new ArrayList<>();
    for (JsonNode group : json.path("TaskGroups")) {
      JsonNode update = group.path("Update");
      if (update.path("Canary").asInt() > 0 && !update.path("AutoPromote").asBoolean()) {
        groups.add(group.path("Name").asText());
      }
    }
    return groups;
  }

  /// Whether Nomad goes back by itself should the present deployment fail.
  boolean revertsByItself() {
    return deploying()
        && deployment().path("TaskGroups").findValues("AutoRevert").stream()
            .anyMatch(JsonNode::asBoolean);
  }

  boolean usesVault() {
    return json.path("TaskGroups").findValues("Vault").stream().anyMatch(JsonNode::isObject);
  }

  /// When its release was deployed, as far as the server says. A version that Nomad itself went
  /// back to carries the time of the one it copied: its allocations are younger.
  long changedAtMillis(long now) {
    long submitted = json.path("SubmitTime").asLong() / NANOS;
    long placed = Long.MAX_VALUE;
    for (JsonNode allocation : allocations) {
      if (allocation.path("JobVersion").asLong() == version()) {
        placed = Math.min(placed, allocation.path("CreateTime").asLong() / NANOS);
      }
    }
    long at = placed == Long.MAX_VALUE ? submitted : Math.max(submitted, placed);
    return at == 0 ? now : Math.min(now, at);
  }

  /// What goes wrong, in Nomad's own words; empty when it says nothing.
  String trouble() {
    String deployment = deployment().path("StatusDescription").asText();
    for (JsonNode allocation : allocations) {
      for (JsonNode task : allocation.path("TaskStates")) {
        if (allocation.path("JobVersion").asLong() == version()
            && task.path("Failed").asBoolean()) {
          return (deployment + ". " + lastWords(task.path("Events"))).strip();
        }
      }
    }
    return deployment;
  }

  private static String lastWords(JsonNode events) {
    List<String> words = new ArrayList<>();
    for (int at = Math.max(0, events.size() - 3); at < events.size(); at++) {
      words.add(events.path(at).path("DisplayMessage").asText());
    }
    return String.join(", ", words);
  }
}
