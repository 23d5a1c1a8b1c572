package io.tocsin.collector.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.store.StateStore;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class MonitorLoopTest {
  private static final ReleaseEvent EVENT =
      new ReleaseEvent(
          "docker/shop", null, new Release("docker/shop", "1", "1.0"), 1, false, false, List.of());

  private final InputLog inputs = new InputLog(StateStore.inMemory(), () -> 1);

  @Test
  void aReleaseIsInTheLogBeforeItsPlatformTakesItAsTold() {
    try (inputs) {
      MonitorLoop.observe(inputs, EVENT);
      assertThat(inputs.newest()).isEqualTo(1);
    }
  }

  @Test
  void aReleaseThatCouldNotBeLoggedIsNotTold() {
    inputs.close();
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> MonitorLoop.observe(inputs, EVENT));
    // Its platform sees it again by itself, and a hundred others: none is waited for.
    MonitorLoop.observe(inputs, new Placement("pod-1", "docker/shop", "1"));
  }
}
