package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesReadTest {
  private final BytesRead bytes = new BytesRead();

  @Test
  void nothingToReadIsUnknownAndNotWhole() {
    bytes.add("a", 1_000, 0, 0);
    assertThat(bytes.share()).isNull();
    assertThat(bytes.share("a")).isNull();
    assertThat(bytes.share("nobody")).isNull();
  }

  @Test
  void eachAgentHasItsOwnShareAndAllHaveOne() {
    bytes.add("a", 10_000, 90, 10);
    bytes.add("a", 20_000, 110, 0);
    bytes.add("b", 20_000, 50, 50);
    assertThat(bytes.share("a")).isEqualTo(200 / 210.0);
    assertThat(bytes.share("b")).isEqualTo(0.5);
    assertThat(bytes.share()).isEqualTo(250 / 310.0);
  }

  @Test
  void manyInstancesDoNotShortenTheFiveMinutes() {
    for (int instance = 0; instance < 20_000; instance++) {
      bytes.add("a", 10_000, 1, 1);
    }
    bytes.add("a", 250_000, 60_000, 0);
    assertThat(bytes.share("a")).isEqualTo(80_000 / 100_000.0);
  }

  @Test
  void whatIsOlderThanFiveMinutesIsForgotten() {
    bytes.add("old", 10_000, 0, 100);
    bytes.add("a", 320_000, 100, 0);
    assertThat(bytes.share()).isEqualTo(1);
    assertThat(bytes.share("old")).isNull();
    bytes.add("old", 15_000, 0, 100);
    assertThat(bytes.share("old")).isNull();
  }
}
