package io.tocsin.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AuthLogTest {

  @Test
  void everySourceThatGuessesIsFoundEarlyAndNoOther() {
    Path data = Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data");
    assumeTrue(
        Files.isDirectory(data), () -> "no labelled data at " + data + ": guessing not measured");
    Results results = AuthLog.of(data);
    assertThat(results.get("all", "sources")).isEqualTo(53);
    assertThat(results.get("all", "harmless")).isEqualTo(40);
    assertThat(results.get("all", "recall")).isEqualTo(1);
    assertThat(results.get("all", "false_alerts")).isZero();
  }
}
