package io.tocsin.collector.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How often each of many did something in the current minute. Bounded: beyond 1,000 of them the
/// eldest is forgotten. Safe for use by many threads.
final class PerMinute {
  private static final int MAX_NAMES = 1_000;
  private static final long MINUTE = 60_000;

  private final int limit;
  private final LongSupplier clock;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private long minute;

  /// @param limit above which it is too often
  /// @param clock epoch milliseconds
  PerMinute(int limit, LongSupplier clock) {
    this.limit = limit;
    this.clock = clock;
  }

  int limit() {
    return limit;
  }

  /// Counts one; whether the limit still holds.
  synchronized boolean count(String name) {
    long now = clock.getAsLong() / MINUTE;
    if (now != minute) {
      minute = now;
      counts.clear();
    }
    // Never above it by more than one: no sum that could run over.
    int count = Math.min(limit + 1, counts.getOrDefault(name, 0) + 1);
    counts.put(name, count);
    if (counts.size() > MAX_NAMES) {
      counts.remove(counts.keySet().iterator().next());
    }
    return count <= limit;
  }
}
