package io.tocsin.collector.deployment;

import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.Attributor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which instance belongs to which workload and release: what disk says, else what the platform
/// said. Pure; confined to one thread; forgets the oldest of 50,000.
public final class Placements implements Attributor {
  private static final int MAX = 50_000;
  private static final Set<String> SERVED = Set.of("swarm", "nomad");

  private final LinkedHashMap<String, Placement> placements = new LinkedHashMap<>();

  public Placements(List<Placement> kept) {
    kept.forEach(this::accept);
  }

  /// Takes the platform's word; whether it is news.
  public boolean accept(Placement placement) {
    if (placement.equals(placements.get(placement.key()))) {
      return false;
    }
    placements.remove(placement.key());
    placements.put(placement.key(), placement);
    if (placements.size() > MAX) {
      placements.pollFirstEntry();
    }
    return true;
  }

  @Override
  public @Nullable Attribution attribute(WindowSummary.Instance instance) {
    Placement placed = find(instance);
    if (placed != null) {
      return new Attribution(placed.workload(), placed.release());
    }
    // What a task of these runs is known to their servers alone; elsewhere disk says all there is.
    boolean diskKnows =
        !instance.workload().isEmpty()
            && (!instance.release().isEmpty() || !SERVED.contains(instance.platform()));
    return diskKnows ? new Attribution(instance.workload(), instance.release()) : null;
  }

  /// Everything known, oldest first.
  public List<Placement> all() {
    return List.copyOf(placements.values());
  }

  private @Nullable Placement find(WindowSummary.Instance instance) {
    Map<String, Placement> known = placements;
    Placement placed = known.get(instance.id());
    if (placed == null && !instance.containerId().isEmpty()) {
      placed = known.get(instance.containerId());
    }
    if (placed == null && !instance.podUid().isEmpty()) {
      placed = known.get(instance.podUid());
    }
    return placed;
  }
}
