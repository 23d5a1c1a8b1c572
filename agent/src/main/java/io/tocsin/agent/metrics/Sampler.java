package io.tocsin.agent.metrics;

import io.netty.channel.EventLoop;
import io.tocsin.agent.instance.Running;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads `/proc`, cgroups and Prometheus endpoints of what runs here, and says at each seal what
/// happened since the one before. Confined to one NIO event loop; nothing blocks on the network.
///
/// Per instance: `process.*` with a pid, `cgroup.*` with a cgroup that holds nothing else, `host.*`
/// for the platform `host`, and at most 200 series of its endpoint; `deploy/config/agent.yaml`
/// lists them with their units. Gauges are means of what was read, all counters are rates a second,
/// shares lie in 0 to 1. What costs more, or counts by itself, is read twice a window.
public final class Sampler implements AutoCloseable {

  /// A process that is this far from its cgroup's main process is not looked up further.
  private static final int MAX_GENERATIONS = 32;

  private static final int MAX_PROCESSES = 1_000;

  private final MetricsConfig config;
  private final LongSupplier clockMillis;
  private final Scraper scraper;
  private final Map<String, Watched> watched = new LinkedHashMap<>();
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Incarnations incarnations = new Incarnations();
  private final OomKills oomKills;
  private Counts departed = new Counts(0, 0, 0);

  /// Scrapes since start.
  ///
  /// @param scrapes answered or failed
  /// @param failed not 200, too long, too late
  /// @param skippedSamples lines and samples of answers that could not be used
  public record Counts(long scrapes, long failed, long skippedSamples) {}

  /// @param loop a NIO event loop; every method of this class is called on it
  /// @param clockMillis epoch milliseconds
  public Sampler(MetricsConfig config, EventLoop loop, LongSupplier clockMillis) {
    this.config = config;
    this.clockMillis = clockMillis;
    this.scraper = new Scraper(loop);
    this.oomKills = new OomKills(config.proc());
  }

  /// What runs now, all of it. Who is missing from the list gets one more reading.
  public void watch(List<Running> now) {
    running.clear();
    Mounts mounts = Mounts.read(config.proc());
    Set<String> restarted = incarnations.restarted(now, clockMillis.getAsLong());
    for (Running one : now) {
      String id = one.instance().id();
      running.put(id, one);
      Watched known = watched.get(id);
      if (known == null || !known.isOf(one)) {
        if (known != null) {
          count(known);
        }
        watched.put(id, start(one, mounts, restarted.contains(id)));
      }
    }
    attributeCgroups();
  }

  /// Reads everything once and starts the scrapes that are due. To be called about once a second.
  public void sample() {
    long now = clockMillis.getAsLong();
    watched.values().forEach(one -> one.sample(now));
    oomKills.settle(watched.values());
  }

  /// What happened since the call before, by instance id in the order of the list.
  public Map<String, Reading> readings() {
    if (!running.keySet().containsAll(watched.keySet())) {
      sample(); // the last look at who leaves: how it ended may be news since the one before
    }
    attributeCgroups();
    Map<String, Reading> readings = new LinkedHashMap<>();
    watched.forEach((id, one) -> readings.put(id, one.seal(running.containsKey(id))));
    watched
        .entrySet()
        .removeIf(one -> {
          boolean gone = !running.containsKey(one.getKey());
          if (gone) {
            count(one.getValue());
          }
          return gone;
        });
    return readings;
  }

  public Counts counts() {
    Counts sum = departed;
    for (Watched one : watched.values()) {
      sum = plus(sum, one.endpoint());
    }
    return sum;
  }

  /// Forgets everything; a scrape in flight ends unheard within two seconds.
  @Override
  public void close() {
    watched.clear();
    running.clear();
  }

  private void count(Watched leaving) {
    departed = plus(departed, leaving.endpoint());
  }

  private static Counts plus(Counts sum, @Nullable Endpoint endpoint) {
    return endpoint == null
        ? sum
        : new Counts(
            sum.scrapes + endpoint.scrapes(),
            sum.failed + endpoint.failures(),
            sum.skippedSamples + endpoint.skipped());
  }

  private Watched start(Running one, Mounts mounts, boolean restarted) {
    ProcessFiles process =
        one.pid().isPresent() ? new ProcessFiles(config.proc(), one.pid().getAsLong()) : null;
    Path told = one.cgroup();
    Cgroup cgroup = told == null ? null : Cgroup.named(mounts, told);
    boolean named = cgroup != null;
    // Where systemd makes a runtime's cgroups they bear its names, and only the process knows them.
    if (cgroup == null && process != null) {
      cgroup = Cgroup.of(mounts, process.cgroups());
    }
    boolean host = one.instance().platform().equals("host");
    return new Watched(
        one,
        process,
        host ? new HostFiles(config.proc(), mounts.disks()) : null,
        host ? null : cgroup,
        named,
        one.scrape() == null
            ? null
            : new Endpoint(
                one.instance().id(),
                one.scrape(),
                scraper,
                clockMillis,
                config.scrapeEveryMillis()),
        config.scrapeEveryMillis() / 2,
        restarted);
  }

  /// A cgroup counts for an instance when no other instance is in it, and, where only the process
  /// said which one it is, when it holds nobody but that process and its descendants: a login
  /// session's cgroup says nothing about one of its programs.
  private void attributeCgroups() {
    Map<Map<String, Path>, Integer> users = new HashMap<>();
    watched.forEach((id, one) -> {
      if (one.cgroup() != null && running.containsKey(id)) {
        users.merge(one.cgroup().identity(), 1, Integer::sum);
      }
    });
    watched.forEach((id, one) -> one.own(running.containsKey(id) && owns(one, users)));
  }

  private boolean owns(Watched one, Map<Map<String, Path>, Integer> users) {
    Cgroup cgroup = one.cgroup();
    if (cgroup == null || users.getOrDefault(cgroup.identity(), 0) != 1) {
      return false;
    }
    return one.cgroupNamed()
        || one.pid().isEmpty()
        || onlyDescendants(cgroup, one.pid().getAsLong());
  }

  private boolean onlyDescendants(Cgroup cgroup, long main) {
    List<Long> processes = cgroup.processes();
    return !processes.isEmpty()
        && processes.size() <= MAX_PROCESSES
        && processes.stream().allMatch(pid -> descends(pid, main));
  }

  private boolean descends(long pid, long main) {
    long at = pid;
    for (int generation = 0; generation < MAX_GENERATIONS && at > 1; generation++) {
      if (at == main) {
        return true;
      }
      at = new ProcessFiles(config.proc(), at).parent().orElse(0);
    }
    return at == main;
  }
}
