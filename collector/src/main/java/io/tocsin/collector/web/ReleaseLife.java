package io.tocsin.collector.web;

import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Fact;
import org.jspecify.annotations.Nullable;

/// One release since it was deployed, as its facts tell it. Guarded by the board.
final class ReleaseLife {
  final ReleaseEvent event;
  final long firstFact;
  long lastFact;
  @Nullable Long firstAnomalyAt;
  @Nullable Long calledAt;
  @Nullable Verdict verdict;
  @Nullable Rank rank;
  @Nullable String newer;

  ReleaseLife(ReleaseEvent event, long fact) {
    this.event = event;
    this.firstFact = fact;
    this.lastFact = fact;
  }

  void judged(Fact.Judged judged, long fact) {
    lastFact = fact;
    verdict = judged.verdict();
    if (calledAt == null && judged.verdict().outcome() instanceof Outcome.Regressed) {
      calledAt = judged.atMillis();
    }
  }

  void unusual(long atMillis) {
    if (firstAnomalyAt == null && atMillis > event.atMillis()) {
      firstAnomalyAt = atMillis;
    }
  }

  /// The word of the newest verdict; before the first one it is undecided.
  String word() {
    Verdict newest = verdict;
    return newest == null ? "undecided so far" : newest.outcome().word();
  }
}
