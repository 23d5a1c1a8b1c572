package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.NomadApi.Answer;
import io.tocsin.collector.deployment.NomadApi.Name;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import io.tocsin.collector.deployment.Submission.Accepted;
import io.tocsin.collector.deployment.Submission.Conflict;
import io.tocsin.collector.deployment.Submission.Refused;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Has Nomad revert a job to a version that IS the named release, found by what the version says
/// and not by its number or its `Stable`: a bad release that passed its checks is stable too. The
/// lock is the version that was read right before.
final class NomadRollback {
  // Only who registers versions in the very moment of ours makes it try again, on a fresh look.
  private static final int MAX_TRIES = 10;

  private final NomadApi api;
  private final NomadJobs jobs;
  private final ReleaseStore store;
  private final LongSupplier clock;

  /// What would have to be written.
  private sealed interface Plan {
    record Revert(long version) implements Plan {}

    record Impossible(String why, String safeWay) implements Plan {}
  }

  NomadRollback(NomadApi api, NomadJobs jobs, ReleaseStore store, LongSupplier clock) {
    this.api = api;
    this.jobs = jobs;
    this.store = store;
    this.clock = clock;
  }

  /// The last rollback of a job that was sent from here; null when none was.
  @Nullable Attempt attempt(Name job) {
    return store.attempt(key(job));
  }

  void noticed(Name job, Attempt attempt) {
    store.attempt(key(job), attempt.seen());
  }

  /// Versions of a job that are this release.
  Set<Long> versions(NomadJob now, Release release) {
    return jobs.versions(now.name()).stream()
        .filter(version -> is(now, version, release))
        .map(version -> version.path("Version").asLong())
        .collect(Collectors.toSet());
  }

  /// Null when the release could be reverted to.
  @Nullable String unreachable(Release target) {
    NomadJob now = jobs.job(Name.of(target.workload()));
    if (now.runs(target)) {
      return null;
    }
    return switch (plan(now, target)) {
      case Plan.Impossible(String why, String _) -> why;
      case Plan.Revert _ -> null;
    };
  }

  /// @param identity of the look at which the decision was made
  Submission send(Release bad, Release target, String identity) {
    Name name = Name.of(bad.workload());
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      NomadJob now;
      try {
        now = jobs.job(name);
      } catch (PlatformException e) {
        if (e.fault() == Fault.NOT_FOUND) {
          return new Conflict("it was purged");
        }
        throw e;
      }
      Submission obstacle = obstacle(bad, target, identity, now);
      if (obstacle != null) {
        return obstacle;
      }
      switch (plan(now, target)) {
        case Plan.Impossible(String why, String safeWay) -> {
          return new Refused(why, safeWay);
        }
        case Plan.Revert(long version) -> {
          // One whose answer was lost may still take effect, whatever becomes of this one.
          Attempt before = store.attempt(key(name));
          store.attempt(
              key(name),
              new Attempt(bad.id(), target.id(), clock.getAsLong(), /* noticed= */ false));
          Answer answer = api.post(name.namespace(), name.path() + "/revert", body(now, version));
          if (answer.ok()) {
            return new Accepted();
          }
          if (!isKnownRefusal(answer)) {
            throw new PlatformException(
                Fault.UNCERTAIN,
                api.told("POST", name.path() + "/revert", answer) + "; it may have happened");
          }
          store.withdrawAttempt(key(name), before);
          if (!isStale(answer)) {
            return new Refused(
                api.told("POST", name.path() + "/revert", answer), byHand(now, version));
          }
        }
      }
    }
    return new Conflict("it kept changing while its release was to be taken back");
  }

  /// Lets the canaries of a revert that was sent from here take over. Asked again it changes
  /// nothing.
  ///
  /// @throws PlatformException [Fault#FORBIDDEN] when the token lacks the right
  void promote(NomadJob now) {
    String deployment = now.deployment().path("ID").asText();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("DeploymentID", deployment).put("All", true);
    String path = "/v1/deployment/promote/" + deployment;
    Answer answer = api.post(now.name().namespace(), path, body);
    if (answer.status() == 401 || answer.status() == 403) {
      throw api.refused("POST", path, answer);
    }
    // Anything else is seen at the next look: a canary may have failed meanwhile.
  }

  private @Nullable Submission obstacle(
      Release bad, Release target, String identity, NomadJob now) {
    if (!now.identity().equals(identity)) {
      return new Conflict("it was purged and registered anew");
    }
    if (now.runs(target)) {
      Attempt attempt = attempt(now.name());
      boolean ours = attempt != null && attempt.is(bad, target);
      return ours ? new Accepted() : new Conflict("it already runs " + target.name());
    }
    if (!now.runs(bad)) {
      return new Conflict("it runs %s now".formatted(now.release().name()));
    }
    // A revert would start it again.
    if (now.stopped()) {
      return new Conflict("it was stopped");
    }
    if (now.mark() == RollbackMark.FORBIDDEN) {
      return new Refused(
          "it is marked tocsin.io/rollback: forbidden",
          "deploy a newer release, or remove the mark");
    }
    return null;
  }

  private Plan plan(NomadJob now, Release target) {
    if (now.isMultiregion()) {
      return new Plan.Impossible(
          "it is deployed to several regions at once, and a revert moves this one alone",
          "run the good job file again");
    }
    List<JsonNode> same =
        jobs.versions(now.name()).stream()
            .filter(v -> v.path("Version").asLong() < now.version() && is(now, v, target))
            .toList();
    if (same.isEmpty()) {
      return new Plan.Impossible(
          "Nomad keeps no version of %s any more".formatted(target.name()),
          "run the good job file again");
    }
    return same.stream()
        .filter(v -> NomadJob.counts(v).equals(NomadJob.counts(now.json())))
        .findFirst()
        .<Plan>map(v -> new Plan.Revert(v.path("Version").asLong()))
        .orElseGet(() ->
            new Plan.Impossible(
                "a revert brings the counts back too: %s now, %s then"
                    .formatted(NomadJob.counts(now.json()), NomadJob.counts(same.getFirst())),
                byHand(now, same.getFirst().path("Version").asLong()) + ", then scale it"));
  }

  private static boolean is(NomadJob now, JsonNode version, Release release) {
    // A job that was registered anew counts its versions from 0 again.
    return version.path("CreateIndex").asText().equals(now.identity())
        && NomadRelease.of(now.workload(), version).id().equals(release.id());
  }

  private static ObjectNode body(NomadJob now, long version) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("JobID", now.name().id())
        .put("JobVersion", version)
        .put("EnforcePriorVersion", now.version());
  }

  /// Nearly every refusal is HTTP 500 with a text, and so is trouble in the middle of the write.
  private static boolean isKnownRefusal(Answer answer) {
    String said = answer.message();
    boolean ours = answer.status() / 100 == 4 && answer.status() != 408 && answer.status() != 429;
    return ours
        || isStale(answer)
        || said.contains("not found")
        || said.contains("can't revert to current version")
        || said.matches("(?is).*(vault|consul).{0,80}(token|polic).*");
  }

  private static boolean isStale(Answer answer) {
    return answer.status() == 500 && answer.message().contains("enforcing version");
  }

  private static String byHand(NomadJob now, long version) {
    return "nomad job revert -namespace %s %s %d"
        .formatted(now.name().namespace(), now.name().id(), version);
  }

  private static String key(Name job) {
    // A job may be called `..`.
    return job.namespace()
        + "/job-"
        + job.workload().substring(job.workload().lastIndexOf('/') + 1);
  }
}
