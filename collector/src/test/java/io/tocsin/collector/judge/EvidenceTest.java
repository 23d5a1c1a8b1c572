package io.tocsin.collector.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against `reference/judge.py` on one series: new and old events of twelve windows. The expected
/// numbers are what its functions of the same names return.
class EvidenceTest {
  private static final int[] NEW = {5, 9, 12, 8, 11, 14, 9, 10, 13, 12, 8, 15};
  private static final int[] OLD = {4, 6, 3, 5, 7, 4, 6, 5, 3, 6, 5, 4};

  @Test
  void countsAgreeWithTheReference() {
    CountEvidence even = CountEvidence.NONE;
    CountEvidence uneven = CountEvidence.NONE;
    for (int t = 0; t < NEW.length; t++) {
      even = even.next(NEW[t], OLD[t], 200, 200, 1.5, 1.3);
      uneven = uneven.next(NEW[t], OLD[t], 100, 300, 1.5, 2);
    }
    assertThat(even.logE()).isCloseTo(1.5982517120672015, within(1e-9));
    assertThat(uneven.logE()).isCloseTo(23.07753746982285, within(1e-9));
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
  void limitsAgreeWithTheReference() {
    LimitEvidence excess = LimitEvidence.ABOVE;
    LimitEvidence fine = LimitEvidence.BELOW;
    for (int x : NEW) {
      excess = excess.next(x, 200, 0.026, 1.3);
      fine = fine.next(x, 200, 0.12, 1.3);
    }
    assertThat(excess.logE()).isCloseTo(17.823492829117782, within(1e-9));
    assertThat(fine.logE()).isCloseTo(41.3492018504725, within(1e-9));
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
    assertThat(spread.bound(0.4)).isEqualTo(0.4);
    for (int restart = 0; restart < 6; restart++) {
      spread =
          spread
              .learn(List.of(1000.0, 1010.0, 990.0, 1005.0), List.of(1e5, 1e5, 1e5, 1e5))
              .changed(List.of(-1, -1, -1, -1));
    }
    assertThat(spread.bound(0.4)).isLessThan(0.05);
  }
}
