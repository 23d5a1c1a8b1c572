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

  private final Running running;
  private final @Nullable ProcessFiles process;
  private final OptionalLong startTicks;
  private final @Nullable HostFiles host;
  private final @Nullable Cgroup cgroup;
  private final boolean cgroupNamed;
  private final @Nullable Endpoint endpoint;
  private final Stretch stretch = new Stretch();

  private boolean ownCgroup;
  private long oomKills = -1;
  private long oomKillsSealed = -1;

  /// @param cgroup as told or as its process says; counts once it is [#own]
  /// @param cgroupNamed whether who found the instance named it, rather than its process
  Watched(
      Running running,
      @Nullable ProcessFiles process,
      @Nullable HostFiles host,
      @Nullable Cgroup cgroup,
      boolean cgroupNamed,
      @Nullable Endpoint endpoint) {
    this.running = running;
    this.process = process;
    this.startTicks = process == null ? OptionalLong.empty() : process.startTicks();
    this.host = host;
    this.cgroup = cgroup;
    this.cgroupNamed = cgroupNamed;
    this.endpoint = endpoint;
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
    if (host != null) {
      host.read(stretch, nowMillis);
    }
    if (process != null && alive()) {
      process.read(stretch, nowMillis);
    }
    if (cgroup != null && ownCgroup) {
      cgroup.read(stretch, nowMillis);
      cgroup.oomKills().ifPresent(this::oomKills);
    }
    if (endpoint != null) {
      endpoint.askWhenDue();
    }
  }

  private void oomKills(long counted) {
    if (oomKillsSealed < 0 || counted < oomKills) {
      oomKillsSealed = counted;
    }
    oomKills = counted;
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
    int killed = Math.toIntExact(oomKills - oomKillsSealed);
    oomKillsSealed = oomKills;
    return new Reading(
        running.instance().id(),
        values,
        requests,
        process == null ? listed : alive(),
        killed,
        ready);
  }

  /// Whether the incarnation first seen is still there; the pid alone may be somebody else's by
  /// now.
  private boolean alive() {
    return process != null && startTicks.isPresent() && process.startTicks().equals(startTicks);
  }
}
