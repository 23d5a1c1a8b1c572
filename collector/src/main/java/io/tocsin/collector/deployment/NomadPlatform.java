package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.deployment.NomadApi.Name;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.ReleaseStore.Attempt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Nomad: service and system jobs of some namespaces. A release is the digest of what the job's
/// author wrote, so a scaling or a restart is none, and a revert is the return of an old one.
///
/// Releases are noticed by blocking queries. Nothing of a specification is kept here: Nomad keeps
/// the last versions itself, and a rollback names one of them.
public final class NomadPlatform implements Platform {
  private static final int MAX_KNOWN = 50_000;

  private final NomadConfig config;
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final NomadApi api;
  private final NomadJobs jobs;
  private final NomadRollback rollback;
  private final ExecutorService watches =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("nomad-watch-", 0).factory());

  // Guarded by this: each namespace has a watch and so a thread of its own. The one that changed
  // last is last; names that come and go for ever push the oldest out.
  private final LinkedHashMap<String, Release> known = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> placed = new LinkedHashMap<>();
  // The release of each version of each job.
  private final LinkedHashMap<Version, String> releases = new LinkedHashMap<>();

  private record Version(String workload, String identity, long version) {}

  /// Asks the server only when it is asked itself, or told to watch.
  ///
  /// @param dataDirectory of the collector; keeps the rollbacks sent
  /// @param clock epoch milliseconds
  /// @param seed of the pauses
  public static NomadPlatform open(
      NomadConfig config, Path dataDirectory, LongSupplier clock, long seed) {
    return new NomadPlatform(config, dataDirectory, clock, seed);
  }

  private NomadPlatform(NomadConfig config, Path dataDirectory, LongSupplier clock, long seed) {
    this.config = config;
    this.clock = clock;
    this.random = new SplittableRandom(seed);
    this.api = new NomadApi(config.access(), config.timeout());
    this.jobs = new NomadJobs(api);
    var store = new ReleaseStore(dataDirectory.resolve(NomadApi.PLATFORM));
    this.rollback = new NomadRollback(api, jobs, store, clock);
  }

  @Override
  public String name() {
    return NomadApi.PLATFORM;
  }

  /// The job's version.
  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public void watch(List<Release> alreadyKnown, Consumer<Observation> sink) {
    synchronized (this) {
      alreadyKnown.forEach(release -> keep(known, release.workload(), release));
    }
    for (String namespace : config.access().namespaces()) {
      NomadWatch.Sink seen = (job, listed) -> observe(job, listed, sink);
      watches.execute(new NomadWatch(api, config, namespace, seen, random.split()));
    }
  }

  @Override
  public Situation look(String workload) {
    NomadJob now = jobs.job(Name.of(workload));
    return new Situation(
        workload,
        now.release(),
        now.deploying(),
        now.stopped() ? "it is stopped" : null,
        // A revert makes a deployment of its own, and that moves.
        /* paused= */ false,
        /* owner= */ null,
        now.mark(),
        now.desired(),
        now.healthy(),
        now.notes(),
        now.identity());
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
    Attempt attempt = rollback.attempt(Name.of(bad.workload()));
    return attempt != null && attempt.is(bad, target);
  }

  @Override
  public Rollout progress(Release target) {
    NomadJob now = jobs.job(Name.of(target.workload()));
    int desired = now.desired();
    if (!now.runs(target)) {
      String why = "the job is to run %s".formatted(now.release().name());
      return new Rollout.Failed(why, 0, 0, desired);
    }
    Set<Long> versions = rollback.versions(now, target);
    int on = now.on(versions);
    int healthy = now.healthyOn(versions);
    if (now.stopped()) {
      return new Rollout.Failed("it was stopped meanwhile", on, healthy, desired);
    }
    String status = now.deploymentStatus();
    if (status.equals("failed") || status.equals("cancelled")) {
      return new Rollout.Failed(now.trouble(), on, healthy, desired);
    }
    if (now.hasSettledOn(versions)) {
      return new Rollout.Done(on, healthy, desired);
    }
    Attempt attempt = rollback.attempt(now.name());
    if (attempt == null || !attempt.target().equals(target.id())) {
      return new Rollout.Moving(on, healthy, desired);
    }
    if (clock.getAsLong() - attempt.atMillis() > config.rollbackDeadline().toMillis()) {
      String why =
          "%d of %d allocations run after %s. %s %s"
              .formatted(
                  healthy,
                  desired,
                  config.rollbackDeadline(),
                  now.trouble(),
                  jobs.unplaced(now.name()));
      return new Rollout.Failed(why.strip(), on, healthy, desired);
    }
    if (now.awaitsPromotion()) {
      try {
        rollback.promote(now);
      } catch (PlatformException e) {
        if (e.fault() == Fault.FORBIDDEN) {
          return new Rollout.Failed(String.valueOf(e.getMessage()), on, healthy, desired);
        }
        throw e;
      }
    }
    return new Rollout.Moving(on, healthy, desired);
  }

  @Override
  public List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    for (String namespace : config.access().namespaces()) {
      String watch = "watch releases in namespace " + namespace;
      try {
        NomadApi.Answer answer = api.get(namespace, NomadWatch.JOBS);
        findings.add(
            answer.ok()
                ? Finding.works(watch, "%d jobs".formatted(answer.body().size()))
                : Finding.fails(
                    watch,
                    api.told("GET", NomadWatch.JOBS, answer),
                    "nomad acl policy apply tocsin-watch deploy/nomad/watch.policy.hcl"));
      } catch (PlatformException e) {
        findings.add(
            Finding.fails(
                watch,
                String.valueOf(e.getMessage()),
                "see that platforms.nomad.server answers, and its authority and token files"));
      }
      findings.add(
          new Finding(
              "take releases back in namespace " + namespace,
              null,
              "Nomad tells only at a revert whether its token may submit jobs",
              "deploy/nomad/rollback.policy.hcl grants it"));
    }
    return findings;
  }

  @Override
  public void close() {
    watches.shutdownNow();
    api.close();
    watches.close();
  }

  private void observe(NomadJob job, boolean listed, Consumer<Observation> sink) {
    learn(job);
    synchronized (this) {
      if (!job.stopped()) {
        observeRelease(job, listed, sink);
      }
      for (JsonNode allocation : job.allocations()) {
        var version = version(job, allocation.path("JobVersion").asLong());
        String id = allocation.path("ID").asText();
        String release = releases.get(version);
        if (release != null && !release.equals(placed.get(id))) {
          sink.accept(new Placement(id, job.workload(), release));
          keep(placed, id, release);
        }
      }
    }
  }

  private void observeRelease(NomadJob job, boolean listed, Consumer<Observation> sink) {
    @Nullable Release before = known.get(job.workload());
    Release now = job.release();
    if (before != null && before.id().equals(now.id())) {
      return;
    }
    Attempt attempt = rollback.attempt(job.name());
    boolean ours = attempt != null && attempt.explains(before, now);
    long present = clock.getAsLong();
    sink.accept(
        new ReleaseEvent(
            job.workload(),
            before,
            now,
            listed ? job.changedAtMillis(present) : present,
            ours,
            job.mark() == RollbackMark.FORBIDDEN,
            List.of()));
    keep(known, job.workload(), now);
    if (attempt != null && ours) {
      rollback.noticed(job.name(), attempt);
    }
  }

  /// What each version that allocations were made from is; asks only where one is new.
  private void learn(NomadJob job) {
    synchronized (this) {
      keep(releases, version(job, job.version()), job.release().id());
    }
    boolean unknown = false;
    synchronized (this) {
      for (JsonNode allocation : job.allocations()) {
        unknown |= !releases.containsKey(version(job, allocation.path("JobVersion").asLong()));
      }
    }
    if (unknown) {
      List<JsonNode> versions = jobs.versions(job.name());
      synchronized (this) {
        for (JsonNode version : versions) {
          keep(
              releases,
              new Version(
                  job.workload(),
                  version.path("CreateIndex").asText(),
                  version.path("Version").asLong()),
              NomadRelease.of(job.workload(), version).id());
        }
      }
    }
  }

  private static Version version(NomadJob job, long version) {
    return new Version(job.workload(), job.identity(), version);
  }

  private static <K, V> void keep(SequencedMap<K, V> map, K key, V value) {
    map.remove(key);
    map.put(key, value);
    if (map.size() > MAX_KNOWN) {
      map.pollFirstEntry();
    }
  }
}
