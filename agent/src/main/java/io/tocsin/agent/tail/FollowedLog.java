package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Running;
import io.tocsin.agent.tail.Positions.Position;
import org.jspecify.annotations.Nullable;

/// One log, a file with its rotated predecessors or a unit's journal. Confined to the tailer's
/// thread.
interface FollowedLog {
  Owner owner();

  /// What is read from now on belongs to another incarnation of the same log.
  void handOver(Owner owner);

  /// Looks at the disk; bounded work.
  void look(long now);

  /// Reads at most `maxBytes`, without blocking.
  ///
  /// @return bytes read; 0 when there is nothing more now
  int read(int maxBytes, long now);

  /// Hands on what is unfinished: nobody writes here any more.
  void finish(long now);

  /// Hands on what has waited long enough for more.
  void tick(long now);

  /// The first byte not handed on.
  Position position();

  long lag();

  /// When the oldest unread byte was seen first, epoch milliseconds; meaningless without lag.
  long behindSinceMillis();

  boolean catchingUp();

  int files();

  /// Why it cannot be read; null when it can.
  @Nullable String trouble();

  void close();

  /// Whose lines they are, and their counters.
  record Owner(Running running, Counters counters) {}
}
