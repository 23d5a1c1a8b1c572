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
import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Judgement;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Placebos;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Surroundings;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.Verification;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One workload's state machine: the one place that runs detect, calibrate and judge in order. No
/// I/O, no clock, no threads, no randomness of its own: the same inputs give the same facts, byte
/// for byte, also when it was saved and restored between any two of them. Confined to one thread.
final class WorkloadMonitor {
  // A watch lasts a day: what would not move a chart's line by a pixel is no fact.
  private static final double NEWS_LOG_E = 0.05;
  private static final int NEWS_WINDOWS = 30;

  private final MonitorConfig config;
  private final String workload;
  private final TemplateBook book;
  private final Detector detector;
  private final Calibrator calibrator;
  private final Disturbed disturbed;
  private final FeedWatch feed;
  private final Announcements announcements;
  private final Placebos placebos;

  private @Nullable Baseline baseline;
  private @Nullable Target target;
  private @Nullable Watch watch;
  private @Nullable Check check;
  private double progress = -1;
  private int modelVersion;
  private List<Score> scores = List.of();

  /// The release that the next one is held against, and goes back to.
  ///
  /// @param rank null until the release found at first has run well for the fast bake
  /// @param sinceMillis when it was deployed, or found
  /// @param bakedMillis how long its windows were undisturbed
  record Target(Release release, @Nullable Rank rank, long sinceMillis, long bakedMillis) {}

  /// A release on watch.
  static final class Watch {
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
  }

  /// A rollback whose effect is being watched.
  private record Check(String release, String target, Verification verification) {}

  /// Everything to keep between restarts, but the template book.
  record State(
      Announcements.State announcements,
      DetectorState detector,
      CalibratorState calibrator,
      Baseline.@Nullable State baseline,
      @Nullable Target target,
      Placebos.State placebos,
      Disturbed.State disturbed,
      FeedWatch.State feed,
      @Nullable WatchState watch,
      @Nullable CheckState check,
      double progress) {}

  record WatchState(
      ReleaseEvent event,
      Judgement.State judgement,
      @Nullable Verdict last,
      double toldLogE,
      long toldMillis,
      Baseline.@Nullable State successor) {

    static WatchState of(Watch watch) {
      Baseline next = watch.successor;
      return new WatchState(
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

  record CheckState(String release, String target, Verification.State verification) {}

  WorkloadMonitor(MonitorConfig config, String workload, TemplateBook book) {
    this.config = config;
    this.workload = workload;
    this.book = book;
    this.detector = new Detector(config.detect());
    this.calibrator = new Calibrator(config.calibrate());
    this.disturbed = new Disturbed(workload);
    this.feed = new FeedWatch(workload);
    this.announcements = new Announcements(workload);
    this.placebos = Placebos.restore(config.judge(), Placebos.State.NONE);
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
    Baseline.State kept = state.baseline();
    this.baseline = kept == null ? null : Baseline.restore(config.judge(), kept);
    this.target = state.target();
    this.disturbed = new Disturbed(workload, state.disturbed());
    this.feed = new FeedWatch(workload, state.feed());
    this.announcements = new Announcements(workload, state.announcements());
    this.placebos = Placebos.restore(config.judge(), state.placebos());
    WatchState watched = state.watch();
    this.watch = watched == null ? null : watched.restore(config.judge());
    CheckState checked = state.check();
    this.check =
        checked == null
            ? null
            : new Check(
                checked.release(),
                checked.target(),
                Verification.restore(config.judge(), checked.verification()));
    this.modelVersion = models == null ? 0 : models.version();
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
    Watch watched = watch;
    Check checked = check;
    Baseline learnt = baseline;
    return new State(
        announcements.state(),
        detector.snapshot(),
        calibrator.snapshot(),
        learnt == null ? null : learnt.snapshot(),
        target,
        placebos.snapshot(),
        disturbed.state(),
        feed.state(),
        watched == null ? null : WatchState.of(watched),
        checked == null
            ? null
            : new CheckState(checked.release, checked.target, checked.verification.snapshot()),
        progress);
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

  /// What was made of the window handed in last.
  Moment moment(SealedWindow window) {
    Watch watched = watch;
    return new Moment(
        window,
        scores,
        window.late() ? List.of() : detector.history(),
        window.late() ? null : detector.whole(),
        announcements.current(),
        watched == null ? null : watched.release());
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
    }
  }

  /// The platform deployed something.
  List<Fact> release(ReleaseEvent event) {
    ReleaseEvent known = announcements.announced(event);
    return known == null ? List.of() : follow(known);
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
    if (window.late()) {
      return facts; // history and completeness only; never a past verdict
    }
    ReleaseEvent seen = announcements.seen(window);
    if (seen != null) {
      facts.addAll(follow(seen));
    }
    facts.addAll(feed.accept(window));
    TreeSet<String> anomalous = new TreeSet<>();
    boolean strange = score(window, anomalous, facts);
    facts.addAll(disturbed.accept(window, strange, watch != null));
    judge(window, anomalous, shared, neighbours, facts);
    verify(window, facts);
    learning(window, facts);
    return facts;
  }

  /// Scores every instance and the whole; whether the whole deviates.
  private boolean score(SealedWindow window, Set<String> anomalous, List<Fact> facts) {
    boolean frozen = onProbation() || disturbed.freshly(window, config.detect().followMillis());
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

  private void judge(
      SealedWindow window,
      Set<String> anomalous,
      Fact.@Nullable SharedCause shared,
      Neighbours neighbours,
      List<Fact> facts) {
    Surroundings surroundings =
        new Surroundings(
            shared == null ? null : shared.sentence(),
            shared == null ? 0 : shared.sinceMillis(),
            disturbed.sinceMillis(),
            anomalous,
            window.skewMillis());
    Watch watched = watch;
    Baseline usual = baseline;
    if (check == null && watched == null && usual != null) {
      placebos.accept(window, book, usual, surroundings);
    }
    // What runs unopposed is what the next release is held against; a release on probation, or an
    // outage, is not learnt as normal.
    if (check == null && !disturbed.now()) {
      Baseline learning = watched == null ? baseline : watched.successor;
      if (learning != null) {
        learning.learn(window, book);
      }
      if (watched == null) {
        bake(window, facts);
      }
    }
    if (watched == null) {
      return;
    }
    Verdict before = watched.last;
    Verdict verdict =
        weighed(watched, watched.judgement.accept(window, book, surroundings), neighbours);
    boolean changed = before == null || !before.outcome().word().equals(verdict.outcome().word());
    watched.last = verdict;
    boolean news =
        changed
            || StrictMath.abs(verdict.logE() - watched.toldLogE) >= NEWS_LOG_E
            || window.endMillis() - watched.toldMillis
                >= NEWS_WINDOWS * config.judge().windowMillis();
    if (news) {
      watched.toldLogE = verdict.logE();
      watched.toldMillis = window.endMillis();
      facts.add(new Fact.Judged(verdict, changed));
    }
    if (changed) {
      watched.successor = watched.healthy() ? successor(watched.release()) : null;
      if (watched.healthy()) {
        facts.add(ranked(watched, window, Rank.PASSED));
      } else if (verdict.outcome() instanceof Outcome.Regressed) {
        facts.add(ranked(watched, window, Rank.REGRESSED));
        if (before != null && before.outcome() instanceof Outcome.Healthy) {
          detector.withdraw(); // only what had passed has taught
        }
      }
    }
    boolean over = window.endMillis() - watched.event.atMillis() > config.judge().giveUpMillis();
    if (over && !(verdict.outcome() instanceof Outcome.Regressed)) { // that one as long as it runs
      if (watched.healthy()) {
        facts.add(ranked(watched, window, Rank.PROVEN));
      }
      conclude(watched, Rank.PROVEN);
    }
  }

  private Verdict weighed(Watch watched, Verdict verdict, Neighbours neighbours) {
    if (verdict.contrast() != Contrast.BEFORE_AFTER) {
      return verdict;
    }
    long since = watched.event.atMillis();
    Verdict before = watched.last;
    if (before != null && before.outcome() instanceof Outcome.Regressed) {
      return verdict.against(before.placebo()); // what it was called on
    }
    boolean compared = verdict.atMillis() - since <= config.judge().fastBakeMillis();
    return compared
        ? verdict.against(
            placebos.against(
                verdict.maxLogE(), since, verdict.atMillis(), neighbours.steadySince(since)))
        : verdict;
  }

  /// Whether nobody deployed it since then, and it runs on calmly.
  ///
  /// @param atMillis end of the window that asks
  boolean steadySince(long millis, long atMillis) {
    Target runs = target;
    Baseline learnt = baseline;
    return watch == null
        && check == null
        && !disturbed.now()
        && runs != null
        && runs.rank != null
        && runs.sinceMillis < millis
        // It learns from each calm window: one that does not is not heard.
        && learnt != null
        && learnt.heardMillis() >= atMillis - 3 * config.judge().windowMillis();
  }

  private Fact ranked(Watch watched, SealedWindow window, Rank rank) {
    return new Fact.Ranked(
        workload, window.endMillis(), watched.release(), watched.event.atMillis(), rank);
  }

  /// The release that runs unopposed rises with the time for which it runs well.
  private void bake(SealedWindow window, List<Fact> facts) {
    Target now = target;
    if (now == null
        || now.rank == Rank.PROVEN
        || window.instances().stream().noneMatch(i -> i.release().equals(now.release.id()))) {
      return;
    }
    long baked = now.bakedMillis + config.judge().windowMillis();
    Rank rank = now.rank;
    if (baked >= config.judge().giveUpMillis()) {
      rank = Rank.PROVEN;
    } else if (baked >= config.judge().fastBakeMillis()) {
      rank = Rank.PASSED;
    }
    if (rank != now.rank && rank != null) {
      facts.add(
          new Fact.Ranked(workload, window.endMillis(), now.release.id(), now.sinceMillis, rank));
    }
    target = new Target(now.release, rank, now.sinceMillis, baked);
  }

  /// What is kept of the old release when its follower has passed: spread, clustering, templates.
  private @Nullable Baseline successor(String release) {
    Baseline old = baseline;
    if (old == null) {
      return null;
    }
    Baseline next = Baseline.restore(config.judge(), old.snapshot());
    next.succeed(release);
    return next;
  }

  /// Ends a watch. A release that passed is the one that the next is held against, and goes back
  /// to.
  ///
  /// @param rank of one that was healthy to the end
  private void conclude(Watch watched, Rank rank) {
    Baseline learnt = watched.successor;
    if (watched.healthy() && learnt != null && learnt.known()) {
      ReleaseEvent event = watched.event;
      target = new Target(event.to(), rank, event.atMillis(), config.judge().fastBakeMillis());
      baseline = learnt;
    }
    watch = null;
  }

  private void verify(SealedWindow window, List<Fact> facts) {
    Check checked = check;
    if (checked == null) {
      return;
    }
    checked
        .verification
        .accept(window, book)
        .ifPresent(result -> {
          facts.add(
              new Fact.Verified(
                  workload,
                  window.endMillis(),
                  checked.release,
                  checked.target,
                  result.outcome(),
                  result.sentence()));
          check = null;
        });
  }

  private void learning(SealedWindow window, List<Fact> facts) {
    double now = detector.progress();
    if (progress < 1 && (now >= 1 || now - progress >= 0.05)) {
      progress = now;
      facts.add(new Fact.Learning(workload, window.endMillis(), now, detector.readyAtMillis()));
    }
  }

  /// Begins, ends or replaces a watch as the releases go. A release is held against the last one
  /// that passed, not against one that nobody could judge.
  private List<Fact> follow(ReleaseEvent event) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact.ReleaseNoticed(event));
    placebos.interrupt();
    Watch before = watch;
    if (before != null) {
      conclude(before, Rank.PASSED);
    }
    check = null;
    Target good = target;
    Baseline learnt = baseline;
    if (good == null || learnt == null || !learnt.known()) {
      // Nothing to hold it against: it is found, not judged.
      target = new Target(event.to(), null, event.atMillis(), 0);
      baseline = Baseline.of(config.judge(), event.to().id());
      return facts;
    }
    boolean back = event.to().id().equals(good.release.id());
    if (back) {
      target = new Target(good.release, good.rank, event.atMillis(), good.bakedMillis);
    }
    if (before != null && before.last != null) {
      Verdict last = before.last;
      boolean regressed = last.outcome() instanceof Outcome.Regressed;
      if (back && regressed) {
        check =
            new Check(
                before.release(),
                good.release.id(),
                Verification.begin(config.judge(), last, learnt, event.atMillis()));
      } else if (!regressed && !before.healthy()) {
        facts.add(new Fact.Judged(before.judgement.supersede(event.to().name()).verdict(), true));
      }
    }
    if (!back) {
      ReleaseEvent compared =
          new ReleaseEvent(
              event.workload(),
              good.release,
              event.to(),
              event.atMillis(),
              event.byTocsin(),
              event.rollbackForbidden(),
              event.alsoChanged());
      watch = new Watch(event, Judgement.begin(config.judge(), learnt, compared));
    }
    return facts;
  }

  /// A release that has not passed yet is not learnt as normal.
  private boolean onProbation() {
    Watch watched = watch;
    return check != null || (watched != null && !watched.healthy());
  }
}
