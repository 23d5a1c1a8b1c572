package io.tocsin.benchmarks.aa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The harness itself: bounds, random numbers, and a textbook's test that must not pass.
class AaTest {
  private static final Recorded STILL = new Recorded(List.of(new double[] {1}));

  private static List<Plan.Watched> releases(World world, int arms, Effect effect, int seeds) {
    Plan plan = new Plan(world, arms, arms, 100, 0.005, 20, List.of(effect));
    return LongStream.rangeClosed(1, seeds).mapToObj(s -> plan.run(s, STILL).getFirst()).toList();
  }

  @Test
  void theNaiveTestFailsWhereTheJudgePasses() {
    List<Plan.Watched> good = releases(World.APART, 2, Effect.HARMLESS, 12);

    assertThat(good.stream().filter(Plan.Watched::naive).count()).isGreaterThan(2);
    assertThat(good).allMatch(release -> release.crossed() < 0);
  }

  @Test
  void whatIsBadIsCalledInBursts() {
    Effect four = Effect.errors("errors x4", 4);
    List<Plan.Watched> bad = releases(World.BURSTS, 5, four, 6);

    assertThat(bad.stream().filter(release -> release.regressed() >= 0).count()).isGreaterThan(2);
  }

  @Test
  void aSeedIsJudgedTheSameAgainAndWhateverElseRuns() {
    Effect five = Effect.errors("errors x5", 5);
    Plan alone = new Plan(World.CALM, 2, 2, 10, 0.005, 2, List.of(five));
    Plan among = new Plan(World.CALM, 2, 2, 10, 0.005, 2, List.of(Effect.NONE, five));

    assertThat(alone.run(7, STILL).getFirst().maxLogE())
        .isEqualTo(among.run(7, STILL).getLast().maxLogE())
        .isEqualTo(alone.run(7, STILL).getFirst().maxLogE());
  }

  @Test
  void noneOfThreeHundredBoundsAtOnePercent() {
    assertThat(Bounds.upper(0, 300)).isCloseTo(0.00994, within(1e-5));
    // scipy.stats.beta.ppf(0.95, 4, 97)
    assertThat(Bounds.upper(3, 100)).isCloseTo(0.0757, within(1e-4));
    assertThat(Bounds.upper(5, 5)).isEqualTo(1);
  }

  @Test
  void wholeClustersAreDrawn() {
    long[] sizes = {10, 10, 10, 10};
    assertThat(Bounds.upperOfClusters(new long[4], sizes, new Draws(1))).isZero();
    // One cluster of four, all called: half of the draws hold it twice or more.
    long[] one = {10, 0, 0, 0};
    assertThat(Bounds.upperOfClusters(one, sizes, new Draws(1))).isGreaterThanOrEqualTo(0.5);
  }

  @Test
  void theExactTestIsExact() {
    // scipy.stats.binom.sf(7, 10, 0.5), and of (59, 100, 0.5)
    assertThat(Bounds.atLeast(8, 10, 0.5)).isCloseTo(0.0546875, within(1e-9));
    assertThat(Bounds.atLeast(60, 100, 0.5)).isCloseTo(0.02844396682, within(1e-9));
  }

  @Test
  void drawsHaveTheirMeansAndDeviations() {
    Draws draws = new Draws(3);
    for (double mean : new double[] {0.5, 8, 40}) {
      double sum = 0;
      double squares = 0;
      int n = 40_000;
      for (int i = 0; i < n; i++) {
        double x = draws.poisson(mean);
        sum += x;
        squares += x * x;
      }
      double variance = squares / n - sum / n * (sum / n);
      assertThat(sum / n).isCloseTo(mean, within(0.02 * mean + 0.01));
      assertThat(variance).isCloseTo(mean, within(0.05 * mean));
    }
    assertThat(Draws.below(1.6448536)).isCloseTo(0.95, within(1e-6));
    assertThat(Draws.above(0.05)).isCloseTo(1.6448536, within(1e-4));
  }
}
