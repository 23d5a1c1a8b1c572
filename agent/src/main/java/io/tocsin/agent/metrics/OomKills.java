package io.tocsin.agent.metrics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/// Finds who was killed for want of memory when its cgroup is gone with it. The kernel counts every
/// such kill in `vmstat` (`oom_kill`, since Linux 4.13; of limits and of the whole machine, on both
/// versions of cgroups). What no watched cgroup tells of belongs to the watched instance that ended
/// then, if it was one; of several nobody can say which. Confined to the loop.
final class OomKills {

  private static final String COUNT = "\noom_kill ";

  private final Path vmstat;
  private long before = -1;
  private long untold;
  private List<Watched> ended = List.of();

  OomKills(Path proc) {
    vmstat = proc.resolve("vmstat");
  }

  /// To be called after each reading of all instances. A kill, its count and the end of the process
  /// may fall to either side of a reading, so each is kept for one reading more.
  void settle(Collection<Watched> watched) {
    OptionalLong read = count();
    long now = read.orElse(before);
    long fresh = before < 0 || now < before ? 0 : now - before;
    before = now;
    List<Watched> endedNow = new ArrayList<>();
    for (Watched one : watched) {
      fresh -= one.takeToldKills();
      if (one.takeEnd()) {
        endedNow.add(one);
      }
    }
    List<Watched> candidates = new ArrayList<>(ended);
    candidates.addAll(endedNow);
    if (untold + fresh > 0 && candidates.size() == 1) {
      candidates.getFirst().killed(untold + fresh);
      untold = 0;
      ended = List.of();
    } else {
      // A count below zero: the cgroup told before `vmstat` did.
      untold = fresh > 0 && untold < 0 ? untold + fresh : fresh;
      ended = endedNow;
    }
  }

  private OptionalLong count() {
    String text = SmallFile.text(vmstat);
    int at = text.indexOf(COUNT);
    if (at < 0) {
      return OptionalLong.empty();
    }
    int end = text.indexOf('\n', at + COUNT.length());
    return SmallFile.whole(
        text.substring(at + COUNT.length(), end < 0 ? text.length() : end).strip());
  }
}
