package io.tocsin.collector.monitor;

import io.tocsin.collector.calibrate.Calibrator;
import io.tocsin.collector.calibrate.CalibratorState;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.DetectorState;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.judge.Surroundings;
import io.tocsin.collector.profile.Guess;
import io.tocsin.collector.profile.GuessWatch;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One workload's state machine: the one place that runs detect, calibrate and judge in order. No
/// I/O, no clock, no threads, no randomness of its own: the same inputs give the same facts, byte
/// for byte, also when it was saved and restored between any two of them. Confined to one thread.
final class WorkloadMonitor {
  private final MonitorConfig config;
  private final String workload;
  private final TemplateBook book;
  private final Detector detector;
  private final Calibrator calibrator;
  private final Disturbed disturbed;
  private final FeedWatch feed;
  private final Announcements announcements;
  private final Succession succession;
  private final GuessWatch guesses;

  private double progress = -1;
  private int modelVersion;
  private String modelHash = "";
  private List<Score> scores = List.of();

  /// Everything to keep between restarts, but the template book.
  record State(
      Announcements.State announcements,
      DetectorState detector,
      CalibratorState calibrator,
      Disturbed.State disturbed,
      FeedWatch.State feed,
      Succession.State succession,
      double progress,
      GuessWatch.State guesses) {
    // Null in a state that was kept before logins were counted.
    State {
      guesses = Objects.requireNonNullElse(guesses, GuessWatch.State.NONE);
    }
  }

  WorkloadMonitor(MonitorConfig config, String workload, TemplateBook book) {
    this.config = config;
    this.workload = workload;
    this.book = book;
    this.detector = new Detector(config.detect());
    this.calibrator = new Calibrator(config.calibrate());
    this.disturbed = new Disturbed(workload);
    this.feed = new FeedWatch(workload);
    this.announcements = new Announcements(workload);
    this.succession = new Succession(config.judge(), workload, book, Succession.State.NONE);
    this.guesses = new GuessWatch(GuessWatch.State.NONE);
  }

  private WorkloadMonitor(
      MonitorConfig config,
      String workload,
      TemplateBook book,
      State state,
      @Nullable ModelSet models) {
    this.config = config;
    this.workload = workload;
    this.book = book;
    this.detector = Detector.restore(config.detect(), state.detector(), models);
    this.calibrator = Calibrator.restore(config.calibrate(), state.calibrator());
    this.disturbed = new Disturbed(workload, state.disturbed());
    this.feed = new FeedWatch(workload, state.feed());
    this.announcements = new Announcements(workload, state.announcements());
    this.succession = new Succession(config.judge(), workload, book, state.succession());
    this.guesses = new GuessWatch(state.guesses());
    this.modelVersion = models == null ? 0 : models.version();
    this.modelHash = models == null ? "" : models.hash();
    this.progress = state.progress();
  }

  /// @param models the set of the state's hash; null when it names none
  static WorkloadMonitor restore(
      MonitorConfig config,
      String workload,
      TemplateBook book,
      State state,
      @Nullable ModelSet models) {
    return new WorkloadMonitor(config, workload, book, state, models);
  }

  State state() {
    return new State(
        announcements.state(),
        detector.snapshot(),
        calibrator.snapshot(),
        disturbed.state(),
        feed.state(),
        succession.state(),
        progress,
        guesses.state());
  }

  /// What runs now, as far as known.
  @Nullable Release current() {
    return announcements.current();
  }

  /// Whether a fit over the history is due.
  boolean wantsFit() {
    return detector.wantsFit();
  }

  /// Counts the fits.
  int modelVersion() {
    return modelVersion;
  }

  /// Of the set that scores; empty while learning.
  String modelHash() {
    return modelHash;
  }

  /// What was made of the window handed in last.
  Moment moment(SealedWindow window) {
    return new Moment(
        window,
        scores,
        window.late() ? List.of() : detector.history(),
        window.late() ? null : detector.whole(),
        announcements.current(),
        succession.onWatch());
  }

  /// What the judge took in with the window handed in last; null when it took in nothing.
  Trial.@Nullable Taken taken(SealedWindow window) {
    return window.late() ? null : succession.taken();
  }

  /// A fit off the loop is done; its models are in force from here on.
  ///
  /// @param models null when the fit failed: it is tried again with more history
  void fitted(@Nullable ModelSet models) {
    if (models == null) {
      detector.fitFailed();
    } else {
      detector.adopt(models);
      calibrator.adopt(models);
      modelVersion = models.version();
      modelHash = models.hash();
    }
  }

  /// Some of the history turned out to be no normal, and is gone: a fit without it is due.
  void unlearn() {
    detector.withdraw();
  }

  /// The platform deployed something.
  List<Fact> release(ReleaseEvent event) {
    ReleaseEvent known = announcements.announced(event);
    return known == null ? List.of() : succession.follow(known);
  }

  /// The other workloads of the site.
  interface Neighbours {
    /// Those that nobody deployed since then and that run on calmly.
    int steadySince(long millis);
  }

  /// A sealed window.
  ///
  /// @param shared what several workloads suffer from now; null when nothing
  List<Fact> window(SealedWindow window, Fact.@Nullable SharedCause shared, Neighbours neighbours) {
    List<Fact> facts = new ArrayList<>();
    scores = List.of();
    for (Guess guess : guesses.accept(window)) {
      facts.add(new Fact.Guessing(workload, guess));
    }
    if (window.late()) {
      return facts; // history and completeness only; never a past verdict
    }
    ReleaseEvent seen = announcements.seen(window);
    if (seen != null) {
      facts.addAll(succession.follow(seen));
    }
    facts.addAll(feed.accept(window));
    TreeSet<String> anomalous = new TreeSet<>();
    boolean strange = score(window, anomalous, facts);
    facts.addAll(disturbed.accept(window, strange, succession.onWatch() != null));
    Surroundings surroundings =
        new Surroundings(
            shared == null ? null : shared.sentence(),
            shared == null ? 0 : shared.sinceMillis(),
            disturbed.sinceMillis(),
            anomalous,
            window.skewMillis());
    if (succession.accept(window, surroundings, disturbed.now(), neighbours, facts)) {
      unlearn(); // only what had passed has taught
    }
    learning(window, facts);
    return facts;
  }

  /// Scores every instance and the whole; whether the whole deviates.
  private boolean score(SealedWindow window, Set<String> anomalous, List<Fact> facts) {
    boolean frozen =
        succession.onProbation() || disturbed.freshly(window, config.detect().followMillis());
    boolean strange = false;
    scores = detector.score(window, book, frozen);
    calibrator.accept(scores, frozen).ifPresent(anomaly -> facts.add(new Fact.Unusual(anomaly)));
    for (Score score : scores) {
      if (calibrator.deviates(score)) {
        if (score.instance().isEmpty()) {
          strange = true;
        } else {
          anomalous.add(score.instance());
        }
      }
    }
    return strange;
  }

  /// Whether nobody deployed it since then, and it runs on calmly.
  ///
  /// @param atMillis end of the window that asks
  boolean steadySince(long millis, long atMillis) {
    return !disturbed.now() && succession.steadySince(millis, atMillis);
  }

  private void learning(SealedWindow window, List<Fact> facts) {
    double now = detector.progress();
    if (progress < 1 && (now >= 1 || now - progress >= 0.05)) {
      progress = now;
      facts.add(new Fact.Learning(workload, window.endMillis(), now, detector.readyAtMillis()));
    }
  }
}
