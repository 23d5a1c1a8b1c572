package io.tocsin.benchmarks.aa;

import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Judgement;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Surroundings;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/// One service whose history is learnt once a seed, and releases of it that are judged against that
/// history: as many as there are effects.
///
/// @param world it lives in
/// @param fresh new instances
/// @param old old instances beside them
/// @param requests an instance and window
/// @param failing share of the old release's requests
/// @param restarts of the workload in its history, each with instances of its own
/// @param effects of the releases
record Plan(
    World world,
    int fresh,
    int old,
    double requests,
    double failing,
    int restarts,
    List<Effect> effects) {

  /// The defaults, but healthy as soon as the requests say so: restarts would wait for the bake.
  static final JudgeConfig CONFIG = hasty(JudgeConfig.defaults());

  static final int WATCHED = 180;
  static final double SLOW = 0.05;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int RESTART_WINDOWS = 180;
  private static final int HISTORY_WINDOWS = 1_080;
  private static final double DAY_WINDOWS = 8_640;

  /// What came of one release.
  ///
  /// @param maxLogE largest combined evidence, natural logarithm
  /// @param crossed windows from the fault until the evidence reached 1 / alpha; -1 when never
  /// @param regressed the same until the verdict said so
  /// @param healthy windows from the end of start-up until healthy; -1 when never, or when called
  /// @param healthyRequests of the new arm until then
  /// @param naive whether the textbook's test was significant at any window
  /// @param nanos of a core spent in the judge
  record Watched(
      double maxLogE,
      int crossed,
      int regressed,
      int healthy,
      double healthyRequests,
      boolean naive,
      long nanos) {}

  String arms() {
    return fresh + "v" + old;
  }

  private static JudgeConfig hasty(JudgeConfig d) {
    return new JudgeConfig(
        d.alphaVerdict(),
        d.alphaAct(),
        d.rho0(),
        d.rho1(),
        d.excess(),
        d.windowMillis(),
        d.blockMillis(),
        d.startUpMillis(),
        d.windowMillis(),
        d.giveUpMillis(),
        1_000,
        d.verifyMillis(),
        d.minCompleteness(),
        d.unknownSpread());
  }

  /// Judges a release of each effect in the world of `seed`, in order.
  List<Watched> run(long seed, Recorded recorded) {
    Draws draws = draws("history", seed);
    Service.Load load =
        new Service.Load(world, requests, failing, SLOW, draws.uniform() * DAY_WINDOWS, recorded);
    Baseline baseline = Baseline.of(CONFIG, "1.0");
    int stretch = Service.STARTED + RESTART_WINDOWS;
    long at = -HISTORY_WINDOWS - (long) restarts * stretch - Service.STARTED;
    for (int i = 0; i < restarts; i++) {
      learn(baseline, service(draws, load, at), at, stretch);
      at += stretch;
    }
    Service standing = service(draws, load, at);
    learn(baseline, standing, at, Service.STARTED + HISTORY_WINDOWS);
    return effects.stream()
        .map(effect -> watch(draws(effect.name(), seed), load, baseline, effect))
        .toList();
  }

  /// A stream of its own for everything that is drawn, whatever else is run.
  private Draws draws(String what, long seed) {
    String key = String.join("|", world.name(), arms(), requests + "", failing + "", what);
    return new Draws(seed * 0x9E3779B97F4A7C15L + key.hashCode());
  }

  private Service service(Draws draws, Service.Load load, long beganAt) {
    return new Service(draws, load, Effect.NONE, "1.0", old, beganAt);
  }

  private static void learn(Baseline baseline, Service service, long from, int windows) {
    for (long index = from; index < from + windows; index++) {
      List<InstanceWindow> parts = new ArrayList<>();
      service.report(index, parts);
      baseline.learn(Service.window(index, parts), Service.BOOK);
    }
  }

  /// The old instances start anew long before each release, so that no two releases share a draw of
  /// them.
  private Watched watch(Draws draws, Service.Load load, Baseline baseline, Effect effect) {
    Service before = service(draws, load, -HISTORY_WINDOWS);
    Service after = new Service(draws, load, effect, "1.1", fresh, 0);
    Judgement judgement = Judgement.begin(CONFIG, baseline, Service.event());
    NaiveTest naive = new NaiveTest();
    double bar = -Math.log(CONFIG.alphaVerdict());
    int crossed = -1;
    int regressed = -1;
    int healthy = -1;
    double healthyRequests = 0;
    double maxLogE = 0;
    long nanos = 0;
    for (int index = 0; index < Service.STARTED + WATCHED; index++) {
      List<InstanceWindow> parts = new ArrayList<>(fresh + old);
      before.report(index, parts);
      after.report(index, parts);
      SealedWindow window = Service.window(index, parts);
      long start = THREADS.getCurrentThreadCpuTime();
      Verdict verdict = judgement.accept(window, Service.BOOK, Surroundings.calm());
      nanos += THREADS.getCurrentThreadCpuTime() - start;
      int since = index + 1 - Service.STARTED;
      if (since > 0) {
        naive.accept(parts);
      }
      maxLogE = verdict.maxLogE();
      crossed = crossed < 0 && maxLogE >= bar ? since : crossed;
      Outcome outcome = verdict.outcome();
      regressed = regressed < 0 && outcome instanceof Outcome.Regressed ? since : regressed;
      if (healthy < 0 && outcome instanceof Outcome.Healthy) {
        healthy = since;
        healthyRequests = naive.newRequests();
      }
    }
    boolean called = crossed >= 0;
    return new Watched(
        maxLogE, crossed, regressed, called ? -1 : healthy, healthyRequests, naive.called(), nanos);
  }
}
