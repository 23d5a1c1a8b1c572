package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.deployment.NomadApi.Answer;
import io.tocsin.collector.deployment.NomadApi.Name;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The jobs of one namespace, asked for again and again: the server answers when one of them, or
/// how its allocations stand, has changed. What changed is then read by itself. Unlike the stream
/// of events, of which the server keeps a hundred, this misses nothing.
final class NomadWatch implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(NomadWatch.class);
  static final String JOBS = "/v1/jobs";
  private static final int MAX_DOUBLINGS = 10;

  /// Where jobs go; called by the thread of the watch.
  interface Sink {
    /// @param listed whether it may have been so for long
    void seen(NomadJob job, boolean listed);
  }

  /// By which a job is known to be as it was.
  private record Stamp(long job, long summary) {}

  private final NomadApi api;
  private final NomadJobs jobs;
  private final NomadConfig config;
  private final String namespace;
  private final Sink sink;
  private final RandomGenerator random;

  // Confined to the one thread that runs.
  private Map<String, Stamp> seen = new HashMap<>();
  private long index;
  private boolean listed = true;
  private int failures;
  private String trouble = "";

  /// @param random of the pauses: collectors that lost one server should not come back as one
  NomadWatch(
      NomadApi api, NomadConfig config, String namespace, Sink sink, RandomGenerator random) {
    this.api = api;
    this.jobs = new NomadJobs(api);
    this.config = config;
    this.namespace = namespace;
    this.sink = sink;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          look();
        } catch (RuntimeException e) {
          failed(String.valueOf(e.getMessage()));
        }
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Answer answer = api.next(namespace, JOBS, index, config.news());
    if (!answer.ok()) {
      throw api.refused("GET", JOBS, answer);
    }
    if (answer.index() < index) {
      // The servers were restored from a snapshot: what has the same stamp may be another.
      log.info("nomad: the index of {} went from {} to {}", namespace, index, answer.index());
      seen = new HashMap<>();
      listed = true;
    }
    Map<String, Stamp> now = new HashMap<>();
    boolean all = true;
    for (JsonNode stub : answer.body()) {
      if (NomadJob.isWatched(stub)) {
        String id = stub.path("ID").asText();
        var stamp =
            new Stamp(
                stub.path("ModifyIndex").asLong(),
                stub.path("JobSummary").path("ModifyIndex").asLong());
        if (stamp.equals(seen.get(id)) || tell(new Name(namespace, id))) {
          now.put(id, stamp);
        } else {
          all = false;
        }
      }
    }
    seen = now;
    if (!all) {
      // Not to wait for news: there is old.
      index = 0;
      failures++;
      return;
    }
    index = answer.index() < index ? 0 : Math.max(1, answer.index());
    listed = false;
    failures = 0;
    if (!trouble.isEmpty()) {
      trouble = "";
      log.info("nomad: namespace {} can be watched again", namespace);
    }
  }

  /// Whether it was taken, or is gone.
  private boolean tell(Name name) {
    try {
      sink.seen(jobs.job(name), listed);
      return true;
    } catch (PlatformException e) {
      if (e.fault() == Fault.NOT_FOUND) {
        return true;
      }
      told(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      told(name.workload() + " cannot be taken now: " + e.getMessage());
    }
    return false;
  }

  private void failed(String why) {
    failures++;
    index = 0;
    listed = true;
    told(why);
  }

  private void told(String why) {
    // The first words name the kind: what is in the rest differs each time.
    String kind = why.substring(0, Math.min(why.length(), 60));
    if (!kind.equals(trouble) && !Thread.currentThread().isInterrupted()) {
      trouble = kind;
      log.warn("nomad: namespace {} cannot be watched: {}; will keep trying", namespace, why);
    }
  }

  private void pause() throws InterruptedException {
    long doubled =
        config.minPause().toMillis() << Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS);
    long longest = Math.max(1, Math.min(doubled, config.maxPause().toMillis()));
    Thread.sleep(longest / 2 + random.nextLong(longest / 2 + 1));
  }
}
