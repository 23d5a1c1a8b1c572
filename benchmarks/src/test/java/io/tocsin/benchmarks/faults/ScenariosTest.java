package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.benchmarks.faults.Scenario.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScenariosTest {
  @Test
  void everyNameIsOneStory() {
    assertThat(Scenarios.ALL)
        .extracting(Scenario::word)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(24);
  }

  @Test
  void everyBadReleaseHasAnEffectThatSomebodyWhoKnowsItCanTestFor() {
    assertThat(Scenarios.ALL)
        .allSatisfy(s ->
            assertThat(s.effect() instanceof Effect.None)
                .as(s.word())
                .isEqualTo(s.truth() != Truth.BAD));
  }

  @Test
  void everyPropertyIsOneThatTheServiceKnows() throws IOException {
    String conduct =
        Files.readString(
            Path.of(System.getProperty("tocsin.root")).resolve("deploy/demo/Conduct.java"));
    for (Scenario scenario : Scenarios.ALL) {
      List<String> names =
          Stream.of(scenario.old(), scenario.fresh())
              .flatMap(p -> Stream.of(p.split(",")))
              .filter(p -> !p.isEmpty())
              .map(p -> p.split("=")[0])
              .toList();
      assertThat(names)
          .as(scenario.word())
          .allSatisfy(name -> assertThat(conduct).contains("Map.entry(\"%s\"".formatted(name)));
    }
  }

  @Test
  void everyStepFollowsTheOneBefore() {
    assertThat(Scenarios.ALL)
        .allSatisfy(s ->
            assertThat(s.steps())
                .extracting(Scenario.Step::second)
                .as(s.word())
                .isSorted()
                .first()
                .isEqualTo(0));
  }
}
