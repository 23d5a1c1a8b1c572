package io.tocsin.collector.web;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.monitor.Moment;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// One workload as its facts and newest windows tell it. Guarded by the board.
final class WorkloadLife {
  private static final int MAX_RELEASES = 200;
  private static final int MAX_SPARK = 60;
  private static final long SPARK_MILLIS = 3 * 60_000;

  final String key;
  private final LinkedHashMap<String, ReleaseLife> releases = new LinkedHashMap<>();
  private final Deque<Stretch> spark = new ArrayDeque<>();
  final RecentPast past = new RecentPast();
  final RecentLines lines = new RecentLines();
  @Nullable Release current;
  @Nullable Moment moment;
  Fact.@Nullable Learning learning;
  Fact.@Nullable Disturbance disturbance;
  Fact.@Nullable FeedDead feedDead;
  Fact.@Nullable SharedCause shared;
  @Nullable Long sinceMillis;
  private @Nullable State state;

  private static final class Stretch {
    final long beginMillis;
    @Nullable Double peak;

    Stretch(long beginMillis) {
      this.beginMillis = beginMillis;
    }
  }

  WorkloadLife(String key) {
    this.key = key;
  }

  void accept(Fact fact, long number) {
    switch (fact) {
      case Fact.ReleaseNoticed(ReleaseEvent event) -> {
        ReleaseLife newest = newest();
        if (newest != null) {
          newest.newer = event.to().id();
        }
        current = event.to();
        releases.remove(event.to().id());
        releases.put(event.to().id(), new ReleaseLife(event, number));
        if (releases.size() > MAX_RELEASES) {
          releases.pollFirstEntry();
        }
      }
      case Fact.Judged judged -> {
        ReleaseLife release = releases.get(judged.verdict().release());
        if (release != null) {
          release.judged(judged, number);
        }
      }
      case Fact.Ranked ranked -> {
        ReleaseLife release = releases.get(ranked.release());
        if (release != null) {
          release.rank = ranked.rank();
        }
      }
      case Fact.Unusual(var anomaly) -> {
        ReleaseLife newest = newest();
        if (newest != null) {
          newest.unusual(anomaly.windowEndMillis());
        }
      }
      case Fact.Learning progress -> learning = progress;
      case Fact.Disturbance each -> disturbance = each.ended() ? null : each;
      case Fact.FeedDead each -> feedDead = each.ended() ? null : each;
      case Fact.Guessing _ -> {} // told by its incident alone
      case Fact.SharedCause each -> shared = each.ended() ? null : each;
      case Fact.Verified verified -> {
        ReleaseLife release = releases.get(verified.release());
        if (release != null) {
          release.lastFact = number;
        }
      }
    }
    settle(fact.atMillis());
  }

  void accept(Moment newest) {
    moment = newest;
    lines.add(newest.window());
    if (newest.whole() != null) {
      past.add(newest.whole());
    }
    current = newest.current() == null ? current : newest.current();
    long end = newest.window().endMillis();
    Stretch last = spark.peekLast();
    if (last == null || end - last.beginMillis >= SPARK_MILLIS) {
      last = new Stretch(end);
      spark.addLast(last);
      if (spark.size() > MAX_SPARK) {
        spark.removeFirst();
      }
    }
    for (Score score : newest.scores()) {
      if (score.instance().isEmpty() && !score.learning()) {
        last.peak = Math.max(score.surprise(), last.peak == null ? -12 : last.peak);
      }
    }
    settle(end);
  }

  Iterable<@Nullable Double> spark() {
    return spark.stream().map(stretch -> stretch.peak).toList();
  }

  Collection<ReleaseLife> releases() {
    return releases.values();
  }

  @Nullable ReleaseLife release(String id) {
    return releases.get(id);
  }

  /// The release deployed last; null before the first.
  @Nullable ReleaseLife newest() {
    var last = releases.lastEntry();
    return last == null ? null : last.getValue();
  }

  /// What people call a release.
  String name(String release) {
    ReleaseLife life = releases.get(release);
    if (life != null) {
      return life.event.to().name();
    }
    for (ReleaseLife each : releases.values()) {
      Release from = each.event.from();
      if (from != null && from.id().equals(release)) {
        return from.name();
      }
    }
    return release;
  }

  /// The newest release's verdict while it is a question; null when there is none.
  @Nullable Verdict verdict() {
    ReleaseLife newest = newest();
    return newest == null || newest.event.from() == null ? null : newest.verdict;
  }

  State state() {
    Verdict verdict = verdict();
    if ((verdict != null && verdict.outcome() instanceof Outcome.Regressed)
        || disturbance != null) {
      return State.ANOMALOUS;
    }
    if (feedDead != null || (verdict != null && verdict.outcome() instanceof Outcome.CannotJudge)) {
      return State.CANNOT_JUDGE;
    }
    if (verdict != null && verdict.outcome() instanceof Outcome.Undecided) {
      return State.ON_WATCH;
    }
    if (learning == null || learning.progress() < 1) {
      return State.LEARNING;
    }
    return State.WELL;
  }

  private void settle(long atMillis) {
    State now = state();
    if (now != state) {
      state = now;
      sinceMillis = atMillis;
    }
  }
}
