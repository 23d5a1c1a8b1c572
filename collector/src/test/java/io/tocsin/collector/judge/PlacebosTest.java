package io.tocsin.collector.judge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.judge.World.Behaviour;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Windows of 1 s and a fast bake of a minute: a placebo every 20 s.
class PlacebosTest {
  private static final JudgeConfig CONFIG = JudgementTest.DEMO;
  private static final int SECONDS = 4_400;
  private static final Behaviour USUAL = Behaviour.GOOD.failing(0.005);

  private final Baseline baseline = Baseline.of(CONFIG, "1.0");
  private Placebos placebos = Placebos.restore(CONFIG, Placebos.State.NONE);

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aRegressionIsStrongerThanAllPlacebosAndAGoodReleaseIsNot(long seed) {
    World world = runUnopposed(seed);

    Placebo bad = against(watched(world, USUAL.failing(0.1)), 30);
    assertThat(bad.cuts()).isGreaterThanOrEqualTo(199);
    assertThat(bad.p()).isLessThanOrEqualTo(0.01);
    assertThat(bad.suffices()).isTrue();

    Placebo good = against(watched(world, USUAL), 30);
    assertThat(good.p()).isGreaterThan(0.05);
    assertThat(good.suffices()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void onlyPlacebosOfAboutTheSameTimeOfDayCountAndOnlyForAsLongAsTheyWereWatched(long seed) {
    runUnopposed(seed);

    long noon = World.DEPLOYED + 12 * 3_600_000L;
    assertThat(requireNonNull(placebos.against(9, noon, noon + 1_000, 1)).cuts()).isZero();
    long tomorrow = World.DEPLOYED + 24 * 3_600_000L;
    assertThat(requireNonNull(placebos.against(9, tomorrow, tomorrow + 1_000, 1)).cuts())
        .isGreaterThanOrEqualTo(199);
    assertThat(placebos.against(9, tomorrow, tomorrow + 60_001, 1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void aReleaseEndsThoseUnderWayAndTheyAreNotCounted(long seed) {
    World world = runUnopposed(seed);
    int before = against(9, 10).cuts();
    placebos.interrupt();
    assertThat(placebos.snapshot().running()).isEmpty();
    for (int i = 0; i < 59; i++) {
      step(world, i);
    }
    assertThat(against(9, 10).cuts()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1})
  void aSnapshotIsSmallAndGoesOnAlike(long seed) throws Exception {
    World world = runUnopposed(seed);
    ObjectMapper json = new ObjectMapper();
    String kept = json.writeValueAsString(placebos.snapshot());
    assertThat(kept.length()).isLessThan(25_000);
    Placebos again = Placebos.restore(CONFIG, json.readValue(kept, Placebos.State.class));
    for (int i = 0; i < 100; i++) {
      SealedWindow window = step(world, i);
      again.accept(window, world.book, baseline, Surroundings.calm());
      assertThat(again.snapshot()).isEqualTo(placebos.snapshot());
    }
  }

  private World runUnopposed(long seed) {
    World world = new World(seed, 1_000);
    for (int i = -SECONDS; i < 0; i++) {
      step(world, i);
    }
    return world;
  }

  private SealedWindow step(World world, int second) {
    SealedWindow window = world.window(second, parts(world, second, "1.0", USUAL));
    placebos.accept(window, world.book, baseline, Surroundings.calm());
    if (second < 0) {
      baseline.learn(window, world.book);
    }
    return window;
  }

  private double watched(World world, Behaviour behaviour) {
    Judgement judgement = Judgement.begin(CONFIG, baseline, World.EVENT);
    Verdict verdict = judgement.verdict();
    for (int i = 0; i < 30; i++) {
      verdict =
          judgement.accept(
              world.window(i, parts(world, i, "1.1", behaviour)), world.book, Surroundings.calm());
    }
    assertThat(verdict.contrast()).isEqualTo(Contrast.BEFORE_AFTER);
    return verdict.maxLogE();
  }

  private Placebo against(double maxLogE, int seconds) {
    long at = World.DEPLOYED + seconds * 1_000L;
    return requireNonNull(placebos.against(maxLogE, World.DEPLOYED, at, 1));
  }

  private static List<InstanceWindow> parts(World world, int i, String release, Behaviour b) {
    List<InstanceWindow> parts = new ArrayList<>();
    for (int n = 1; n <= 4; n++) {
      parts.add(world.part(i, release, n, b));
    }
    return parts;
  }
}
