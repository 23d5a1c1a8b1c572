package io.tocsin.agent.metrics;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tells a restart: a new incarnation where another one ran before and does no more. What ran
/// before the agent looked for the first time is not known, and so not counted. Whether it is the
/// same release, and thus no deployment, the collector knows. Confined to the loop.
final class Incarnations {

  /// The kubelet waits for up to five minutes before it starts a container that failed once more.
  private static final long MEMORY_MILLIS = 600_000;

  private static final int MAX_PLACES = 10_000;

  private final Map<Place, Seen> places = new LinkedHashMap<>();
  private Set<String> known = Set.of();

  /// Where one incarnation follows another.
  private record Place(String platform, String host, String workload, String name, String pod) {
    static Place of(Instance one) {
      // A task of Swarm is named service.slot.task, and a slot gets a new task after a crash.
      int dot = one.platform().equals("swarm") ? one.name().lastIndexOf('.') : -1;
      return new Place(
          one.platform(),
          one.host(),
          one.workload(),
          dot < 0 ? one.name() : one.name().substring(0, dot),
          one.podUid());
    }
  }

  private record Seen(String id, long atMillis) {}

  /// Ids of those that are restarts, each named once.
  Set<String> restarted(List<Running> now, long nowMillis) {
    places.values().removeIf(seen -> Math.abs(nowMillis - seen.atMillis) > MEMORY_MILLIS);
    Set<String> ids = new HashSet<>();
    now.forEach(one -> ids.add(one.instance().id()));
    Set<String> restarted = new HashSet<>();
    for (Running one : now) {
      Seen before = places.get(Place.of(one.instance()));
      String id = one.instance().id();
      if (before != null && !known.contains(id) && !ids.contains(before.id)) {
        restarted.add(id);
      }
    }
    for (Running one : now) {
      Place place = Place.of(one.instance());
      if (places.size() < MAX_PLACES || places.containsKey(place)) {
        places.put(place, new Seen(one.instance().id(), nowMillis));
      }
    }
    known = ids;
    return restarted;
  }
}
