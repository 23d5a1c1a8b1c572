package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Judgement;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import org.jspecify.annotations.Nullable;

/// A release on watch, and what was said of it so far. Confined to the thread of its workload.
final class Watch {
  final ReleaseEvent event;
  final Judgement judgement;
  @Nullable Verdict last;

  /// Evidence and time of the newest fact about it.
  double toldLogE;

  long toldMillis;

  /// What it looks like itself, learnt once it is healthy: the baseline of the release after it.
  @Nullable Baseline successor;

  Watch(ReleaseEvent event, Judgement judgement) {
    this.event = event;
    this.judgement = judgement;
  }

  String release() {
    return event.to().id();
  }

  boolean healthy() {
    Verdict newest = last;
    return newest != null && newest.outcome() instanceof Outcome.Healthy;
  }

  /// Everything to keep between restarts.
  record State(
      ReleaseEvent event,
      Judgement.State judgement,
      @Nullable Verdict last,
      double toldLogE,
      long toldMillis,
      Baseline.@Nullable State successor) {

    static State of(Watch watch) {
      Baseline next = watch.successor;
      return new State(
          watch.event,
          watch.judgement.snapshot(),
          watch.last,
          watch.toldLogE,
          watch.toldMillis,
          next == null ? null : next.snapshot());
    }

    Watch restore(JudgeConfig config) {
      Watch watch = new Watch(event, Judgement.restore(config, judgement));
      watch.last = last;
      watch.toldLogE = toldLogE;
      watch.toldMillis = toldMillis;
      watch.successor = successor == null ? null : Baseline.restore(config, successor);
      return watch;
    }
  }
}
