package io.tocsin.collector.profile;

import io.tocsin.collector.ingest.WindowSummary.LoginCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Failed logins of one source.
///
/// @param bursts of the last ten minutes, oldest first; none once it is an alarm
/// @param sinceMillis of the first failure counted; 0 before there is one
/// @param lastMillis of the newest
/// @param failures lines since the first
/// @param alarmed whether it guesses passwords, which was said
/// @param cameIn whether that was said, too
public record Track(
    String source,
    List<Burst> bursts,
    long sinceMillis,
    long lastMillis,
    long failures,
    boolean alarmed,
    boolean cameIn) {

  static final long WITHIN_MILLIS = Duration.ofMinutes(10).toMillis();

  /// Failed lines within that time. On public logs of 53 guessing and 40 harmless sources limits of
  /// 4 to 10 tell all of them apart; 3 gives false alarms, 12 misses most.
  static final long LINES = 8;

  /// Or attempts: each leaves a line of every kind at the most.
  static final long GUESSES = 5;

  public Track {
    bursts = List.copyOf(bursts);
  }

  /// Failed lines of one window.
  public record Burst(long atMillis, long lines, List<Long> byKind) {
    public Burst {
      byKind = List.copyOf(byKind);
    }

    static Burst of(long atMillis, List<LoginCount> counts) {
      long lines = 0;
      List<Long> byKind = new ArrayList<>(List.of(0L, 0L, 0L, 0L));
      for (LoginCount each : counts) {
        if (!each.accepted()) {
          lines += each.count();
          byKind.set(each.kind(), byKind.get(each.kind()) + each.count());
        }
      }
      return new Burst(atMillis, lines, byKind);
    }
  }

  static Track of(String source) {
    return new Track(source, List.of(), 0, 0, 0, false, false);
  }

  Track in() {
    return new Track(source, bursts, sinceMillis, lastMillis, failures, alarmed, true);
  }

  /// @param nowMillis end of the newest window
  Track with(Burst burst, long nowMillis) {
    if (alarmed) {
      return new Track(
          source, bursts, sinceMillis, nowMillis, failures + burst.lines(), true, cameIn);
    }
    List<Burst> recent = new ArrayList<>(bursts);
    recent.add(burst);
    recent.removeIf(each -> each.atMillis() <= nowMillis - WITHIN_MILLIS);
    long lines = recent.stream().mapToLong(Burst::lines).sum();
    boolean alarm = lines >= LINES || attempts(recent) >= GUESSES;
    long since = recent.stream().mapToLong(Burst::atMillis).min().orElse(nowMillis);
    return new Track(source, alarm ? List.of() : recent, since, nowMillis, lines, alarm, false);
  }

  private static long attempts(List<Burst> bursts) {
    long most = 0;
    for (int kind = 0; kind < LoginCount.KINDS; kind++) {
      int of = kind;
      most = Math.max(most, bursts.stream().mapToLong(burst -> burst.byKind().get(of)).sum());
    }
    return most;
  }
}
