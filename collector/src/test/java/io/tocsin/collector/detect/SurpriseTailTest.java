package io.tocsin.collector.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurpriseTailTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 118, 1000})
  void theLevelOfARateIsPassedAtThatRate(int peaks) {
    SurpriseTail tail = SurpriseTail.fit(new Random(peaks).doubles(peaks).toArray(), 1);
    for (double perHour : new double[] {0.4, 1 / 24.0, 1 / 168.0, 1 / 720.0}) {
      assertThat(tail.perHour(tail.level(perHour))).isCloseTo(perHour, within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 118, 1000})
  void whatIsRarerLiesHigher(int peaks) {
    SurpriseTail tail = SurpriseTail.fit(new Random(peaks).doubles(peaks).toArray(), 1);
    double before = Double.NEGATIVE_INFINITY;
    for (double hours = 0.1; hours < 1e6; hours *= 2) {
      assertThat(tail.level(1 / hours)).isGreaterThan(before);
      before = tail.level(1 / hours);
    }
  }

  @Test
  void aFewPeaksAskForMoreThanMany() {
    double[] few = new Random(1).doubles(10).toArray();
    double[] many = new double[1000];
    for (int i = 0; i < many.length; i++) {
      many[i] = few[i % few.length];
    }
    double perHour = 1 / 720.0;
    assertThat(SurpriseTail.fit(few, 1).level(perHour))
        .isGreaterThan(SurpriseTail.fit(many, 1).level(perHour));
  }
}
