package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import io.tocsin.collector.deployment.Submission.Accepted;
import io.tocsin.collector.deployment.Submission.Conflict;
import io.tocsin.collector.deployment.Submission.Refused;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One rollback of one service: checked against a fresh look, written under the manager's version
/// lock, aimed at the specification that was stored when the target was observed.
///
/// Swarm's own `rollback=previous` is used only when what it would restore IS that specification
/// and the present number of replicas: it restores whatever stood before the last write, a scaling
/// or the bad release included, and a second call toggles back.
final class SwarmRollback {

  /// The version index moves by itself while tasks do; each time the checks are made anew.
  private static final int MAX_TRIES = 10;

  private final DockerHost docker;
  private final ReleaseStore store;
  private final LongSupplier clock;

  SwarmRollback(DockerHost docker, ReleaseStore store, LongSupplier clock) {
    this.docker = docker;
    this.store = store;
    this.clock = clock;
  }

  /// @param serviceId of the look at which the decision was made
  /// @param look reads the service anew
  Submission send(Release bad, Release target, String serviceId, Supplier<SwarmService> look) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      SwarmService now = look.get();
      Submission obstacle = obstacle(bad, target, serviceId, now);
      if (obstacle != null) {
        return obstacle;
      }
      JsonNode stored = store.spec(now.id(), target);
      if (stored == null) {
        return new Refused(
            "release %s of %s was never observed, its specification is not known"
                .formatted(target.name(), now.name()),
            "docker service update --image <good image> " + now.name());
      }
      // One whose answer was lost may still take effect, whatever becomes of this one.
      Attempt before = store.attempt(now.id());
      store.attempt(
          now.id(), new Attempt(bad.id(), target.id(), clock.getAsLong(), /* noticed= */ false));
      DockerHost.Answer answer = write(now, stored);
      if (answer.ok()) {
        return new Accepted();
      }
      if (mayHaveHappened(answer)) {
        throw new PlatformException(
            Fault.UNCERTAIN,
            "docker: HTTP %d to the rollback of %s, it may have happened: %s"
                .formatted(answer.status(), now.name(), answer.message()));
      }
      store.withdrawAttempt(now.id(), before);
      if (!outOfSequence(answer)) {
        return new Refused(
            "docker: HTTP %d, %s".formatted(answer.status(), answer.message()),
            "docker service update --image %s %s"
                .formatted(SwarmRelease.image(stored.path("TaskTemplate")), now.name()));
      }
    }
    return new Conflict("the service kept changing while its release was to be taken back");
  }

  private @Nullable Submission obstacle(
      Release bad, Release target, String serviceId, SwarmService now) {
    if (!now.id().equals(serviceId)) {
      return new Conflict("the service was removed and created anew");
    }
    if (now.runs(target)) {
      Attempt attempt = store.attempt(now.id());
      boolean ours = attempt != null && attempt.is(bad, target);
      return ours ? new Accepted() : new Conflict("it already runs " + target.name());
    }
    if (!now.runs(bad)) {
      return new Conflict("it runs %s now".formatted(now.release().name()));
    }
    if (now.updateState().equals("rollback_started")) {
      return new Conflict("a rollback that was not started here is under way");
    }
    if (now.mark() == RollbackMark.FORBIDDEN) {
      return new Refused(
          "the service is marked tocsin.io/rollback: forbidden",
          "deploy a newer release, or remove the mark");
    }
    return null;
  }

  private DockerHost.Answer write(SwarmService now, JsonNode stored) {
    String path = "/services/" + now.id() + "/update";
    JsonNode mode = now.spec().path("Mode");
    if (stored.equals(now.previousSpec()) && stored.path("Mode").equals(mode)) {
      return docker.post(
          path, Map.of("version", now.version(), "rollback", "previous"), now.spec());
    }
    ObjectNode spec = now.spec().deepCopy();
    ObjectNode template = stored.path("TaskTemplate").deepCopy();
    // What is no part of a release stays as it is: where tasks may run, how often they were forced.
    for (String kept : new String[] {"Placement", "ForceUpdate"}) {
      JsonNode present = now.spec().path("TaskTemplate").path(kept);
      if (!present.isMissingNode()) {
        template.set(kept, present);
      }
    }
    spec.set("TaskTemplate", template);
    return docker.post(path, Map.of("version", now.version()), spec);
  }

  /// A stale version is HTTP 500 with these words.
  private static boolean outOfSequence(DockerHost.Answer answer) {
    return answer.status() == 500 && answer.message().contains("update out of sequence");
  }

  private static boolean mayHaveHappened(DockerHost.Answer answer) {
    // 501: a change that Swarm does not offer; 503: not a manager.
    return answer.status() >= 500
        && answer.status() != 501
        && answer.status() != 503
        && !outOfSequence(answer);
  }
}
