package io.tocsin.agent.metrics;

import io.tocsin.agent.instance.Running;
import io.tocsin.agent.metrics.Reading.Requests;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One instance under watch: its process, its cgroup, its endpoint. Confined to the loop.
final class Watched {

  private static final int MAX_VALUES = 256;

  /// More at once is no count, but garbage.
  private static final long MAX_KILLS = 1_000_000;

  private final Running running;
  private final @Nullable ProcessFiles process;
  private final OptionalLong startTicks;
  private final @Nullable HostFiles host;
  private final @Nullable Cgroup cgroup;
  private final boolean cgroupNamed;
  private final @Nullable Endpoint endpoint;
  private final Stretch stretch = new Stretch();

  private boolean ownCgroup;
  private final boolean ownNetwork;
  private final long seldomMillis;
  private long lastSeldom = Long.MIN_VALUE / 2;
  private boolean restarted;
  private long killsCounted = -1;
  private long killsTold;
  private long killed;
  private boolean lived;
  private boolean ended;

  /// @param cgroup as told or as its process says; counts once it is [#own]
  /// @param cgroupNamed whether who found the instance named it, rather than its process
  /// @param seldomMillis least time between two readings of what need not be read each second
  /// @param restarted whether another incarnation ran in its place before
  Watched(
      Running running,
      @Nullable ProcessFiles process,
      @Nullable HostFiles host,
      @Nullable Cgroup cgroup,
      boolean cgroupNamed,
      @Nullable Endpoint endpoint,
      long seldomMillis,
      boolean restarted) {
    this.running = running;
    this.process = process;
    this.startTicks = process == null ? OptionalLong.empty() : process.startTicks();
    this.host = host;
    this.cgroup = cgroup;
    this.cgroupNamed = cgroupNamed;
    this.endpoint = endpoint;
    this.ownNetwork = process != null && process.ownNetwork();
    this.seldomMillis = seldomMillis;
    this.restarted = restarted;
  }

  @Nullable Cgroup cgroup() {
    return cgroup;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /// Whether the instance found is the one watched here: same process, same places to look at.
  boolean isOf(Running found) {
    return running.pid().equals(found.pid())
        && Objects.equals(running.cgroup(), found.cgroup())
        && Objects.equals(running.scrape(), found.scrape());
  }

  OptionalLong pid() {
    return running.pid();
  }

  boolean cgroupNamed() {
    return cgroupNamed;
  }

  void own(boolean itsOwn) {
    ownCgroup = itsOwn;
  }

  void sample(long nowMillis) {
    boolean seldom = Math.abs(nowMillis - lastSeldom) >= seldomMillis;
    lastSeldom = seldom ? nowMillis : lastSeldom;
    if (host != null) {
      host.read(stretch, nowMillis);
      if (seldom) {
        host.readSeldom(stretch, nowMillis);
      }
    }
    boolean there = process == null ? cgroup != null && cgroup.exists() : alive();
    if (process != null && there) {
      process.read(stretch, nowMillis);
      if (seldom) {
        process.readSeldom(stretch, nowMillis);
      }
      if (seldom && ownNetwork) {
        process.network(stretch, nowMillis);
      }
    }
    if (cgroup != null && ownCgroup) {
      cgroup.read(stretch, nowMillis);
      if (seldom) {
        cgroup.readSeldom(stretch, nowMillis);
      }
      cgroup.oomKills().ifPresent(this::oomKills);
    }
    ended |= lived && !there;
    lived = there;
    if (endpoint != null) {
      endpoint.askWhenDue();
    }
  }

  private void oomKills(long counted) {
    if (killsCounted >= 0 && counted > killsCounted) {
      long more = Math.min(counted - killsCounted, MAX_KILLS);
      killsTold += more;
      killed(more);
    }
    killsCounted = counted;
  }

  /// Kills that the cgroup counted since this was asked before.
  long takeToldKills() {
    long told = killsTold;
    killsTold = 0;
    return told;
  }

  /// Whether its process, or its cgroup where no process is known, went away since this was asked
  /// before.
  boolean takeEnd() {
    boolean now = ended;
    ended = false;
    return now;
  }

  void killed(long times) {
    killed = Math.min(killed + times, MAX_KILLS);
  }

  Reading seal(boolean listed) {
    Map<String, Double> values = new TreeMap<>(stretch.seal());
    Requests requests = null;
    Boolean ready = null;
    if (endpoint != null) {
      requests = endpoint.requests();
      ready = endpoint.ready();
      endpoint
          .values()
          .forEach((name, value) -> {
            if (values.size() < MAX_VALUES) {
              values.putIfAbsent(name, value);
            }
          });
    }
    int kills = (int) killed;
    killed = 0;
    int restarts = restarted ? 1 : 0;
    restarted = false;
    return new Reading(
        running.instance(),
        values,
        requests,
        process == null ? listed : alive(),
        restarts,
        kills,
        ready);
  }

  /// Whether the incarnation first seen is still there; the pid alone may be somebody else's by
  /// now.
  private boolean alive() {
    return process != null && startTicks.isPresent() && process.startTicks().equals(startTicks);
  }
}
