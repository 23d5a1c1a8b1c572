package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EffectTest {
  private static final Effect ERRORS = new Effect.Share(LedgerLine::errors, 0.005, 0.02);

  @Test
  void aShareAddsTheBinomialLikelihoodRatio() {
    // ln(.02/.005) and ln(.98/.995), by hand.
    assertThat(ERRORS.logRatio(second(1, "1.1", 50, 1)))
        .isCloseTo(1.386294 - 49 * 0.015190, within(1e-4));
    assertThat(ERRORS.logRatio(second(1, "1.1", 0, 0))).isZero();
  }

  @Test
  void aCrashSpeaksForALoopAndEachSecondWithoutOneAgainst() {
    Effect loop = new Effect.Crashes(1 / 3_600.0, 1 / 13.0);
    assertThat(loop.logRatio(LedgerLine.of("1000,1.1,0,0,0,0,1,0.0,0,0,0,1")))
        .isCloseTo(Math.log(3_600 / 13.0) - 0.076645, within(1e-5));
    assertThat(loop.logRatio(second(1, "1.1", 40, 0))).isNegative();
  }

  @Test
  void whatIsAtWorkIsCallableAfterThreeSecondsOfOneInstance() {
    Effect leak = new Effect.AtWork(line -> line.leakedMb() >= 8);
    List<LedgerLine> ledger =
        LongStream.rangeClosed(1, 10)
            .mapToObj(
                s -> LedgerLine.of("%d,1.1,40,0,0,0,0,%d.0,0,0,0,1".formatted(1_000 * s, 8 * s)))
            .toList();
    assertThat(leak.callableAfter(ledger, "1.1", 0, 180)).hasValue(3);
  }

  @Test
  void onlyTheNewReleaseBetweenFaultAndDeadlineCounts() {
    List<LedgerLine> ledger = new ArrayList<>();
    for (int s = 1; s <= 100; s++) {
      ledger.add(second(s, "1.0", 40, 5));
      ledger.add(second(s, "1.1", 40, s <= 20 || s > 60 ? 5 : 0));
    }
    assertThat(ERRORS.callableAfter(ledger, "1.1", 20_000, 40)).isEmpty();
    // Forty clean seconds first, each of which speaks against the fault.
    assertThat(ERRORS.callableAfter(ledger, "1.1", 20_000, 80).orElseThrow()).isGreaterThan(41);
    assertThat(ERRORS.callableAfter(ledger, "1.1", 60_000, 40)).hasValue(2);
  }

  @Test
  void aReleaseWithoutTheFaultIsNotCallable() {
    List<LedgerLine> ledger =
        LongStream.rangeClosed(1, 120)
            .mapToObj(s -> second(s, "1.1", 40, s % 5 == 0 ? 1 : 0))
            .toList();
    assertThat(ERRORS.callableAfter(ledger, "1.1", 0, 120)).isEmpty();
    assertThat(new Effect.None().callableAfter(ledger, "1.1", 0, 120)).isEmpty();
  }

  @Test
  void aShareOfNothingIsRefusedForItWouldMakeTheFirstErrorInfiniteEvidence() {
    assertThatThrownBy(() -> new Effect.Share(LedgerLine::errors, 0, 0.02))
        .hasMessageContaining("expected 0 < old");
  }

  private static LedgerLine second(long second, String release, long requests, long errors) {
    return LedgerLine.of(
        "%d,%s,%d,%d,0,0,0,0.0,0,0,0,1".formatted(1_000 * second, release, requests, errors));
  }
}
