package io.tocsin.collector.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tocsin.collector.ingest.WindowSummary.Requests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// On one series: new and old events of twelve windows. The expected numbers come from the formulas
/// written down a second time, in Python; those of betting, excess and dispersion are what the
/// functions of `reference/judge.py` return.
class EvidenceTest {
  private static final int[] NEW = {5, 9, 12, 8, 11, 14, 9, 10, 13, 12, 8, 15};
  private static final int[] OLD = {4, 6, 3, 5, 7, 4, 6, 5, 3, 6, 5, 4};

  @Test
  void countsAgreeWithTheFormula() {
    CountEvidence even = CountEvidence.NONE;
    CountEvidence uneven = CountEvidence.NONE;
    for (int t = 0; t < NEW.length; t++) {
      even = even.next(NEW[t], OLD[t], 200, 200, 1.5, 1.3);
      uneven = uneven.next(NEW[t], OLD[t], 100, 300, 1.5, 2);
    }
    assertThat(even.logE()).isCloseTo(1.2767209993626751, within(1e-9));
    assertThat(uneven.logE()).isCloseTo(22.78250929942774, within(1e-9));
  }

  @Test
  void bettingAgreesWithTheReference() {
    // ratio_betting of four times the series; its history has blocks of 36.67 +- 2.75.
    BettingEvidence bets = BettingEvidence.NONE;
    double scale = 2 * (36.666666666666664 + 2.7487370837451075) + 1e-9;
    for (int t = 0; t < NEW.length; t += 2) {
      double x = 4 * (NEW[t] + NEW[t + 1]);
      double y = 4 * (OLD[t] + OLD[t + 1]);
      bets = bets.next(BettingEvidence.clip((x - 1.5 * y) / scale), 0.9);
    }
    assertThat(bets.logE()).isCloseTo(1.1672392286469222, within(1e-9));
  }

  @Test
  void eagerBetsWinFromTheFirstWindow() {
    BettingEvidence bets = BettingEvidence.EAGER;
    double scale = 2 * (18.33 + 2) + 1e-9;
    for (int t = 0; t < NEW.length; t++) {
      bets = bets.next(BettingEvidence.clip((4 * NEW[t] - 1.5 * 4 * OLD[t]) / scale), 0.9);
    }
    assertThat(bets.logE()).isCloseTo(2.181800032542672, within(1e-9));
    assertThat(BettingEvidence.EAGER.next(0.5, 0.9).logE()).isPositive();
    assertThat(BettingEvidence.NONE.next(0.5, 0.9).logE()).isZero();
  }

  @Test
  void limitsAgreeWithTheFormula() {
    LimitEvidence excess = LimitEvidence.ABOVE;
    LimitEvidence fine = LimitEvidence.BELOW;
    for (int x : NEW) {
      excess = excess.next(x, 200, 0.026, 0.026, 1.3);
      fine = fine.next(x, 200, 0.12, 0.03, 1.3);
    }
    assertThat(excess.logE()).isCloseTo(17.823492829117782, within(1e-9));
    assertThat(fine.logE()).isCloseTo(43.05686375855824, within(1e-9));
  }

  @Test
  void dispersionAgreesWithTheReferenceWithoutKeepingTheTable() {
    CountHistory history = CountHistory.NONE;
    for (int t = 0; t < 90; t++) {
      List<Double> counts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        counts.add((t * 7 + i * 5 + (t * i) % 4) % 6 + (t / 6 % 5 == i ? 9.0 : 0));
      }
      history = history.learn(counts, List.of(1.0, 1.0, 1.0));
    }
    assertThat(history.phi()).isCloseTo(18.03560018868129, within(1e-9));
  }

  @Test
  void theQuantileOfChiSquaredIsCloseEnough() {
    // scipy.stats.chi2.ppf(0.2, [10, 80])
    assertThat(Spread.chiSquaredFifth(10)).isCloseTo(6.1790792560, within(0.02));
    assertThat(Spread.chiSquaredFifth(80)).isCloseTo(69.2068938, within(0.02));
  }

  @Test
  void whatIsStillNeededMeetsTheCheckValues() {
    double target = Math.log(100);
    assertThat(Math.round(StillNeeded.toRegressed(0.001, 0.005, 1, 1, target, 0))).isEqualTo(3164);
    assertThat(Math.round(StillNeeded.toRegressed(0.001, 0.01, 1, 1, target, 0))).isEqualTo(1078);
    assertThat(Math.round(StillNeeded.toRegressed(0.005, 0.02, 1, 1, target, 0))).isEqualTo(956);
  }

  @Test
  void unknownSpreadIsAssumedLargeAndKnownSpreadIsMeasured() {
    Spread spread = Spread.NONE;
    assertThat(spread.bound(0.4, 1)).isEqualTo(0.4);
    for (int restart = 0; restart < 6; restart++) {
      spread =
          spread
              .learn(List.of(1000.0, 1010.0, 990.0, 1005.0), List.of(1e5, 1e5, 1e5, 1e5))
              .changed(List.of(-1, -1, -1, -1));
    }
    assertThat(spread.bound(0.4, 1)).isLessThan(0.05);
  }

  @Test
  void eventsThatComeInBurstsAreNoSpread() {
    // Two instances of equal rates over 40 restarts, a burst of ten in some windows.
    SplittableRandom random = new SplittableRandom(5);
    Spread spread = Spread.NONE;
    for (int restart = 0; restart < 40; restart++) {
      List<Double> events = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int bursts = 0;
        for (int t = 0; t < 180; t++) {
          bursts += random.nextDouble() < 0.1 ? 1 : 0;
        }
        events.add(10.0 * bursts);
      }
      spread = spread.learn(events, List.of(1e4, 1e4)).changed(List.of(-1, -1));
    }
    assertThat(spread.bound(0.4, 1)).isGreaterThan(0.2);
    assertThat(spread.bound(0.4, 10)).isLessThan(0.12);
  }

  @Test
  void burstsAreCountedOnceAndScatteredEventsEach() {
    assertThat(unit(10).byWindows()).isTrue();
    assertThat(unit(1).byWindows()).isFalse();
  }

  /// Five instances and ten restarts, half an event a window on average, `burst` at a time on
  /// average.
  private static CountUnit unit(int burst) {
    SplittableRandom random = new SplittableRandom(3);
    SignalHistory history = SignalHistory.NONE;
    List<Double> exposures = List.of(100.0, 100.0, 100.0, 100.0, 100.0);
    for (int t = 0; t < 2_000; t++) {
      List<Double> counts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        double count = 0;
        for (int k = 0; k < 5; k++) {
          double size =
              1 + Math.floor(Math.log(1 - random.nextDouble()) / Math.log(1 - 1.0 / burst));
          count += random.nextDouble() < 0.1 / burst ? size : 0;
        }
        counts.add(count);
      }
      history = history.learn(counts, exposures);
      if (t % 200 == 199) {
        history = history.changed(List.of(-1, -1, -1, -1, -1));
      }
    }
    return CountUnit.of(JudgeConfig.defaults(), history, 5);
  }

  @Test
  void halfTheTrafficDoesNotHalveTheWindowsThatHaveAnEvent() {
    CountUnit windows = new CountUnit(true, 1, 0, 1, 1, 100);
    assertThat(windows.count(7)).isEqualTo(1);
    assertThat(windows.exposure(50, 100, 5, 5)).isEqualTo(100);
    assertThat(windows.exposure(200, 100, 5, 5)).isEqualTo(200);
    CountUnit events = new CountUnit(false, 1, 0, 1, 1, 100);
    assertThat(events.count(7)).isEqualTo(7);
    assertThat(events.exposure(50, 100, 5, 5)).isEqualTo(50);
  }

  @Test
  void slowIsWhereSlowerRequestsWouldShowMost() {
    // 5 % above 100 ms; then 7 %, where the bucket of the 95 % quantile would be 250 ms.
    assertThat(slowAbove(4_400, 470, 4_630, 495, 5)).isEqualTo(100);
    assertThat(slowAbove(4_200, 500, 4_600, 695, 5)).isEqualTo(100);
    // Nearly all within 50 ms.
    assertThat(slowAbove(6_000, 3_600, 380, 19, 1)).isEqualTo(50);
    // So heavy a tail that 30 % more would hardly show anywhere: the bucket of the 95 % quantile.
    assertThat(slowAbove(8_000, 900, 600, 300, 200)).isEqualTo(100);
  }

  private static double slowAbove(long... counts) {
    List<Double> bounds = List.of(25.0, 50.0, 100.0, 250.0, Double.POSITIVE_INFINITY);
    List<Long> buckets = Arrays.stream(counts).boxed().toList();
    long total = Arrays.stream(counts).sum();
    return Latency.NONE
        .learn(new Requests(total, 0, 0, bounds, buckets, 0, List.of()))
        .slowAboveMillis();
  }
}
