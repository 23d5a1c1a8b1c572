package io.tocsin.collector.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Wrong tokens by address in the current minute. Bounded: beyond 1,000 addresses the eldest is
/// forgotten. Safe for use by many threads.
final class FailedLogins {
  static final int LIMIT = 10;
  private static final int MAX_ADDRESSES = 1_000;
  private static final long MINUTE = 60_000;

  private final LongSupplier clock;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private long minute;

  /// @param clock epoch milliseconds
  FailedLogins(LongSupplier clock) {
    this.clock = clock;
  }

  synchronized boolean tooMany(String address) {
    turn();
    return counts.getOrDefault(address, 0) >= LIMIT;
  }

  synchronized void count(String address) {
    turn();
    counts.merge(address, 1, Integer::sum);
    if (counts.size() > MAX_ADDRESSES) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  private void turn() {
    long now = clock.getAsLong() / MINUTE;
    if (now != minute) {
      minute = now;
      counts.clear();
    }
  }
}
