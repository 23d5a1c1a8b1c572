package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
  private static final Set<String> ENDED = Set.of("complete", "failed", "lost");
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

  /// Whether it wants one instance a node, and says how many only by its allocations.
  private boolean isSystem() {
    return json.path("Type").asText().equals("system");
  }

  /// Instances wanted.
  int desired() {
    return stopped()
        ? 0
        : isSystem()
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

  /// Whether all that is wanted runs these versions and nothing else is there. Right after a write
  /// nothing deploys yet, and what runs is as it was before: no allocation of a system job, or a
  /// canary that no evaluation has stopped yet.
  boolean hasSettledOn(Set<Long> versions) {
    int others =
        count(a ->
            !versions.contains(a.path("JobVersion").asLong())
                && !ENDED.contains(a.path("ClientStatus").asText()));
    int wanted = desired();
    return !deploying()
        && others == 0
        && (wanted > 0 || !isSystem())
        && healthyOn(versions) >= wanted;
  }

  private int count(Predicate<JsonNode> which) {
    return (int) wanted().stream().filter(which).count();
  }

  /// A system job's allocation that failed stays wanted beside the one that came after it on its
  /// node: there the newest stands for the place.
  private Collection<JsonNode> wanted() {
    Map<List<String>, JsonNode> wanted = new LinkedHashMap<>();
    for (JsonNode allocation : allocations) {
      if (allocation.path("DesiredStatus").asText().equals("run")) {
        List<String> place =
            isSystem()
                ? List.of(allocation.path("NodeID").asText(), allocation.path("TaskGroup").asText())
                : List.of(allocation.path("ID").asText());
        wanted.merge(
            place,
            allocation,
            (a, b) -> b.path("CreateIndex").asLong() > a.path("CreateIndex").asLong() ? b : a);
      }
    }
    return wanted.values();
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
  private List<String> canaryGroups() {
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
  private boolean revertsByItself() {
    return deploying()
        && deployment().path("TaskGroups").findValues("AutoRevert").stream()
            .anyMatch(JsonNode::asBoolean);
  }

  private boolean usesVault() {
    return json.path("TaskGroups").findValues("Vault").stream().anyMatch(JsonNode::isObject);
  }

  /// What a person should know before it is taken back, and that is no obstacle.
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (revertsByItself()) {
      notes.add(
          "Nomad reverts by itself, to the version that it calls stable, should the deployment"
              + " fail");
    }
    if (!canaryGroups().isEmpty() && !deploying()) {
      notes.add(
          "a revert begins with canaries of %s; Tocsin promotes them once they are healthy"
              .formatted(String.join(", ", canaryGroups())));
    }
    if (usesVault()) {
      notes.add("it uses Vault: a server that wants a Vault token to register a job refuses");
    }
    return notes;
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
