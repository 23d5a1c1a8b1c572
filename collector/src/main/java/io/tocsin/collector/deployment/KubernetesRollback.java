package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.KubernetesApi.Answer;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import io.tocsin.collector.deployment.Submission.Accepted;
import io.tocsin.collector.deployment.Submission.Conflict;
import io.tocsin.collector.deployment.Submission.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Puts the template of a named release back, and nothing else: annotations, replicas and whatever
/// else changed meanwhile stay. The lock is the uid and the whole template exactly as read: it
/// outlives writes of status, labels and scale by others, and fails once the release has changed.
///
/// Where a manager declares the template by server-side apply, the template is applied in its name,
/// under the object's version, so that its next apply finds no conflict.
final class KubernetesRollback {
  private static final String MANAGER = "tocsin";
  // Only writes by others in the very moment of ours make it try again; each time on a fresh look.
  private static final int MAX_TRIES = 10;

  private final KubernetesApi api;
  private final KubernetesObjects objects;
  private final ReleaseStore store;
  private final KubernetesImages images;
  private final LongSupplier clock;

  /// What would have to be written.
  private sealed interface Plan {
    /// @param manager in whose name
    /// @param type of the body
    record Patch(String manager, String type, JsonNode body) implements Plan {}

    record Impossible(String why, String safeWay) implements Plan {}
  }

  KubernetesRollback(
      KubernetesApi api,
      KubernetesObjects objects,
      ReleaseStore store,
      KubernetesImages images,
      LongSupplier clock) {
    this.api = api;
    this.objects = objects;
    this.store = store;
    this.images = images;
    this.clock = clock;
  }

  /// Keeps all that a rollback to the present release will need.
  void keep(KubernetesWorkload now) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    kept.set("template", KubernetesRelease.own(now.template()));
    List<JsonNode> appliers = KubernetesApplied.of(now);
    if (appliers.size() == 1) {
      kept.set("manager", appliers.getFirst().path("manager"));
      kept.set("applied", appliers.getFirst().at("/fieldsV1/f:spec/f:template"));
    }
    store.keep(KubernetesKind.storeKey(now.workload()), now.release(), kept);
  }

  /// The last rollback of a workload that was sent from here; null when none was.
  @Nullable Attempt attempt(String workload) {
    return store.attempt(KubernetesKind.storeKey(workload));
  }

  void noticed(String workload, Attempt attempt) {
    store.attempt(KubernetesKind.storeKey(workload), attempt.seen());
  }

  /// Who would undo a rollback; null when nobody would.
  static @Nullable String owner(KubernetesWorkload now) {
    String owner = KubernetesOwner.of(now);
    List<JsonNode> appliers = KubernetesApplied.of(now);
    if (owner == null && appliers.size() > 1) {
      return "server-side apply by "
          + String.join(" and ", appliers.stream().map(a -> a.path("manager").asText()).toList());
    }
    return owner;
  }

  /// Tries the write without its taking effect. Null when the server would take it.
  @Nullable String unreachable(Release target) {
    KubernetesWorkload now = objects.workload(target.workload());
    if (images.running(now.release()).id().equals(target.id())) {
      return null;
    }
    return switch (plan(now, target)) {
      case Plan.Impossible(String why, String _) -> why;
      case Plan.Patch patch -> {
        Answer answer = write(now, patch, Map.of("dryRun", "All"));
        if (answer.ok()) {
          yield becomes(now, patch, target, answer);
        }
        boolean changed = isStale(answer);
        // An admission webhook may take no dry runs: then nothing is known before the write.
        boolean untried = answer.status() == 400 && answer.message().contains("dry run");
        yield untried || changed
            ? null
            : "a dry run was answered HTTP %d: %s".formatted(answer.status(), answer.message());
      }
    };
  }

  /// Why what the server would make of the write is not the target; null when it is. An apply takes
  /// back what its manager declared and no more, and an admission webhook may change anything.
  private static @Nullable String becomes(
      KubernetesWorkload now, Plan.Patch patch, Release target, Answer tried) {
    return new KubernetesWorkload(now.kind(), tried.body()).runs(target)
        ? null
        : "written as %s it would not become %s: others set fields of the template too"
            .formatted(patch.manager(), target.name());
  }

  /// @param uid of the look at which the decision was made
  Submission send(Release bad, Release target, String uid) {
    String key = KubernetesKind.storeKey(bad.workload());
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      KubernetesWorkload now;
      try {
        now = objects.workload(bad.workload());
      } catch (PlatformException e) {
        if (e.fault() == Fault.NOT_FOUND) {
          return new Conflict("it was deleted");
        }
        throw e;
      }
      Submission obstacle = obstacle(bad, target, uid, now);
      if (obstacle != null) {
        return obstacle;
      }
      switch (plan(now, target)) {
        case Plan.Impossible(String why, String safeWay) -> {
          return new Refused(why, safeWay);
        }
        case Plan.Patch patch -> {
          // One whose answer was lost may still take effect, whatever becomes of this one.
          Attempt before = store.attempt(key);
          store.attempt(
              key, new Attempt(bad.id(), target.id(), clock.getAsLong(), /* noticed= */ false));
          Answer answer = write(now, patch, Map.of());
          if (answer.ok()) {
            return new Accepted();
          }
          if (answer.status() >= 500) {
            throw uncertain(now, answer);
          }
          store.withdrawAttempt(key, before);
          if (answer.status() == 404) {
            return new Conflict("it was deleted");
          }
          if (answer.status() == 429) {
            // It did not happen; but the way on is the same: look, weigh, send anew.
            throw uncertain(now, answer);
          }
          if (!isStale(answer)) {
            return new Refused(
                "HTTP %d, %s".formatted(answer.status(), answer.message()), byHand(now));
          }
        }
      }
    }
    return new Conflict("it kept changing while its release was to be taken back");
  }

  private @Nullable Submission obstacle(
      Release bad, Release target, String uid, KubernetesWorkload now) {
    if (!now.uid().equals(uid)) {
      return new Conflict("it was deleted and created anew");
    }
    Release running = images.running(now.release());
    if (running.id().equals(target.id())) {
      Attempt attempt = attempt(now.workload());
      boolean ours = attempt != null && attempt.is(bad, target);
      return ours ? new Accepted() : new Conflict("it already runs " + target.name());
    }
    if (!running.id().equals(bad.id())) {
      return new Conflict("it runs %s now".formatted(running.name()));
    }
    if (now.beingDeleted()) {
      return new Conflict("it is being deleted");
    }
    if (now.paused()) {
      return new Refused(
          "it is paused: the API server would take the template and no pod would change",
          "kubectl -n %s rollout resume %s, then roll back"
              .formatted(now.name().namespace(), now.name().spoken()));
    }
    String owner = owner(now);
    if (owner != null) {
      return new Refused(
          owner + " would undo it",
          "take it back through its owner, at best by reverting the commit");
    }
    if (now.mark() == RollbackMark.FORBIDDEN) {
      return new Refused(
          "it is marked tocsin.io/rollback: forbidden",
          "deploy a newer release, or remove the mark");
    }
    return null;
  }

  private Plan plan(KubernetesWorkload now, Release target) {
    Release template = KubernetesRelease.template(target);
    if (now.runs(target)) {
      return new Plan.Impossible(
          "%s is the same template: only the images behind its tags have changed"
              .formatted(target.name()),
          byHand(now) + ", by its digest");
    }
    JsonNode kept = store.spec(KubernetesKind.storeKey(now.workload()), template);
    JsonNode found = kept == null ? objects.history(now, template) : kept.path("template");
    if (found == null) {
      return new Plan.Impossible(
          "%s was never observed here, and the cluster keeps no template of it"
              .formatted(target.name()),
          byHand(now));
    }
    String moved = images.moved(now, target, found);
    if (moved != null) {
      return new Plan.Impossible(moved, byHand(now) + ", by its digest");
    }
    JsonNode own = KubernetesRelease.own(found);
    List<JsonNode> appliers = KubernetesApplied.of(now);
    if (appliers.isEmpty()) {
      return new Plan.Patch(MANAGER, KubernetesApi.JSON_PATCH, replacing(now, own));
    }
    JsonNode applier = appliers.getFirst();
    String manager = applier.path("manager").asText();
    if (kept == null || !kept.path("manager").asText().equals(manager)) {
      return new Plan.Impossible(
          "server-side apply by %s owns the template, and what it applied for %s was not observed"
              .formatted(manager, target.name()),
          "apply the good manifest as " + manager);
    }
    JsonNode fields = kept.path("applied");
    return new Plan.Patch(
        manager, KubernetesApi.APPLY_PATCH, KubernetesApplied.body(now, applier, own, fields));
  }

  private static ArrayNode replacing(KubernetesWorkload now, JsonNode template) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch.add(operation("test", "/metadata/uid", now.metadata().path("uid")));
    patch.add(operation("test", "/spec/template", now.template()));
    patch.add(operation("replace", "/spec/template", template));
    return patch;
  }

  private static ObjectNode operation(String name, String path, JsonNode value) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("op", name).put("path", path).set("value", value);
    return operation;
  }

  private Answer write(KubernetesWorkload now, Plan.Patch patch, Map<String, String> more) {
    Map<String, String> query = new LinkedHashMap<>(Map.of("fieldManager", patch.manager()));
    query.putAll(more);
    return api.write("PATCH", now.name().path(), query, patch.type(), patch.body());
  }

  /// Whether somebody wrote since the look. A failed test is 422 like an invalid object, but names
  /// no cause; a conflict that names causes is about who owns fields, and stays one.
  private static boolean isStale(Answer answer) {
    return (answer.status() == 409 || answer.status() == 422) && !answer.hasCauses();
  }

  private PlatformException uncertain(KubernetesWorkload now, Answer answer) {
    return new PlatformException(
        Fault.UNCERTAIN,
        "kubernetes at %s: HTTP %d to the rollback of %s, it may have happened: %s"
            .formatted(api.server(), answer.status(), now.name().spoken(), answer.message()));
  }

  private static String byHand(KubernetesWorkload now) {
    return "kubectl -n %s set image %s <container>=<good image>"
        .formatted(now.name().namespace(), now.name().spoken());
  }
}
