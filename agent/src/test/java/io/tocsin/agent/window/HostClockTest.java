package io.tocsin.agent.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostClockTest {
  private long wall = 1_000_000;
  private long nanos;
  private final HostClock clock = new HostClock(() -> wall, () -> nanos);

  @Test
  void itFollowsTheHost() {
    pass(1_000);
    assertThat(clock.getAsLong()).isEqualTo(wall);
  }

  @Test
  void aStepForwardIsFollowedAtOnce() {
    wall += 3_600_000;
    assertThat(clock.getAsLong()).isEqualTo(wall);
  }

  @Test
  void aStepBackIsWorkedOffAndNeverFollowed() {
    wall -= 60_000;
    long before = clock.getAsLong();
    for (int second = 0; second < 700; second++) {
      pass(1_000);
      long now = clock.getAsLong();
      assertThat(now).isGreaterThan(before);
      before = now;
    }
    assertThat(clock.getAsLong()).isEqualTo(wall);
    assertThat(clock.aheadMillis()).isZero();
  }

  private void pass(long millis) {
    wall += millis;
    nanos += millis * 1_000_000;
  }
}
