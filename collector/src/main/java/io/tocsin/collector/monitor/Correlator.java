package io.tocsin.collector.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Joins the disturbances of a site's workloads into a shared cause: two workloads that fail to
/// reach the same peer at the same time, or three that deviate together with no release of their
/// own on watch, are not each their own release's fault. Pure; confined to one thread.
public final class Correlator {
  static final String SITE = "site";
  // Below three, two unrelated releases in the same minute would look like an outage.
  private static final int MIN_WITHOUT_PEER = 3;
  private static final int MIN_WITH_PEER = 2;

  private final long togetherMillis;
  private final TreeMap<String, Fact.Disturbance> disturbed = new TreeMap<>();
  private Fact.@Nullable SharedCause cause;

  /// What to keep between restarts.
  public record State(Map<String, Fact.Disturbance> disturbed, Fact.@Nullable SharedCause cause) {}

  /// @param togetherMillis disturbances that begin within so long of each other may have one cause
  public Correlator(long togetherMillis) {
    this.togetherMillis = togetherMillis;
  }

  static Correlator restore(long togetherMillis, State state) {
    Correlator correlator = new Correlator(togetherMillis);
    correlator.disturbed.putAll(state.disturbed());
    correlator.cause = state.cause();
    return correlator;
  }

  /// Takes in a disturbance or its end; what it changes.
  public List<Fact> accept(Fact.Disturbance disturbance) {
    if (disturbance.ended()) {
      disturbed.remove(disturbance.workload());
    } else {
      disturbed.put(disturbance.workload(), disturbance);
    }
    Fact.SharedCause now = find(disturbance.atMillis());
    Fact.SharedCause before = cause;
    if (now == null && before == null) {
      return List.of();
    }
    if (now == null && before != null) {
      cause = null;
      return List.of(
          new Fact.SharedCause(
              SITE,
              disturbance.atMillis(),
              before.sinceMillis(),
              before.cause(),
              before.workloads(),
              true));
    }
    if (before != null
        && now != null
        && before.cause().equals(now.cause())
        && before.workloads().equals(now.workloads())) {
      return List.of();
    }
    cause = now;
    return now == null ? List.of() : List.of(now);
  }

  /// The shared cause that a workload suffers from now, or null.
  public Fact.@Nullable SharedCause of(String workload) {
    Fact.SharedCause now = cause;
    return now != null && now.workloads().contains(workload) ? now : null;
  }

  State state() {
    return new State(new TreeMap<>(disturbed), cause);
  }

  private Fact.@Nullable SharedCause find(long atMillis) {
    TreeMap<String, List<Fact.Disturbance>> byPeer = new TreeMap<>();
    for (Fact.Disturbance each : disturbed.values()) {
      for (String peer : each.peers()) {
        byPeer.computeIfAbsent(peer, p -> new ArrayList<>()).add(each);
      }
    }
    Fact.SharedCause widest = null;
    for (var entry : byPeer.entrySet()) {
      Fact.SharedCause found = shared(entry.getKey(), entry.getValue(), MIN_WITH_PEER, atMillis);
      if (found != null
          && (widest == null || found.workloads().size() > widest.workloads().size())) {
        widest = found;
      }
    }
    if (widest != null) {
      return widest;
    }
    // One whose release is on watch has a reason of its own: it suffers with others, and makes
    // none.
    long without = disturbed.values().stream().filter(each -> !each.ownReason()).count();
    return without < MIN_WITHOUT_PEER
        ? null
        : shared(
            "something that " + disturbed.size() + " workloads share",
            List.copyOf(disturbed.values()),
            MIN_WITHOUT_PEER,
            atMillis);
  }

  private Fact.@Nullable SharedCause shared(
      String name, List<Fact.Disturbance> sufferers, int atLeast, long atMillis) {
    long first = Long.MAX_VALUE;
    TreeSet<String> together = new TreeSet<>();
    for (Fact.Disturbance each : sufferers) {
      first = Math.min(first, each.sinceMillis());
    }
    for (Fact.Disturbance each : sufferers) {
      if (each.sinceMillis() - first <= togetherMillis) {
        together.add(each.workload());
      }
    }
    return together.size() < atLeast
        ? null
        : new Fact.SharedCause(SITE, atMillis, first, name, List.copyOf(together), false);
  }
}
