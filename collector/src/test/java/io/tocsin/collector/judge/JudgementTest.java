package io.tocsin.collector.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.judge.World.Behaviour;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Windows of 1 s, two new instances beside two old ones, a minute learnt before.
class JudgementTest {
  static final JudgeConfig DEMO =
      new JudgeConfig(
          0.01, 0.001, 1.5, 2, 0.001, 1_000, 2_000, 5_000, 60_000, 600_000, 2, 30_000, 0.98, 0.4);
  private static final Behaviour GOOD = Behaviour.GOOD;

  interface Story {
    Behaviour of(boolean isNew, int number, int second);
  }

  static Baseline learnt(World world) {
    Baseline baseline = Baseline.of(DEMO, "1.0");
    for (int i = -60; i < 0; i++) {
      List<InstanceWindow> parts = new ArrayList<>();
      for (int n = 1; n <= 4; n++) {
        parts.add(world.part(i, "1.0", n, GOOD));
      }
      baseline.learn(world.window(i, parts), world.book);
    }
    return baseline;
  }

  static SealedWindow second(World world, int i, Story story) {
    List<InstanceWindow> parts = new ArrayList<>();
    for (int n = 1; n <= 2; n++) {
      parts.add(world.part(i, "1.0", n, story.of(false, n, i)));
      parts.add(world.part(i, "1.1", n, story.of(true, n, i)));
    }
    return world.window(i, parts);
  }

  private static Verdict watch(long seed, int seconds, Surroundings around, Story story) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < seconds; i++) {
      verdict = judgement.accept(second(world, i, story), world.book, around);
    }
    return verdict;
  }

  private static Verdict watch(long seed, int seconds, Story story) {
    return watch(seed, seconds, Surroundings.calm(), story);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void fiveInAHundredFailingIsRegressedWithinFortySeconds(long seed) {
    Verdict verdict = watch(seed, 40, (isNew, n, s) -> isNew ? GOOD.failing(0.05) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.contrast()).isEqualTo(Contrast.CONCURRENT);
    assertThat(verdict.evidence()).extracting(Evidence::kind).contains("requests", "logs");
    assertThat(verdict.evidence())
        .anyMatch(e -> e.sentence().matches("[0-9,]+ failed of [0-9,]+, against none of [0-9,]+."));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDebugLevelLeftOnIsRegressed(long seed) {
    Verdict verdict = watch(seed, 60, (isNew, n, s) -> isNew ? GOOD.chatter(20) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence().getFirst().signal()).isEqualTo("metric:" + Probe.LINES);
    assertThat(verdict.evidence().getFirst().kind()).isEqualTo("logs");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aReleaseMayTellThreeTimesAsMuch(long seed) {
    Verdict verdict = watch(seed, 90, (isNew, n, s) -> isNew ? GOOD.chatter(3) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Healthy.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aHistoryOfABusyHostExcusesNothingThatTheOldOnesBesideDoNotShow(long seed) {
    World world = new World(seed, 1_000);
    Baseline busy = Baseline.of(DEMO, "1.0");
    for (int i = -60; i < 0; i++) {
      List<InstanceWindow> parts = new ArrayList<>();
      for (int n = 1; n <= 4; n++) {
        parts.add(world.part(i, "1.0", n, GOOD.slow(0.08)));
      }
      busy.learn(world.window(i, parts), world.book);
    }
    Judgement judgement = Judgement.begin(DEMO, busy, World.EVENT);
    for (int i = 0; i < 200; i++) {
      SealedWindow window = second(world, i, (isNew, n, s) -> GOOD.slow(isNew ? 0.06 : 0.01));
      Verdict verdict = judgement.accept(window, world.book, Surroundings.calm());
      assertThat(verdict.outcome()).isNotInstanceOf(Outcome.Healthy.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aResourceBeyondItsMarginOnAllNewInstancesHoldsHealthyBack(long seed) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    boolean said = false;
    // It begins just before the release would have baked, too late to have been proven.
    for (int i = 0; i < 75; i++) {
      int second = i;
      Verdict verdict =
          judgement.accept(
              second(world, i, (isNew, n, s) -> isNew && second >= 40 ? GOOD.rss(120e6) : GOOD),
              world.book,
              Surroundings.calm());
      assertThat(verdict.outcome()).isNotInstanceOf(Outcome.Healthy.class);
      said |=
          verdict.outcome() instanceof Outcome.Undecided undecided
              && undecided.missing().contains("process.rss.bytes")
              && undecided.missing().contains("over the margin");
    }
    assertThat(said).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allRequestsThreeTimesAsSlowIsRegressedWithinFortySeconds(long seed) {
    Verdict verdict = watch(seed, 40, (isNew, n, s) -> isNew ? GOOD.slow(1) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aLeakIsRegressedWithinAMinute(long seed) {
    Verdict verdict = watch(seed, 60, (isNew, n, s) -> isNew ? GOOD.rss(60e6 + 8e6 * s) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence().getFirst().signal()).isEqualTo("metric:process.rss.bytes");
    assertThat(verdict.evidence().getFirst().kind()).isEqualTo("resources");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anErrorNeverSeenBeforeIsRegressedAndSaysWhere(long seed) {
    Verdict verdict = watch(seed, 90, (isNew, n, s) -> isNew ? GOOD.novel(0.9) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence())
        .anyMatch(e ->
            e.signal().equals("template:0000000000000009")
                && e.sentence().endsWith("times on 2 of 2 new instances, never on 2 old."));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void crashesDuringStartUpCountAtOnce(long seed) {
    Verdict verdict = watch(seed, 40, (isNew, n, s) -> isNew ? GOOD.restarts(1) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence().getFirst().signal()).isEqualTo("restarts");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aCrashEveryFewSecondsIsRegressedWithinAMinuteAndAHalf(long seed) {
    Verdict verdict =
        watch(seed, 90, (isNew, n, s) -> isNew ? GOOD.restarts((s + n) % 6 == 0 ? 1 : 0) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence().getFirst().signal()).isEqualTo("restarts");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void crashesOfBothReleasesAreNoRegression(long seed) {
    Verdict verdict = watch(seed, 180, (isNew, n, s) -> GOOD.restarts((s + n) % 6 == 0 ? 1 : 0));

    assertThat(verdict.outcome()).isNotInstanceOf(Outcome.Regressed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatOnlyTheModelsFindUnusualIsNotWorse(long seed) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 180; i++) {
      SealedWindow window = second(world, i, (isNew, n, s) -> GOOD);
      Set<String> unusual = new TreeSet<>();
      window.instances().stream()
          .filter(part -> part.release().equals("1.1"))
          .forEach(part -> unusual.add(part.instance()));
      verdict = judgement.accept(window, world.book, new Surroundings(null, 0, 0, unusual, 0));
    }
    assertThat(verdict.outcome()).isInstanceOf(Outcome.Healthy.class);
    assertThat(verdict.evidence())
        .filteredOn(e -> e.signal().equals("model-anomalies"))
        .singleElement()
        .satisfies(e -> assertThat(e.newEvents()).isEqualTo(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aGoodReleaseIsHealthyWithinNinetySeconds(long seed) {
    assertThat(watch(seed, 59, (isNew, n, s) -> GOOD).outcome())
        .isInstanceOf(Outcome.Undecided.class);
    assertThat(watch(seed, 90, (isNew, n, s) -> GOOD).outcome())
        .isInstanceOf(Outcome.Healthy.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsStillNeededIsSaidBySignalAndComesTrue(long seed) {
    Verdict early = watch(seed, 10, (isNew, n, s) -> GOOD);

    assertThat(early.outcome()).isInstanceOf(Outcome.Undecided.class);
    assertThat(early.needed())
        .extracting(Needed::signal)
        .containsExactly("error-ratio", "slow-requests", "restarts", "error-lines");
    assertThat(early.needed())
        .filteredOn(needed -> !needed.refuted())
        .isNotEmpty()
        .allMatch(needed -> needed.forHealthy().matches("About .*(second|minute)s?[.]|Never .*"));
    assertThat(watch(seed, 90, (isNew, n, s) -> GOOD).needed())
        .allMatch(Needed::refuted)
        .allMatch(needed -> needed.forHealthy().equals("Reached."));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRateThatNeverSettlesIsSaidWithTheRateThatWould(long seed) {
    Verdict verdict = watch(seed, 12, (isNew, n, s) -> GOOD.failing(0.05));

    assertThat(verdict.needed())
        .filteredOn(needed -> needed.signal().equals("error-ratio"))
        .singleElement()
        .satisfies(needed -> {
          assertThat(needed.toHealthy()).isNull();
          assertThat(needed.forHealthy())
              .matches("Never at this rate: [0-9.]+ %, less than [0-9.]+ % needed[.]");
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theWatchGoesOnAfterHealthy(long seed) {
    Verdict verdict =
        watch(seed, 240, (isNew, n, s) -> isNew && s > 100 ? GOOD.failing(0.2) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatBothArmsShareIsNeverRegressed(long seed) {
    Verdict verdict =
        watch(seed, 180, (isNew, n, s) -> s > 10 ? GOOD.failing(0.1).slow(0.8) : GOOD);

    assertThat(verdict.outcome()).isNotInstanceOf(Outcome.Regressed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneBadInstanceOfTwoIsNoRegression(long seed) {
    Verdict verdict = watch(seed, 60, (isNew, n, s) -> isNew && n == 1 ? GOOD.failing(0.1) : GOOD);

    assertThat(verdict.outcome())
        .isInstanceOfSatisfying(
            Outcome.CannotJudge.class, o -> assertThat(o.cause()).isEqualTo("one-instance-only"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatOnlyOneOfTwoNodesShowsIsTheNodes(long seed) {
    World world = new World(seed, 1_000);
    world.host = number -> number <= 2 ? "host1" : "host2";
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 60; i++) {
      List<InstanceWindow> parts = new ArrayList<>();
      for (int n = 1; n <= 3; n++) {
        parts.add(world.part(i, "1.1", n, n <= 2 ? GOOD.failing(0.2) : GOOD));
        parts.add(world.part(i, "1.0", n, GOOD));
      }
      verdict = judgement.accept(world.window(i, parts), world.book, Surroundings.calm());
    }
    assertThat(verdict.outcome())
        .isInstanceOfSatisfying(
            Outcome.CannotJudge.class, o -> assertThat(o.cause()).isEqualTo("one-node-only"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void instancesThatLiveAndServeNobodyAreRegressedWithinAMinute(long seed) {
    Verdict verdict = watch(seed, 60, (isNew, n, s) -> isNew && s > 20 ? GOOD.requests(0) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(verdict.evidence().getFirst().signal()).isEqualTo("restarts");
    assertThat(verdict.evidence().getFirst().sentence()).contains("windows without a request");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void instancesThatWaitForTheirFirstRequestAreNotSilent(long seed) {
    Verdict verdict = watch(seed, 120, (isNew, n, s) -> isNew ? GOOD.requests(0) : GOOD);

    assertThat(verdict.outcome()).isInstanceOf(Outcome.Undecided.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatBeganBeforeTheReleaseIsNotItsDoing(long seed) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    var around = new Surroundings(null, 0, World.DEPLOYED - 5_000, Set.of(), 0);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 60; i++) {
      List<InstanceWindow> parts = new ArrayList<>();
      for (int n = 1; n <= 4; n++) {
        parts.add(world.part(i, "1.1", n, GOOD.failing(0.2)));
      }
      verdict = judgement.accept(world.window(i, parts), world.book, around);
    }
    assertThat(verdict.outcome())
        .isEqualTo(
            new Outcome.CannotJudge(
                "began-before",
                "It began before the release. The workload has deviated since 07:59:55, 1.1 came at 08:00:00,"
                    + " and nothing old runs beside it."));
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void aSharedCauseIsNoEvidence(long seed) {
    var around =
        new Surroundings("inventory fails for 2 workloads", World.DEPLOYED - 5_000, 0, Set.of(), 0);
    Verdict verdict = watch(seed, 60, around, (isNew, n, s) -> isNew ? GOOD.failing(0.3) : GOOD);

    assertThat(verdict.outcome())
        .isEqualTo(
            new Outcome.CannotJudge(
                "shared-cause",
                "Shared cause. inventory fails for 2 workloads since 07:59:55, before release 1.1."));
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void aSilentFeedCannotBeJudgedAndMayComeBack(long seed) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 10; i++) {
      var nothing = world.window(i, List.of(), List.of("a", "b", "c", "d"));
      verdict = judgement.accept(nothing, world.book, Surroundings.calm());
    }
    assertThat(verdict.outcome())
        .isEqualTo(
            new Outcome.CannotJudge(
                "feed-dead",
                "The feed is dead on 4 of 4 instances since 08:00:00."
                    + " 0 % of windows since the release, 98 % needed."));
    for (int i = 10; i < 400; i++) {
      SealedWindow back = second(world, i, (isNew, n, s) -> GOOD);
      verdict = judgement.accept(back, world.book, Surroundings.calm());
    }
    assertThat(verdict.outcome()).isInstanceOf(Outcome.Healthy.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void withoutOldInstancesTheContrastIsBeforeAfter(long seed) {
    World world = new World(seed, 1_000);
    Judgement judgement = Judgement.begin(DEMO, learnt(world), World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 60; i++) {
      List<InstanceWindow> parts = new ArrayList<>();
      for (int n = 1; n <= 4; n++) {
        parts.add(world.part(i, "1.1", n, GOOD.failing(0.1)));
      }
      verdict = judgement.accept(world.window(i, parts), world.book, Surroundings.calm());
    }
    assertThat(verdict.contrast()).isEqualTo(Contrast.BEFORE_AFTER);
    assertThat(verdict.outcome()).isInstanceOf(Outcome.Regressed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aSnapshotAtEveryWindowGivesTheSameVerdicts(long seed) throws Exception {
    ObjectMapper json = new ObjectMapper();
    World world = new World(seed, 1_000);
    Baseline baseline = learnt(world);
    String learnt = json.writeValueAsString(baseline.snapshot());
    assertThat(learnt.length()).isLessThan(20_000);
    Baseline again = Baseline.restore(DEMO, json.readValue(learnt, Baseline.State.class));
    assertThat(again.snapshot()).isEqualTo(baseline.snapshot());
    Judgement straight = Judgement.begin(DEMO, baseline, World.EVENT);
    Judgement restored = Judgement.begin(DEMO, again, World.EVENT);
    for (int i = 0; i < 60; i++) {
      SealedWindow window =
          second(world, i, (isNew, n, s) -> isNew ? GOOD.failing(0.01).novel(0.2) : GOOD);
      Verdict one = straight.accept(window, world.book, Surroundings.calm());
      String state = json.writeValueAsString(restored.snapshot());
      assertThat(state.length()).isLessThan(32_000);
      restored = Judgement.restore(DEMO, json.readValue(state, Judgement.State.class));
      assertThat(restored.accept(window, world.book, Surroundings.calm())).isEqualTo(one);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void aRollbackHelpedWhenTheSignatureFadesAndDidNotWhenItStays(long seed) {
    World world = new World(seed, 1_000);
    Baseline baseline = learnt(world);
    Judgement judgement = Judgement.begin(DEMO, baseline, World.EVENT);
    Verdict bad = judgement.verdict();
    for (int i = 0; i < 40; i++) {
      SealedWindow window = second(world, i, (isNew, n, s) -> isNew ? GOOD.failing(0.05) : GOOD);
      bad = judgement.accept(window, world.book, Surroundings.calm());
    }
    assertThat(verified(world, baseline, bad, GOOD).outcome())
        .isEqualTo(VerificationOutcome.HELPED);
    assertThat(verified(world, baseline, bad, GOOD.failing(0.05)))
        .satisfies(result -> {
          assertThat(result.outcome()).isEqualTo(VerificationOutcome.DID_NOT_HELP);
          assertThat(result.sentence()).contains("error-ratio").contains("stayed");
        });
    assertThat(verified(world, baseline, bad, GOOD.failing(0.3)).outcome())
        .isEqualTo(VerificationOutcome.MADE_WORSE);
    // Too little traffic to prove it in time: watched on for as long as it takes, within reason.
    assertThat(verified(world, baseline, bad, GOOD.requests(3)).outcome())
        .isEqualTo(VerificationOutcome.HELPED);
    assertThat(verified(world, baseline, bad, GOOD.requests(0.4)))
        .satisfies(result -> {
          assertThat(result.outcome()).isEqualTo(VerificationOutcome.DID_NOT_HELP);
          assertThat(result.sentence()).contains("fell, on too little to be sure");
        });
  }

  private static Verification.Result verified(
      World world, Baseline baseline, Verdict bad, Behaviour restored) {
    Verification verification = Verification.begin(DEMO, bad, baseline, World.DEPLOYED + 45_000);
    for (int i = 45; i < 200; i++) {
      // Numbers 3 and 4 run the old release again; 1 and 2 always did.
      var parts = List.of(world.part(i, "1.0", 3, restored), world.part(i, "1.0", 4, restored));
      var result = verification.accept(world.window(i, parts), world.book);
      if (result.isPresent()) {
        return result.get();
      }
    }
    throw new AssertionError("no result within 155 s");
  }
}
