package io.tocsin.collector.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.window.SealConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Windows of 10 s; a fast bake of 5 minutes, a slow one of 25.
class WorkloadMonitorTest {
  private static final long MINUTE = 60_000;
  private static final MonitorConfig CONFIG =
      new MonitorConfig(
          SealConfig.DEFAULT,
          DetectConfig.hurried(Shop.WINDOW, 100 * MINUTE),
          CalibrateConfig.hurried(Shop.WINDOW, 6),
          new JudgeConfig(
              0.01,
              0.001,
              1.5,
              2,
              0.001,
              Shop.WINDOW,
              MINUTE,
              20_000,
              5 * MINUTE,
              25 * MINUTE,
              1,
              5 * MINUTE,
              0.98,
              0.4),
          MINUTE);

  private final WorkloadMonitor monitor = new WorkloadMonitor(CONFIG, Shop.KEY, new TemplateBook());
  private final List<Fact> facts = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theReleaseFoundAtFirstHasToRunWellBeforeItIsATarget(long seed) {
    Shop shop = found(seed);
    run(shop, 4);
    assertThat(ranks()).isEmpty();
    run(shop, 2);
    assertThat(ranks()).containsExactly("1.0 PASSED");
    run(shop, 20);
    assertThat(ranks()).containsExactly("1.0 PASSED", "1.0 PROVEN");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aGoodReleasePassesAfterTheFastBakeAndIsProvenAfterTheSlowOne(long seed) {
    Shop shop = found(seed);
    run(shop, 10);
    release(shop, "1.1", 2);
    run(shop, 20);
    assertThat(ranks()).containsExactly("1.0 PASSED", "1.1 PASSED");
    run(shop, 6);
    assertThat(ranks()).containsExactly("1.0 PASSED", "1.1 PASSED", "1.1 PROVEN");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aReleaseThatGoesBadInTheSlowBakeLosesItsRankAndLeadsBackToTheOneBefore(long seed) {
    Shop shop = found(seed);
    run(shop, 10);
    release(shop, "1.1", 2);
    run(shop, 15);
    shop.fail("1.1", 0.05);
    run(shop, 5);
    assertThat(ranks()).containsExactly("1.0 PASSED", "1.1 PASSED", "1.1 REGRESSED");
    assertThat(last().outcome()).isInstanceOf(Outcome.Regressed.class);
    assertThat(last().baseline()).isEqualTo("1.0");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aReleaseThatNobodyCouldJudgeIsNeitherTargetNorBaseline(long seed) {
    Shop shop = found(seed);
    run(shop, 10);
    release(shop, "1.1", 2);
    run(shop, 1);
    release(shop, "1.2", 4);
    run(shop, 1);
    assertThat(facts)
        .anyMatch(fact ->
            fact instanceof Fact.Judged(Verdict verdict, boolean _)
                && verdict.outcome() instanceof Outcome.Superseded);
    assertThat(last().baseline()).isEqualTo("1.0");
    assertThat(ranks()).containsExactly("1.0 PASSED");
  }

  private Shop found(long seed) {
    Shop shop = new Shop(seed);
    facts.addAll(monitor.release(shop.deploy("1.0", 4)));
    return shop;
  }

  private void release(Shop shop, String name, int instances) {
    facts.addAll(monitor.release(shop.deploy(name, instances)));
  }

  private void run(Shop shop, int minutes) {
    for (long i = 0; i < minutes * MINUTE / Shop.WINDOW; i++) {
      facts.addAll(monitor.window(shop.next(), null, since -> 1));
    }
  }

  private Verdict last() {
    return facts.stream()
        .filter(Fact.Judged.class::isInstance)
        .map(fact -> ((Fact.Judged) fact).verdict())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private List<String> ranks() {
    List<String> ranks = new ArrayList<>();
    for (Fact fact : facts) {
      if (fact instanceof Fact.Ranked(String _, long _, String release, long _, Rank rank)) {
        ranks.add(release + " " + rank);
      }
    }
    return ranks;
  }
}
