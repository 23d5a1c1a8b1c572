package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Judgement;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Placebos;
import io.tocsin.collector.judge.Surroundings;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.window.SealedWindow;
import org.jspecify.annotations.Nullable;

/// A release on watch, and what was said of it so far. Confined to the thread of its workload.
final class Watch {
  // Half an hour of 10 s: what has to give way on the shelf is no more than that at a time.
  private static final int START_WINDOWS = 180;

  final ReleaseEvent event;
  final Judgement judgement;
  @Nullable Verdict last;

  /// Evidence and time of the newest fact about it.
  double toldLogE;

  long toldMillis;

  /// Windows until the next [Trial.Start]; 0 after a restart, for others may have been its
  /// settings.
  private int untilStart;

  /// What it looks like itself, learnt once it is healthy: the baseline of the release after it.
  @Nullable Baseline successor;

  Watch(ReleaseEvent event, Judgement judgement) {
    this.event = event;
    this.judgement = judgement;
  }

  /// Takes in a window: what the judge says, and what chance is worth to it.
  ///
  /// @param steadySince how many workloads run on calmly since a moment; asked only where it counts
  Verdict weigh(
      JudgeConfig config,
      SealedWindow window,
      TemplateBook book,
      Surroundings surroundings,
      Placebos placebos,
      WorkloadMonitor.Neighbours steadySince) {
    Verdict verdict = judgement.accept(window, book, surroundings);
    if (verdict.contrast() != Contrast.BEFORE_AFTER) {
      return verdict;
    }
    long since = event.atMillis();
    Verdict before = last;
    if (before != null && before.outcome() instanceof Outcome.Regressed) {
      return verdict.against(before.placebo()); // what it was called on
    }
    boolean compared = verdict.atMillis() - since <= config.fastBakeMillis();
    return compared
        ? verdict.against(
            placebos.against(
                verdict.maxLogE(), since, verdict.atMillis(), steadySince.steadySince(since)))
        : verdict;
  }

  /// Whether a start is due before the next window is weighed.
  boolean startDue() {
    boolean due = untilStart == 0;
    untilStart = due ? START_WINDOWS : untilStart;
    untilStart--;
    return due;
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
