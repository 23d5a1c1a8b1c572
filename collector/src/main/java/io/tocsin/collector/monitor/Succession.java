package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Baseline;
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
import org.jspecify.annotations.Nullable;

/// How the releases of a workload follow each other: the one known to be good, the one on watch
/// with the judge's word on it, and the way back while its effect is checked. A release is held
/// against the last one that passed, not against one that nobody could judge.
///
/// Pure like {@link WorkloadMonitor}, which feeds it each window once; confined to its thread.
final class Succession {
  // A watch lasts a day: what would not move a chart's line by a pixel is no fact.
  private static final double NEWS_LOG_E = 0.05;
  private static final int NEWS_WINDOWS = 30;

  private final JudgeConfig config;
  private final String workload;
  private final TemplateBook book;
  private final Placebos placebos;

  private @Nullable Baseline baseline;
  private @Nullable Target target;
  private @Nullable Watch watch;
  private @Nullable Check check;
  private Trial.@Nullable Taken taken;

  /// The release that the next one is held against, and goes back to.
  ///
  /// @param rank null until the release found at first has run well for the fast bake
  /// @param sinceMillis when it was deployed, or found
  /// @param bakedMillis how long its windows were undisturbed
  record Target(Release release, @Nullable Rank rank, long sinceMillis, long bakedMillis) {}

  /// A rollback whose effect is being watched.
  private record Check(String release, String target, Verification verification) {}

  /// Everything to keep between restarts.
  record State(
      Baseline.@Nullable State baseline,
      @Nullable Target target,
      Placebos.State placebos,
      Watch.@Nullable State watch,
      @Nullable CheckState check) {

    static final State NONE = new State(null, null, Placebos.State.NONE, null, null);
  }

  record CheckState(String release, String target, Verification.State verification) {}

  Succession(JudgeConfig config, String workload, TemplateBook book, State state) {
    this.config = config;
    this.workload = workload;
    this.book = book;
    Baseline.State kept = state.baseline();
    this.baseline = kept == null ? null : Baseline.restore(config, kept);
    this.target = state.target();
    this.placebos = Placebos.restore(config, state.placebos());
    Watch.State watched = state.watch();
    this.watch = watched == null ? null : watched.restore(config);
    CheckState checked = state.check();
    this.check =
        checked == null
            ? null
            : new Check(
                checked.release(),
                checked.target(),
                Verification.restore(config, checked.verification()));
  }

  State state() {
    Watch watched = watch;
    Check checked = check;
    Baseline learnt = baseline;
    return new State(
        learnt == null ? null : learnt.snapshot(),
        target,
        placebos.snapshot(),
        watched == null ? null : Watch.State.of(watched),
        checked == null
            ? null
            : new CheckState(checked.release, checked.target, checked.verification.snapshot()));
  }

  /// The release on watch; null when there is none.
  @Nullable String onWatch() {
    Watch watched = watch;
    return watched == null ? null : watched.release();
  }

  /// A release that has not passed yet is not learnt as normal.
  boolean onProbation() {
    Watch watched = watch;
    return check != null || (watched != null && !watched.healthy());
  }

  /// Begins, ends or replaces a watch as the releases go.
  List<Fact> follow(ReleaseEvent event) {
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
      baseline = Baseline.of(config, event.to().id());
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
                Verification.begin(config, last, learnt, event.atMillis()));
      } else if (!regressed && !before.healthy()) {
        facts.add(new Fact.Judged(before.judgement.supersede(event.to().name()).verdict(), true));
      }
    }
    if (!back) {
      watch = new Watch(event, Judgement.begin(config, learnt, Trial.against(good.release, event)));
    }
    return facts;
  }

  /// A window: what runs unopposed is learnt, what is on watch is judged, the way back is checked.
  ///
  /// @param disturbed whether the whole workload deviates for some time already
  /// @return whether a release that had passed turned out regressed: what it taught is withdrawn
  boolean accept(
      SealedWindow window,
      Surroundings surroundings,
      boolean disturbed,
      WorkloadMonitor.Neighbours neighbours,
      List<Fact> facts) {
    taken = null;
    learn(window, surroundings, disturbed, facts);
    Watch watched = watch;
    boolean relapsed = watched != null && judge(watched, window, surroundings, neighbours, facts);
    verify(window, facts);
    return relapsed;
  }

  private void learn(
      SealedWindow window, Surroundings surroundings, boolean disturbed, List<Fact> facts) {
    if (check != null) {
      return;
    }
    Watch watched = watch;
    Baseline usual = baseline;
    if (watched == null && usual != null) {
      placebos.accept(window, book, usual, surroundings);
    }
    // What runs unopposed is what the next release is held against; a release on probation, or an
    // outage, is not learnt as normal.
    if (!disturbed) {
      Baseline learning = watched == null ? usual : watched.successor;
      if (learning != null) {
        learning.learn(window, book);
      }
      if (watched == null) {
        bake(window, facts);
      }
    }
  }

  /// @return whether it had passed, and is found to have regressed only now
  private boolean judge(
      Watch watched,
      SealedWindow window,
      Surroundings surroundings,
      WorkloadMonitor.Neighbours neighbours,
      List<Fact> facts) {
    Verdict before = watched.last;
    Trial.Start start = watched.startDue() ? start(watched) : null;
    int[] steady = {Trial.NOT_ASKED};
    Verdict verdict =
        watched.weigh(
            config,
            window,
            book,
            surroundings,
            placebos,
            since -> steady[0] = neighbours.steadySince(since));
    taken = new Trial.Taken(watched.event, start, window, Trial.Around.of(surroundings), steady[0]);
    boolean changed = before == null || !before.outcome().word().equals(verdict.outcome().word());
    watched.last = verdict;
    boolean news =
        changed
            || StrictMath.abs(verdict.logE() - watched.toldLogE) >= NEWS_LOG_E
            || window.endMillis() - watched.toldMillis >= NEWS_WINDOWS * config.windowMillis();
    if (news) {
      watched.toldLogE = verdict.logE();
      watched.toldMillis = window.endMillis();
      facts.add(new Fact.Judged(verdict, changed));
    }
    boolean relapsed = false;
    if (changed) {
      watched.successor = watched.healthy() ? successor(watched.release()) : null;
      if (watched.healthy()) {
        facts.add(ranked(watched, window, Rank.PASSED));
      } else if (verdict.outcome() instanceof Outcome.Regressed) {
        facts.add(ranked(watched, window, Rank.REGRESSED));
        relapsed = before != null && before.outcome() instanceof Outcome.Healthy;
      }
    }
    boolean over = window.endMillis() - watched.event.atMillis() > config.giveUpMillis();
    if (over && !(verdict.outcome() instanceof Outcome.Regressed)) { // that one as long as it runs
      if (watched.healthy()) {
        facts.add(ranked(watched, window, Rank.PROVEN));
      }
      conclude(watched, Rank.PROVEN);
    }
    return relapsed;
  }

  /// What the judge took in with the window handed in last; null when nothing is on watch.
  Trial.@Nullable Taken taken() {
    return taken;
  }

  private Trial.@Nullable Start start(Watch watched) {
    Baseline learnt = baseline;
    Target good = target;
    if (learnt == null || good == null) {
      return null;
    }
    List<Known> templates = new ArrayList<>();
    book.all().forEach(templates::add);
    return new Trial.Start(
        config,
        watched.event,
        good.release,
        learnt.snapshot(),
        placebos.snapshot(),
        Watch.State.of(watched),
        templates);
  }

  /// Whether nobody deployed it since then, and it was heard lately.
  ///
  /// @param atMillis end of the window that asks
  boolean steadySince(long millis, long atMillis) {
    Target runs = target;
    Baseline learnt = baseline;
    return watch == null
        && check == null
        && runs != null
        && runs.rank != null
        && runs.sinceMillis < millis
        // It learns from each calm window: one that does not is not heard.
        && learnt != null
        && learnt.heardMillis() >= atMillis - 3 * config.windowMillis();
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
    long baked = now.bakedMillis + config.windowMillis();
    Rank rank = now.rank;
    if (baked >= config.giveUpMillis()) {
      rank = Rank.PROVEN;
    } else if (baked >= config.fastBakeMillis()) {
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
    Baseline next = Baseline.restore(config, old.snapshot());
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
      target = new Target(event.to(), rank, event.atMillis(), config.fastBakeMillis());
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
}
