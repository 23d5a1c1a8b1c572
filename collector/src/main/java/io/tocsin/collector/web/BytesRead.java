package io.tocsin.collector.web;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Share of bytes that agents read of those their files held, over the newest five minutes.
///
/// Counts are summed by agent and ten seconds, so what is kept grows with the agents and not with
/// the instances they watch. Not safe for use by several threads.
final class BytesRead {
  private static final long SPAN = 300_000;
  private static final long STEP = 10_000;

  private final Map<String, TreeMap<Long, Sum>> agents = new HashMap<>();
  private long newest;

  private record Sum(long read, long due) {
    static final Sum NOTHING = new Sum(0, 0);

    Sum plus(Sum more) {
      return new Sum(read + more.read, due + more.due);
    }
  }

  /// One window of one instance; those that are too old already are left out.
  ///
  /// @param endMillis of the window, the time of the agent's host
  /// @param read bytes read in it
  /// @param lag bytes left for later at its end
  void add(String agent, long endMillis, long read, long lag) {
    newest = Math.max(newest, endMillis);
    if (endMillis > newest - SPAN) {
      agents
          .computeIfAbsent(agent, _ -> new TreeMap<>())
          .merge(Math.floorDiv(endMillis, STEP), new Sum(read, read + lag), Sum::plus);
    }
    long first = Math.floorDiv(newest - SPAN, STEP) + 1;
    agents.values().forEach(sums -> sums.headMap(first).clear());
    agents.values().removeIf(Map::isEmpty);
  }

  /// 0 to 1; null when no agent had anything to read.
  @Nullable Double share() {
    return share(agents.values());
  }

  /// The same of one agent.
  @Nullable Double share(String agent) {
    Map<Long, Sum> sums = agents.get(agent);
    return sums == null ? null : share(List.of(sums));
  }

  private static @Nullable Double share(Collection<? extends Map<Long, Sum>> some) {
    Sum all = some.stream().flatMap(sums -> sums.values().stream()).reduce(Sum.NOTHING, Sum::plus);
    return all.due == 0 ? null : (Double) ((double) all.read / all.due);
  }
}
