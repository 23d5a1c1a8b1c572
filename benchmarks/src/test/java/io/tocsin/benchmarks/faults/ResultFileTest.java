package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.benchmarks.faults.Scenario.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  @TempDir Path folder;

  private static final Run RUN = TotalsTest.run(Truth.BAD, "regressed", 30.0, 5.0, 35.0);

  @Test
  void whatWasRunIsThereAtTheNextCallAndIsEqual() throws IOException {
    Path file = folder.resolve("runs.jsonl");
    new ResultFile(file).add(RUN);
    var again = new ResultFile(file);
    assertThat(again.runs()).containsExactly(RUN);
    assertThat(again.has("clean", 1)).isTrue();
    assertThat(again.has("clean", 2)).isFalse();
    again.add(RUN);
    assertThat(new ResultFile(file).runs()).hasSize(2);
  }

  @Test
  void aLineThatWasCutShortIsRunAgainAndLeavesNoScar() throws IOException {
    Path file = folder.resolve("runs.jsonl");
    new ResultFile(file).add(RUN);
    Files.writeString(file, "{\"scenario\":\"cle", StandardOpenOption.APPEND);
    var again = new ResultFile(file);
    assertThat(again.runs()).hasSize(1);
    again.add(RUN);
    assertThat(new ResultFile(file).runs()).containsExactly(RUN, RUN);
  }

  @Test
  void aLineOfSomethingElseIsNamedWithItsNumber() throws IOException {
    Path file = folder.resolve("runs.jsonl");
    new ResultFile(file).add(RUN);
    Files.writeString(file, "{\"scenarios\":1}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> new ResultFile(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("runs.jsonl:2: expected a run");
  }
}
