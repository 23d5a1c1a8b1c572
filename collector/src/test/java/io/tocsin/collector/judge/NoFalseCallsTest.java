package io.tocsin.collector.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.judge.World.Behaviour;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Releases that change nothing, in worlds that are not independent: whole instances, contiguous
/// time, half an hour of windows of 10 s. A naive test must fail where the judge passes.
class NoFalseCallsTest {
  private static final int RUNS = 100;
  private static final int HISTORY = 120;
  private static final int WATCHED = 180;
  private static final JudgeConfig CONFIG = JudgeConfig.defaults();

  /// @param spread deviation of instances' log rates
  /// @param wander deviation of an autocorrelation over 2 minutes
  /// @param burst mean size of a burst of errors
  /// @param harmless factor of the new release that is no harm
  /// @param errors factor of its error rate
  record Setting(
      int fresh,
      int old,
      double spread,
      double wander,
      double burst,
      double harmless,
      double errors,
      double share) {}

  record Run(boolean called, boolean naive) {}

  private static Run run(Setting setting, long seed) {
    World world = new World(seed, 10_000);
    int instances = setting.fresh + setting.old;
    double[] effect = new double[instances];
    double[] wander = new double[instances];
    for (int i = 0; i < instances; i++) {
      effect[i] = Math.exp(setting.spread * world.normal() - setting.spread * setting.spread / 2);
    }
    Baseline baseline = Baseline.of(CONFIG, "1.0");
    Judgement judgement = null;
    double newX = 0;
    double oldX = 0;
    boolean naive = false;
    for (int t = -HISTORY; t < WATCHED; t++) {
      if (t == 0) {
        judgement = Judgement.begin(CONFIG, baseline, World.EVENT);
      }
      List<InstanceWindow> parts = new ArrayList<>();
      for (int i = 0; i < instances; i++) {
        boolean isNew = i >= setting.old;
        if (isNew && t < 0) {
          continue;
        }
        double a = Math.exp(-1 / 12.0);
        wander[i] = a * wander[i] + Math.sqrt(1 - a * a) * setting.wander * world.normal();
        double rate =
            effect[i]
                * Math.exp(wander[i] - setting.wander * setting.wander / 2)
                * (isNew ? setting.harmless : 1);
        double failing = setting.share * rate * (isNew ? setting.errors : 1);
        if (isNew && setting.share == 0) {
          failing = setting.errors;
        }
        Behaviour b =
            Behaviour.GOOD
                .requests(100)
                .failing(failing)
                .slow(0.04 * rate)
                .rss(60e6 * (1 + (effect[i] - 1) / 3))
                .burst(setting.burst);
        InstanceWindow part = world.part(t, isNew ? "1.1" : "1.0", i, b);
        parts.add(part);
        double failed = Objects.requireNonNull(part.summary().requests()).failed();
        newX += t >= 0 && isNew ? failed : 0;
        oldX += t >= 0 && !isNew ? failed : 0;
      }
      SealedWindow window = world.window(t, parts);
      if (judgement == null) {
        baseline.learn(window, world.book);
      } else {
        Surroundings calm = Surroundings.calm();
        judgement.accept(window, world.book, calm);
        naive |= significant(newX, oldX, (double) setting.fresh / instances);
      }
    }
    boolean called =
        judgement != null && judgement.verdict().outcome() instanceof Outcome.Regressed;
    return new Run(called, naive);
  }

  private static Stream<Run> runs(Setting setting, int count) {
    return LongStream.rangeClosed(1, count).parallel().mapToObj(seed -> run(setting, seed));
  }

  /// The textbook: one-sided binomial z at 1 %, looked at every window.
  private static boolean significant(double newX, double oldX, double share) {
    double n = newX + oldX;
    return n >= 10 && (newX - n * share) / Math.sqrt(n * share * (1 - share)) > 2.326;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0.1, 0, 1, 1", "5, 5, 0.1, 0, 1, 1",
    "2, 2, 0.3, 0, 1, 1", "5, 5, 0.3, 0, 1, 1",
    "2, 2, 0.1, 0.5, 1, 1", "5, 5, 0.1, 0.5, 1, 1",
    "2, 2, 0.1, 0, 10, 1", "5, 5, 0.1, 0, 10, 1",
    "2, 2, 0.1, 0, 1, 1.1", "5, 5, 0.1, 0, 1, 1.1"
  })
  void aReleaseThatChangesNothingIsNeverCalledRegressed(
      int fresh, int old, double spread, double wander, double burst, double harmless) {
    Setting setting = new Setting(fresh, old, spread, wander, burst, harmless, 1, 0.01);
    long called = runs(setting, RUNS).filter(Run::called).count();
    assertThat(called).as("%s, seeds 1 to %d", setting, RUNS).isZero();
  }

  /// Windows of 1 s and blocks of 2 s bet more often: they need the harness's consent too.
  @Test
  void shortWindowsAndBlocksCallNothingEither() {
    int called = 0;
    for (long seed = 1; seed <= RUNS; seed++) {
      World world = new World(seed, 1_000);
      double[] rate = new double[4];
      double[] rss = new double[4];
      for (int i = 0; i < 4; i++) {
        rate[i] = Math.exp(0.3 * world.normal());
        rss[i] = 60e6 * Math.exp(0.1 * world.normal());
      }
      Baseline baseline = Baseline.of(JudgementTest.DEMO, "1.0");
      Judgement judgement = null;
      for (int t = -60; t < 180; t++) {
        if (t == 0) {
          judgement = Judgement.begin(JudgementTest.DEMO, baseline, World.EVENT);
        }
        List<InstanceWindow> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          // A heap that fills for twenty seconds and is collected, each instance in its own time.
          double heap = rss[i] * (1 + 0.3 * ((t + 60 + 7 * i) % 20) / 20.0);
          Behaviour b =
              Behaviour.GOOD.failing(0.005 * rate[i]).slow(0.04 * rate[i]).rss(heap).burst(2);
          parts.add(world.part(t, t >= 0 && i < 2 ? "1.1" : "1.0", i, b));
        }
        SealedWindow window = world.window(t, parts);
        if (judgement == null) {
          baseline.learn(window, world.book);
        } else {
          judgement.accept(window, world.book, Surroundings.calm());
        }
      }
      if (judgement != null && judgement.verdict().outcome() instanceof Outcome.Regressed) {
        called++;
      }
    }
    assertThat(called).as("seeds 1 to %d", RUNS).isZero();
  }

  @Test
  void aNaiveTestFailsTheSameHarness() {
    Setting setting = new Setting(2, 2, 0.3, 0, 1, 1, 1, 0.01);
    long called = runs(setting, 40).filter(Run::naive).count();
    assertThat(called).isGreaterThan(8);
  }

  @ParameterizedTest
  @CsvSource({"5, 5, 4, 0.005", "2, 2, 0.005, 0"})
  void aHarmfulReleaseIsCalledWithinHalfAnHour(int fresh, int old, double errors, double share) {
    Setting setting = new Setting(fresh, old, 0.1, 0, 1, 1, errors, share);
    int runs = 40;
    long called = runs(setting, runs).filter(Run::called).count();
    assertThat(called).as("%s, seeds 1 to %d", setting, runs).isGreaterThanOrEqualTo(runs * 9 / 10);
  }
}
