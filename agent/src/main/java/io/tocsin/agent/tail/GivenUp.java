package io.tocsin.agent.tail;

import java.util.ArrayDeque;

/// Beginnings of files that were truncated before their copy was found. A copy that turns up later
/// is not read: its beginning was, and the rest has been counted as a gap.
final class GivenUp {
  private static final int MAX = 8;

  /// Fewer bytes alike may be chance.
  private static final int SURE = 64;

  private final ArrayDeque<Head> heads = new ArrayDeque<>();

  void add(Head head) {
    heads.add(head);
    if (heads.size() > MAX) {
      heads.removeFirst();
    }
  }

  boolean contains(Head head) {
    return heads.stream().anyMatch(h -> h.agrees(head, SURE));
  }
}
