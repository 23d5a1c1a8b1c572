package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Docker Swarm: services of one swarm, by its manager's Engine API. A release is the digest of
/// what a task is made of, so a forced restart, a scaling or a change of a service's labels is
/// none.
///
/// Releases are noticed by reading services and tasks every other second: unlike the stream of
/// events that misses nothing over a restart. Every specification seen is stored in the data
/// directory, since Swarm itself remembers only one, and forgets it at the next scaling.
public final class SwarmPlatform implements Platform {
  private static final Logger log = LoggerFactory.getLogger(SwarmPlatform.class);

  private final SwarmConfig config;
  private final LongSupplier clock;
  private final DockerHost docker;
  private final ReleaseStore store;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("swarm-watch").daemon().factory());

  // Confined to the watching thread.
  private final Map<String, Release> known = new HashMap<>();
  private Set<Placement> placed = new HashSet<>();
  private String trouble = "";

  /// Asks the manager only when it is asked itself, or told to watch.
  ///
  /// @param dataDirectory of the collector; keeps the specifications seen and the rollbacks sent
  /// @param clock epoch milliseconds
  public static SwarmPlatform open(SwarmConfig config, Path dataDirectory, LongSupplier clock) {
    return new SwarmPlatform(config, dataDirectory, clock);
  }

  private SwarmPlatform(SwarmConfig config, Path dataDirectory, LongSupplier clock) {
    this.config = config;
    this.clock = clock;
    this.docker = new DockerHost(config.dockerHost(), config.timeout());
    this.store = new ReleaseStore(dataDirectory.resolve("swarm"));
  }

  @Override
  public String name() {
    return "swarm";
  }

  /// The version index of a service.
  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public void watch(List<Release> alreadyKnown, Consumer<Observation> sink) {
    var _ = watch.submit(() -> alreadyKnown.forEach(r -> known.put(r.workload(), r)));
    var _ =
        watch.scheduleWithFixedDelay(
            () -> observe(sink), 0, config.poll().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Situation look(String workload) {
    SwarmService service = service(workload);
    keep(service);
    String state = service.updateState();
    return new Situation(
        workload,
        service.release(),
        state.equals("updating"),
        state.equals("rollback_started") ? "a rollback by Swarm" : null,
        // An update that a failure paused can be overwritten like any other.
        /* paused= */ false,
        /* owner= */ null,
        service.mark(),
        service.desired(),
        service.healthy(),
        /* notes= */ List.of(),
        service.id());
  }

  /// A registry that wants a password is not asked with one: then the image counts only where the
  /// manager has it.
  @Override
  public @Nullable String unreachable(Release target) {
    SwarmService service = service(target.workload());
    JsonNode spec = store.spec(service.id(), target);
    if (spec == null) {
      return "%s was never observed here".formatted(target.name());
    }
    String image = SwarmRelease.image(spec.path("TaskTemplate"));
    boolean there =
        docker.get("/images/" + image + "/json", Map.of()).ok()
            || docker.get("/distribution/" + image + "/json", Map.of()).ok();
    return there
        ? null
        : "the image %s is neither on the manager nor in its registry".formatted(image);
  }

  @Override
  public Submission rollBack(Release bad, Release target, Situation seen) {
    return new SwarmRollback(docker, store, clock)
        .send(
            bad,
            target,
            seen.lock(),
            () -> {
              SwarmService service = service(bad.workload());
              keep(service);
              return service;
            });
  }

  @Override
  public boolean sent(Release bad, Release target) {
    Attempt attempt = store.attempt(service(bad.workload()).id());
    return attempt != null && attempt.is(bad, target);
  }

  @Override
  public Rollout progress(Release target) {
    SwarmService service = service(target.workload());
    int on = service.on(target);
    int healthy = service.healthyOn(target);
    int desired = service.desired();
    String state = service.updateState();
    if (!service.runs(target)) {
      String why = "the service is to run %s".formatted(service.release().name());
      return new Rollout.Failed(why, on, healthy, desired);
    }
    if (state.equals("paused") || state.equals("rollback_paused")) {
      String why = "%s: %s. %s".formatted(state, service.updateMessage(), service.taskError());
      return new Rollout.Failed(why.strip(), on, healthy, desired);
    }
    boolean moving = state.equals("updating") || state.equals("rollback_started");
    if (!moving && healthy >= desired && service.healthy() == healthy) {
      return new Rollout.Done(on, healthy, desired);
    }
    Attempt attempt = store.attempt(service.id());
    boolean late =
        attempt != null
            && attempt.target().equals(target.id())
            && clock.getAsLong() - attempt.atMillis() > config.rollbackDeadline().toMillis();
    if (late) {
      String why =
          "%d of %d tasks run after %s. %s"
              .formatted(healthy, desired, config.rollbackDeadline(), service.taskError());
      return new Rollout.Failed(why.strip(), on, healthy, desired);
    }
    return new Rollout.Moving(on, healthy, desired);
  }

  @Override
  public List<Finding> examine() {
    String what = "manage the swarm at " + config.dockerHost();
    try {
      JsonNode swarm = ask("/info", Map.of()).path("Swarm");
      return List.of(
          swarm.path("ControlAvailable").asBoolean()
              ? Finding.works(
                  what, "a manager, %s".formatted(swarm.path("LocalNodeState").asText()))
              : Finding.fails(
                  what,
                  "the engine answers and is no manager of a swarm",
                  "name a manager in platforms.swarm, or run docker swarm init there"));
    } catch (PlatformException e) {
      return List.of(
          Finding.fails(
              what,
              String.valueOf(e.getMessage()),
              "see that the socket is there and this user may open it, e.g. in the group docker"));
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
    watch.close();
  }

  /// @throws PlatformException [Fault#NOT_FOUND] when no service has this key
  private SwarmService service(String workload) {
    String name = workload.substring(workload.lastIndexOf('/') + 1);
    JsonNode service = ask("/services/" + name, Map.of());
    JsonNode tasks =
        service.isMissingNode()
            ? service
            : ask("/tasks", Map.of("filters", "{\"service\":[\"" + name + "\"]}"));
    var found = new SwarmService(service, List.of());
    if (!found.workload().equals(workload)) {
      throw new PlatformException(
          Fault.NOT_FOUND,
          "%s: the swarm at %s has no such service".formatted(workload, config.dockerHost()));
    }
    return SwarmService.join(JsonNodeFactory.instance.arrayNode().add(service), tasks).getFirst();
  }

  /// Missing when it is not there.
  private JsonNode ask(String path, Map<String, String> query) {
    DockerHost.Answer answer = docker.get(path, query);
    if (answer.ok()) {
      return answer.body();
    }
    Fault fault =
        switch (answer.status()) {
          case 404 -> Fault.NOT_FOUND;
          case 401, 403 -> Fault.FORBIDDEN;
          case 400 -> Fault.INVALID;
          default -> Fault.UNAVAILABLE;
        };
    if (fault == Fault.NOT_FOUND) {
      return MissingNode.getInstance();
    }
    throw new PlatformException(
        fault,
        "docker at %s: HTTP %d to GET %s: %s"
            .formatted(config.dockerHost(), answer.status(), path, answer.message()));
  }

  /// What runs, and what Swarm would go back to: both have been releases here.
  private void keep(SwarmService service) {
    store.keep(service.id(), service.release(), service.spec());
    JsonNode previous = service.previousSpec();
    if (previous != null) {
      store.keep(service.id(), service.releaseOf(previous), previous);
    }
  }

  private void observe(Consumer<Observation> sink) {
    try {
      List<SwarmService> services =
          SwarmService.join(ask("/services", Map.of()), ask("/tasks", Map.of()));
      services.forEach(this::keep);
      observeReleases(services, sink);
      observeTasks(services, sink);
      if (!trouble.isEmpty()) {
        trouble = "";
        log.info("swarm at {} can be watched again", config.dockerHost());
      }
    } catch (RuntimeException e) {
      if (!trouble.equals(String.valueOf(e.getMessage()))) {
        trouble = String.valueOf(e.getMessage());
        log.warn("swarm at {} cannot be watched: {}", config.dockerHost(), trouble);
      }
    }
  }

  private void observeReleases(List<SwarmService> services, Consumer<Observation> sink) {
    List<SwarmService> changed = new ArrayList<>();
    for (SwarmService service : services) {
      Release before = known.get(service.workload());
      if (before == null || !service.runs(before)) {
        changed.add(service);
      }
    }
    for (SwarmService service : changed) {
      List<String> alsoChanged =
          changed.stream()
              .filter(other -> !other.id().equals(service.id()) && !service.stack().isEmpty())
              .filter(other -> other.stack().equals(service.stack()))
              .map(SwarmService::workload)
              .toList();
      @Nullable Release before = known.get(service.workload());
      Release now = service.release();
      Attempt attempt = store.attempt(service.id());
      boolean ours = attempt != null && attempt.explains(before, now);
      sink.accept(
          new ReleaseEvent(
              now.workload(),
              before,
              now,
              service.changedAtMillis(clock.getAsLong()),
              ours,
              service.mark() == RollbackMark.FORBIDDEN,
              alsoChanged));
      known.put(now.workload(), now);
      if (attempt != null && ours) {
        store.attempt(service.id(), attempt.seen());
      }
    }
  }

  private void observeTasks(List<SwarmService> services, Consumer<Observation> sink) {
    Set<Placement> now = new HashSet<>();
    for (SwarmService service : services) {
      for (Placement placement : service.placements()) {
        now.add(placement);
        if (!placed.contains(placement)) {
          sink.accept(placement);
        }
      }
    }
    placed = now;
  }
}
