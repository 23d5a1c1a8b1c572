package io.tocsin.collector.ingest;

import java.util.ArrayList;
import java.util.List;

/// An agent's clock less ours, from the times it states. A message that is held up makes the clock
/// seem slow and nothing makes it seem fast, so the largest of the last few is nearest to the truth
/// (the idea of NTP's clock filter, RFC 5905 section 10).
///
/// @param newest measurements, oldest first, in milliseconds
record Skew(List<Long> newest) {
  static final Skew UNKNOWN = new Skew(List.of());

  private static final int LOOKED_AT = 3;

  Skew measured(long millis) {
    List<Long> next = new ArrayList<>(newest);
    next.add(millis);
    if (next.size() > LOOKED_AT) {
      next.removeFirst();
    }
    return new Skew(List.copyOf(next));
  }

  /// 0 before the first measurement.
  long millis() {
    return newest.stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
