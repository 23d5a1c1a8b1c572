package io.tocsin.collector.deployment;

import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Kubernetes: Deployments, StatefulSets and DaemonSets of one cluster. A release is the digest of
/// the pod template, and of the images behind its tags where those move; so a restart, a scaling or
/// an annotation of the workload is none.
///
/// Releases are noticed by watches. The template of each release seen is stored in the data
/// directory: the cluster's own history is renumbered by each rollback, and may be switched off.
public final class KubernetesPlatform implements Platform {
  private static final String APPS = "/apis/apps/v1";
  private static final String CORE = "/api/v1";
  private static final int MAX_KNOWN = 50_000;
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private final KubernetesConfig config;
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final KubernetesApi api;
  private final KubernetesObjects objects;
  private final KubernetesImages images;
  private final KubernetesRollback rollback;
  private final KubernetesLeftovers leftovers;
  private final ExecutorService watches =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kubernetes-watch-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("kubernetes-timer").daemon().factory());

  // Guarded by itself: each kind of object has a watch and so a thread of its own. The one that
  // changed last is last; names that come and go for ever push the oldest out.
  private final LinkedHashMap<String, Known> known = new LinkedHashMap<>();

  /// @param forbidden whether it may not be taken back
  private record Known(Release release, boolean forbidden) {}

  /// Asks the API server only when it is asked itself, or told to watch.
  ///
  /// @param dataDirectory of the collector; keeps the templates seen and the rollbacks sent
  /// @param clock epoch milliseconds
  /// @param seed of the pauses after trouble
  public static KubernetesPlatform open(
      KubernetesConfig config, Path dataDirectory, LongSupplier clock, long seed) {
    return new KubernetesPlatform(config, dataDirectory, clock, seed);
  }

  private KubernetesPlatform(
      KubernetesConfig config, Path dataDirectory, LongSupplier clock, long seed) {
    this.config = config;
    this.clock = clock;
    this.random = new SplittableRandom(seed);
    this.api = new KubernetesApi(config.access(), config.timeout());
    this.objects = new KubernetesObjects(api);
    var store = new ReleaseStore(dataDirectory.resolve("kubernetes"));
    this.images = new KubernetesImages(store);
    this.rollback = new KubernetesRollback(api, objects, store, images, clock);
    this.leftovers = new KubernetesLeftovers(api, objects);
  }

  @Override
  public String name() {
    return KubernetesKind.PLATFORM;
  }

  /// The workload's uid and its whole template as read.
  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public void watch(List<Release> alreadyKnown, Consumer<Observation> sink) {
    synchronized (known) {
      alreadyKnown.forEach(release -> remember(new Known(release, false)));
    }
    var pods = new KubernetesPods(images, sink, release -> observe(release, sink));
    List<String> namespaces = config.access().namespaces();
    if (namespaces.isEmpty()) {
      watch("", pods, sink);
    }
    namespaces.forEach(namespace -> watch("/namespaces/" + namespace, pods, sink));
  }

  /// @param within a namespace, as part of a path; empty: all
  private void watch(String within, KubernetesPods pods, Consumer<Observation> sink) {
    String apps = APPS + within + "/";
    for (KubernetesKind kind : KubernetesKind.values()) {
      watch(
          apps + kind.plural(),
          (object, listed) -> observe(new KubernetesWorkload(kind, object), listed, sink),
          () -> {});
    }
    // A pod says nothing before it is known what it was made from; a namespace that may not be
    // read keeps no other waiting.
    var origins = new CountDownLatch(2);
    watch(apps + "replicasets", pods.taking(pods::replicaSet, origins::countDown), () -> {});
    watch(apps + "controllerrevisions", pods.taking(pods::revision, origins::countDown), () -> {});
    watch(CORE + within + "/pods", pods.taking(pods::pod, () -> {}), origins::await);
  }

  @Override
  public Situation look(String workload) {
    KubernetesWorkload now = objects.workload(workload);
    rollback.keep(now);
    return new Situation(
        workload,
        images.running(now.release()),
        !now.complete(),
        now.beingDeleted() ? "it is being deleted" : null,
        now.paused(),
        KubernetesRollback.owner(now),
        now.mark(),
        now.desired(),
        now.healthy(),
        notes(now),
        now.uid());
  }

  @Override
  public @Nullable String unreachable(Release target) {
    return rollback.unreachable(target);
  }

  @Override
  public Submission rollBack(Release bad, Release target, Situation seen) {
    return rollback.send(bad, target, seen.lock());
  }

  @Override
  public boolean sent(Release bad, Release target) {
    Attempt attempt = rollback.attempt(bad.workload());
    return attempt != null && attempt.is(bad, target);
  }

  @Override
  public Rollout progress(Release target) {
    KubernetesWorkload now = objects.workload(target.workload());
    Release running = images.running(now.release());
    int desired = now.desired();
    if (!now.runs(target)) {
      String why = "%s is to run %s".formatted(now.name().spoken(), running.name());
      return new Rollout.Failed(why, 0, 0, desired);
    }
    if (!now.observed()) {
      return new Rollout.Moving(0, 0, desired);
    }
    int on = now.updated();
    int healthy = now.healthyUpdated();
    if (now.complete()) {
      String moved = "its tags now stand for other images: %s runs".formatted(running.name());
      return running.id().equals(target.id())
          ? new Rollout.Done(on, healthy, desired)
          : new Rollout.Failed(moved, 0, 0, desired);
    }
    if (now.paused()) {
      return new Rollout.Failed("it was paused meanwhile", on, healthy, desired);
    }
    Attempt attempt = rollback.attempt(target.workload());
    if (attempt == null || !attempt.target().equals(target.id())) {
      return new Rollout.Moving(on, healthy, desired);
    }
    if (clock.getAsLong() - attempt.atMillis() > config.rollbackDeadline().toMillis()) {
      String why =
          "%d of %d pods are ready after %s. %s %s"
              .formatted(
                  healthy, desired, config.rollbackDeadline(), now.stuck(), leftovers.trouble(now));
      return new Rollout.Failed(why.strip(), on, healthy, desired);
    }
    try {
      leftovers.clear(now);
    } catch (PlatformException e) {
      if (e.fault() == Fault.FORBIDDEN) {
        return new Rollout.Failed(String.valueOf(e.getMessage()), on, healthy, desired);
      }
      throw e;
    }
    return new Rollout.Moving(on, healthy, desired);
  }

  @Override
  public List<Finding> examine() {
    return new KubernetesExam(api, config.access().namespaces()).findings();
  }

  @Override
  public void close() {
    watches.shutdownNow();
    timer.shutdownNow();
    api.close();
    watches.close();
    timer.close();
  }

  /// Something to wait for.
  private interface Turn {
    void await() throws InterruptedException;
  }

  /// @param turn after which it begins
  private void watch(String path, KubernetesWatch.Sink sink, Turn turn) {
    var watch = new KubernetesWatch(api, config, path, sink, timer, random.split());
    watches.execute(() -> {
      try {
        turn.await();
        watch.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private void observe(KubernetesWorkload workload, boolean listed, Consumer<Observation> sink) {
    synchronized (known) {
      Known before = known.get(workload.workload());
      boolean same = before != null && workload.runs(before.release());
      boolean forbidden = workload.mark() == RollbackMark.FORBIDDEN;
      if (listed || !same) {
        rollback.keep(workload);
      }
      if (before != null && same) {
        if (before.forbidden() != forbidden) {
          known.put(workload.workload(), new Known(before.release(), forbidden));
        }
        return;
      }
      long now = clock.getAsLong();
      long at = listed ? workload.changedAtMillis(now) : now;
      changed(new Known(images.running(workload.release()), forbidden), at, sink);
    }
  }

  /// After a pod told what a template stands for.
  private void observe(Release running, Consumer<Observation> sink) {
    synchronized (known) {
      Known before = known.get(running.workload());
      if (before != null && isMoved(before.release(), running)) {
        changed(new Known(running, before.forbidden()), clock.getAsLong(), sink);
      }
    }
  }

  private static boolean isMoved(Release before, Release now) {
    String template = KubernetesRelease.template(before).id();
    return !before.id().equals(now.id()) && template.equals(KubernetesRelease.template(now).id());
  }

  private void changed(Known next, long atMillis, Consumer<Observation> sink) {
    Release now = next.release();
    Known last = known.get(now.workload());
    Release before = last == null ? null : last.release();
    Attempt attempt = rollback.attempt(now.workload());
    boolean ours = attempt != null && attempt.explains(before, now);
    sink.accept(
        new ReleaseEvent(now.workload(), before, now, atMillis, ours, next.forbidden(), List.of()));
    remember(next);
    if (attempt != null && ours) {
      rollback.noticed(now.workload(), attempt);
    }
  }

  private void remember(Known next) {
    known.remove(next.release().workload());
    known.put(next.release().workload(), next);
    if (known.size() > MAX_KNOWN) {
      known.pollFirstEntry();
    }
  }

  private List<String> notes(KubernetesWorkload now) {
    List<String> notes = new ArrayList<>();
    try {
      String autoscaler = objects.autoscaler(now);
      if (!autoscaler.isEmpty()) {
        notes.add(
            "HorizontalPodAutoscaler %s sets the replicas; a rollback leaves them as they are"
                .formatted(autoscaler));
      }
    } catch (PlatformException e) {
      notes.add("whether an autoscaler sets the replicas is not known: " + e.getMessage());
    }
    String configuration = now.configuration();
    if (!configuration.isEmpty()) {
      notes.add(
          "%s: not watched, and a rollback does not bring their old content back"
              .formatted(configuration));
    }
    if (now.metadata().path("annotations").has(LAST_APPLIED)) {
      notes.add(
          "kubectl apply still remembers the bad manifest: apply the good one before any other, or"
              + " containers that were renamed come back");
    }
    return notes;
  }
}
