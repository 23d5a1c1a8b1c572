package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.detect.Row;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentPastTest {
  private final RecentPast past = new RecentPast();

  @Test
  void whatIsSeenShowsAtOnceAndWhatIsUsualAfterFiveWindows() {
    add(1, 10);
    assertThat(past.deviations().getFirst().seen()).isEqualTo(10);
    assertThat(past.deviations().getFirst().usualLow()).isNull();
    for (int window = 2; window <= 5; window++) {
      add(window, 10 + window);
    }
    assertThat(past.deviations().getFirst().usualLow()).isEqualTo(10);
  }

  @Test
  void theFurthestOutComesFirst() {
    for (int window = 1; window <= 30; window++) {
      past.add(
          new Row(
              window * 10_000L,
              "",
              Map.of("calm", 5.0 + window % 3, "odd", window == 30 ? 90.0 : 5.0 + window % 3)));
    }
    assertThat(past.deviations())
        .extracting(WorkloadDetail.Deviation::metric)
        .containsExactly("odd", "calm");
    assertThat(past.deviations().getFirst().distance()).isGreaterThan(10);
  }

  @Test
  void aMetricThatNeverMovedIsNotInfinitelyFarOut() {
    for (int window = 1; window <= 20; window++) {
      add(window, window == 20 ? 101 : 100);
    }
    assertThat(past.deviations().getFirst().distance()).isEqualTo(1.0);
  }

  private void add(int window, double value) {
    past.add(new Row(window * 10_000L, "", Map.of("cpu", value)));
  }
}
