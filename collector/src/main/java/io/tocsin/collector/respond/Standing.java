package io.tocsin.collector.respond;

import io.tocsin.collector.judge.Rank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is known of one workload between releases: which releases ran well here, what Tocsin's
/// decisions about it were worth, and what stands in the way now. Immutable.
///
/// @param releases names of the releases seen, by id, newest last; at most 50
/// @param good those that may be gone back to, by id
/// @param agreed decisions that turned out right
/// @param wrong decisions that turned out wrong
/// @param rightInARow since the last wrong one, or the last lift
/// @param ceiling autonomy that is not exceeded, whatever is configured: falls a step with a wrong
///   rollback
/// @param sharedCause what several workloads suffer from now; empty when nothing is
/// @param feedDead whether instances of it are not heard of now
record Standing(
    List<Known> releases,
    Map<String, Rank> good,
    int agreed,
    int wrong,
    int rightInARow,
    Autonomy ceiling,
    String sharedCause,
    boolean feedDead) {
  private static final int MAX_RELEASES = 50;
  static final Standing NEW = new Standing(List.of(), Map.of(), 0, 0, 0, Autonomy.ACT, "", false);

  record Known(String id, String name) {}

  Standing {
    releases = List.copyOf(releases);
    good = Map.copyOf(good);
  }

  String nameOf(String release) {
    return releases.stream()
        .filter(known -> known.id().equals(release))
        .map(Known::name)
        .findFirst()
        .orElse(release);
  }

  Standing seen(String id, String name) {
    List<Known> more = new ArrayList<>(releases);
    more.removeIf(known -> known.id().equals(id));
    more.add(new Known(id, name));
    while (more.size() > MAX_RELEASES) {
      more.removeFirst();
    }
    return new Standing(more, good, agreed, wrong, rightInARow, ceiling, sharedCause, feedDead);
  }

  /// A release is worth more, or nothing, as a place to go back to; those forgotten are none.
  Standing ranked(String id, Rank rank) {
    Map<String, Rank> ranks = new HashMap<>(good);
    switch (rank) {
      case PASSED, PROVEN -> ranks.put(id, rank);
      case REGRESSED -> ranks.remove(id);
    }
    ranks.keySet().retainAll(releases.stream().map(Known::id).toList());
    return new Standing(
        releases, ranks, agreed, wrong, rightInARow, ceiling, sharedCause, feedDead);
  }

  /// A decision turned out right. Enough of them in a row lift a lowered ceiling by one step.
  Standing right(int needed) {
    boolean lift = ceiling != Autonomy.ACT && rightInARow + 1 >= needed;
    return new Standing(
        releases,
        good,
        agreed + 1,
        wrong,
        lift ? 0 : rightInARow + 1,
        lift ? ceiling.higher() : ceiling,
        sharedCause,
        feedDead);
  }

  /// A person thought otherwise; nothing was done, so nothing is taken away but the row.
  Standing disagreed() {
    return new Standing(releases, good, agreed, wrong + 1, 0, ceiling, sharedCause, feedDead);
  }

  /// A rollback that did not help, or did harm: one step less than what it was done under.
  Standing wrongRollback(Autonomy under) {
    return new Standing(
        releases, good, agreed, wrong + 1, 0, ceiling.atMost(under.lower()), sharedCause, feedDead);
  }

  Standing suffering(String cause) {
    return new Standing(releases, good, agreed, wrong, rightInARow, ceiling, cause, feedDead);
  }

  Standing heard(boolean dead) {
    return new Standing(releases, good, agreed, wrong, rightInARow, ceiling, sharedCause, dead);
  }
}
