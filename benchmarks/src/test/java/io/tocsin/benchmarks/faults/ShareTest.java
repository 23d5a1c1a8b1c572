package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShareTest {
  @Test
  void theBoundsAreThoseOfClopperAndPearson() {
    // 1 - .05^(1/n), and quantiles of the beta distribution: qbeta(.95, 3, 8), qbeta(.05, 2, 9).
    assertThat(new Share(0, 300).upper()).isCloseTo(0.009936, within(1e-6));
    assertThat(new Share(0, 32).upper()).isCloseTo(0.089372, within(1e-5));
    assertThat(new Share(2, 10).upper()).isCloseTo(0.506901, within(1e-5));
    assertThat(new Share(2, 10).lower()).isCloseTo(0.036771, within(1e-5));
    assertThat(new Share(0, 10).lower()).isZero();
    assertThat(new Share(10, 10).upper()).isEqualTo(1);
    assertThat(new Share(10, 10).lower()).isCloseTo(Math.pow(0.05, 0.1), within(1e-9));
  }

  @Test
  void moreThanAllIsRefused() {
    assertThatThrownBy(() -> new Share(3, 2)).hasMessageContaining("3 of 2");
  }
}
