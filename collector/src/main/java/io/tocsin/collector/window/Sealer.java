package io.tocsin.collector.window;

import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.Attributor.Attribution;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Joins what many agents report into one window a workload, and seals it once every live instance
/// has reported, or the grace is over. Pure: time is the log's. Confined to one thread.
///
/// An instance is live from its first report until it says it is dead, its agent goes on without it
/// for two windows, or it was silent for so long that it is forgotten. Live and not heard is
/// silence, and is said in the window.
public final class Sealer {
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_OPEN = 64;
  private static final long MAX_AHEAD_MILLIS = 3_600_000;

  private final SealConfig config;
  private final Attributor attributor;
  private final TreeMap<String, Workload> workloads = new TreeMap<>();
  private final TreeMap<String, Heard> agents = new TreeMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<Parked> parked = new HashSet<>();
  private long lastTick;
  private long holdUntil;

  /// What to keep between restarts; the open windows are read again from the log, from `replayFrom`
  /// on.
  ///
  /// @param waiting summaries that nobody has attributed yet; all others have been placed
  /// @param replayFrom oldest offset whose windows are not sealed yet
  public record State(
      Map<String, WorkloadState> workloads,
      Map<String, Heard> agents,
      long lastTick,
      long holdUntil,
      List<Parked> waiting,
      long replayFrom) {}

  /// One summary of the log.
  ///
  /// @param offset of its entry
  public record Parked(long offset, String instance, long endMillis) {}

  /// What an agent said last.
  ///
  /// @param newestEnd of its windows, epoch milliseconds
  /// @param skewMillis its clock less ours
  public record Heard(long newestEnd, long skewMillis) {
    static final Heard NOTHING = new Heard(0, 0);
  }

  /// @param sealedUntil end of the newest sealed window, epoch milliseconds; 0 before the first
  /// @param lengthMillis of its windows
  public record WorkloadState(
      long sealedUntil, long lengthMillis, Map<String, LiveInstance> live) {}

  /// @param lastEnd end of the newest window it reported
  public record LiveInstance(String agent, long lastEnd) {}

  private record Waiting(WindowSummary summary, long sinceMillis, long offset) {
    Parked parked() {
      return Sealer.parked(summary, offset);
    }
  }

  private record Open(Map<String, InstanceWindow> instances, long offset) {}

  private static final class Workload {
    final TreeMap<Long, Open> open = new TreeMap<>();
    final TreeMap<String, LiveInstance> live = new TreeMap<>();
    long sealedUntil;
    long length;
  }

  public Sealer(SealConfig config, Attributor attributor) {
    this.config = config;
    this.attributor = attributor;
  }

  /// A sealer that goes on from `state`. The caller then hands the arrivals from
  /// `state.replayFrom()` up to its own offset to [#rebuild].
  public static Sealer restore(SealConfig config, Attributor attributor, State state) {
    Sealer sealer = new Sealer(config, attributor);
    state
        .workloads()
        .forEach((key, kept) -> {
          Workload workload = new Workload();
          workload.sealedUntil = kept.sealedUntil();
          workload.length = kept.lengthMillis();
          workload.live.putAll(kept.live());
          sealer.workloads.put(key, workload);
        });
    sealer.agents.putAll(state.agents());
    sealer.parked.addAll(state.waiting());
    sealer.lastTick = state.lastTick();
    sealer.holdUntil = state.holdUntil();
    return sealer;
  }

  /// Takes back an arrival that was consumed before the restart: what is sealed already is left
  /// out.
  public void rebuild(Arrival arrival, long atMillis, long offset) {
    for (WindowSummary summary : arrival.windows()) {
      // What waited goes on waiting, whatever is known by now: the next tick places it as it would
      // have, as live and, where it must be, as late.
      if (parked.remove(parked(summary, offset))) {
        waiting.addLast(new Waiting(summary, atMillis, offset));
        continue;
      }
      Attribution attribution = attributor.attribute(summary.instance());
      if (attribution == null) {
        attribution = new Attribution(unattributed(summary.instance()), "");
      }
      boolean ahead = summary.endMillis() > atMillis + MAX_AHEAD_MILLIS;
      Workload known = workloads.get(attribution.workload());
      if (!ahead && known != null && summary.endMillis() > known.sealedUntil) {
        put(known, attribution, summary, offset);
      }
    }
  }

  /// Takes in an arrival; what is sealed by it, in order of time within a workload.
  ///
  /// @param atMillis the log's time
  /// @param offset of the entry
  public List<SealedWindow> accept(Arrival arrival, long atMillis, long offset) {
    List<SealedWindow> sealed = new ArrayList<>();
    TreeMap<String, List<InstanceWindow>> late = new TreeMap<>();
    long newest = heard(arrival.agent()).newestEnd();
    for (WindowSummary summary : arrival.windows()) {
      if (summary.endMillis() <= atMillis + MAX_AHEAD_MILLIS) {
        newest = Math.max(newest, summary.endMillis());
      }
      place(summary, atMillis, atMillis, offset, late);
    }
    agents.put(arrival.agent(), new Heard(newest, arrival.skewMillis()));
    late.forEach((workload, windows) -> sealed.add(late(workload, windows)));
    workloads.forEach((key, workload) -> {
      workload.live.values().removeIf(live -> leftBehind(workload, live));
      sealComplete(key, workload, sealed);
    });
    return sealed;
  }

  /// Time passes: windows whose grace is over are sealed, and silent ones with them.
  public List<SealedWindow> tick(long nowMillis) {
    List<SealedWindow> sealed = new ArrayList<>();
    TreeMap<String, List<InstanceWindow>> late = new TreeMap<>();
    long grace = config.grace().toMillis();
    if (lastTick > 0 && nowMillis - lastTick > Math.max(grace, 5_000)) {
      // The collector was away: what the agents kept meanwhile must come before silence is called.
      holdUntil = nowMillis + config.catchUp().toMillis();
    }
    lastTick = nowMillis;
    int parked = waiting.size();
    for (int i = 0; i < parked; i++) {
      Waiting next = waiting.removeFirst();
      place(next.summary, next.sinceMillis, nowMillis, next.offset, late);
    }
    late.forEach((workload, windows) -> sealed.add(late(workload, windows)));
    for (var entry : workloads.entrySet()) {
      Workload workload = entry.getValue();
      long forgotten = nowMillis - config.forget().toMillis();
      workload.live.values().removeIf(live -> live.lastEnd() < forgotten);
      sealComplete(entry.getKey(), workload, sealed);
      if (nowMillis >= holdUntil) {
        sealOverdue(entry.getKey(), workload, nowMillis - grace, sealed);
      }
    }
    workloads
        .values()
        .removeIf(w ->
            w.live.isEmpty()
                && w.open.isEmpty()
                && w.sealedUntil < nowMillis - config.forget().toMillis());
    return sealed;
  }

  /// What to keep.
  ///
  /// @param consumed newest offset handed in
  public State state(long consumed) {
    TreeMap<String, WorkloadState> kept = new TreeMap<>();
    long replayFrom = consumed + 1;
    for (var entry : workloads.entrySet()) {
      Workload workload = entry.getValue();
      kept.put(
          entry.getKey(),
          new WorkloadState(workload.sealedUntil, workload.length, new TreeMap<>(workload.live)));
      for (Open open : workload.open.values()) {
        replayFrom = Math.min(replayFrom, open.offset);
      }
    }
    for (Waiting each : waiting) {
      replayFrom = Math.min(replayFrom, each.offset);
    }
    return new State(
        kept,
        new TreeMap<>(agents),
        lastTick,
        holdUntil,
        waiting.stream().map(Waiting::parked).toList(),
        replayFrom);
  }

  private void place(
      WindowSummary summary,
      long sinceMillis,
      long nowMillis,
      long offset,
      Map<String, List<InstanceWindow>> late) {
    Attribution attribution = attributor.attribute(summary.instance());
    if (attribution == null) {
      boolean patient = nowMillis - sinceMillis < config.attribution().toMillis();
      if (patient && waiting.size() < MAX_WAITING) {
        waiting.addLast(new Waiting(summary, sinceMillis, offset));
        return;
      }
      attribution = new Attribution(unattributed(summary.instance()), "");
    }
    if (summary.endMillis() > nowMillis + MAX_AHEAD_MILLIS) {
      // A clock that is hours ahead must not close the windows that the right ones will come for.
      late.computeIfAbsent(attribution.workload(), w -> new ArrayList<>())
          .add(window(attribution, summary));
      return;
    }
    Workload workload = workload(attribution.workload());
    if (summary.liveness().alive()) {
      LiveInstance before = workload.live.get(summary.instance().id());
      long end = Math.max(summary.endMillis(), before == null ? 0 : before.lastEnd());
      workload.live.put(summary.instance().id(), new LiveInstance(summary.agent(), end));
    } else {
      workload.live.remove(summary.instance().id());
    }
    if (summary.endMillis() <= workload.sealedUntil) {
      late.computeIfAbsent(attribution.workload(), w -> new ArrayList<>())
          .add(window(attribution, summary));
    } else {
      put(workload, attribution, summary, offset);
    }
  }

  private static void put(
      Workload workload, Attribution attribution, WindowSummary summary, long offset) {
    workload.length = summary.endMillis() - summary.startMillis();
    workload
        .open
        .computeIfAbsent(summary.endMillis(), end -> new Open(new TreeMap<>(), offset))
        .instances
        .put(summary.instance().id(), window(attribution, summary));
  }

  private void sealComplete(String key, Workload workload, List<SealedWindow> sealed) {
    while (!workload.open.isEmpty()) {
      long end = workload.open.firstKey();
      boolean complete = workload.live.values().stream().allMatch(live -> live.lastEnd() >= end);
      // Windows are bounded even when an agent's clock runs far ahead of the others.
      if (!complete && workload.open.size() <= MAX_OPEN) {
        return;
      }
      seal(key, workload, end, sealed);
    }
  }

  private void sealOverdue(String key, Workload workload, long overdue, List<SealedWindow> sealed) {
    while (workload.length > 0) {
      long next = workload.sealedUntil + workload.length;
      long end = workload.open.isEmpty() ? next : Math.min(next, workload.open.firstKey());
      boolean nobody = workload.live.isEmpty() && workload.open.isEmpty();
      if (workload.sealedUntil == 0) {
        if (workload.open.isEmpty() || workload.open.firstKey() > overdue) {
          return;
        }
        end = workload.open.firstKey();
      }
      if (nobody || end > overdue) {
        return;
      }
      seal(key, workload, end, sealed);
    }
  }

  private void seal(String key, Workload workload, long end, List<SealedWindow> sealed) {
    Open open = workload.open.remove(end);
    List<InstanceWindow> instances =
        open == null ? List.of() : List.copyOf(open.instances.values());
    List<String> silent = new ArrayList<>();
    workload.live.forEach((id, live) -> {
      boolean reported = open != null && open.instances.containsKey(id);
      // An instance first heard in a later window was not there yet.
      if (!reported && live.lastEnd() < end) {
        silent.add(id);
      }
    });
    workload.sealedUntil = end;
    sealed.add(
        new SealedWindow(
            key, end - workload.length, end, instances, silent, skew(instances), false));
  }

  private SealedWindow late(String workload, List<InstanceWindow> windows) {
    long start = Long.MAX_VALUE;
    long end = 0;
    for (InstanceWindow window : windows) {
      start = Math.min(start, window.summary().startMillis());
      end = Math.max(end, window.summary().endMillis());
    }
    return new SealedWindow(workload, start, end, windows, List.of(), skew(windows), true);
  }

  private long skew(List<InstanceWindow> instances) {
    return instances.stream()
        .mapToLong(instance -> Math.abs(heard(instance.summary().agent()).skewMillis()))
        .max()
        .orElse(0);
  }

  private Heard heard(String agent) {
    return agents.getOrDefault(agent, Heard.NOTHING);
  }

  private boolean leftBehind(Workload workload, LiveInstance live) {
    return heard(live.agent()).newestEnd() >= live.lastEnd() + 2 * workload.length;
  }

  private Workload workload(String key) {
    return workloads.computeIfAbsent(key, k -> new Workload());
  }

  private static InstanceWindow window(Attribution attribution, WindowSummary summary) {
    long started = summary.instance().startedAtMillis();
    long age = started == 0 ? -1 : summary.endMillis() - started;
    return new InstanceWindow(attribution.release(), age, summary);
  }

  private static Parked parked(WindowSummary summary, long offset) {
    return new Parked(offset, summary.instance().id(), summary.endMillis());
  }

  private static String unattributed(WindowSummary.Instance instance) {
    return instance.workload().isEmpty()
        ? instance.platform() + "/" + instance.host() + "/unattributed"
        : instance.workload();
  }
}
