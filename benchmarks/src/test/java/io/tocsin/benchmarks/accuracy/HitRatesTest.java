package io.tocsin.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HitRatesTest {
  private static final List<String> HEADER = List.of("a", "b", "c", "d");

  @Test
  void whatCountsIsTheRankingAtTheHighestScoreOfAnEvent() {
    HitRates rates = new HitRates(List.of(new Cause(2, 4, Set.of("a", "b"))));
    rates.next(1, 99, () -> List.of("d", "c"));
    rates.next(2, 1, () -> List.of("d", "c"));
    rates.next(3, 2, () -> List.of("a", "d", "b"));
    rates.next(4, 2, () -> List.of("a", "b", "c"));
    rates.next(5, 99, () -> List.of("c", "d"));
    assertThat(rates.values().get("hitrate@100")).isEqualTo(0.5);
    assertThat(rates.values().get("hitrate@150")).as("the first three").isEqualTo(1);
  }

  @Test
  void theMeanIsOverEventsAndOneNeverScoredIsAMiss() {
    HitRates rates =
        new HitRates(List.of(new Cause(0, 0, Set.of("a")), new Cause(8, 9, Set.of("a", "b", "c"))));
    rates.next(0, 1, () -> List.of("b", "a"));
    assertThat(rates.values().get("hitrate@100")).isZero();
    assertThat(rates.values().get("hitrate@150")).isCloseTo(0.5, within(1e-12));
    assertThat(new HitRates(List.of()).values()).isEmpty();
  }

  @Test
  void anEndThatIsExclusiveIsReadAsTheRowBefore(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.txt"), "3-5:1,4\n\n7-8:2\n");
    assertThat(Cause.read(file, HEADER, 1))
        .containsExactly(new Cause(3, 4, Set.of("a", "d")), new Cause(7, 7, Set.of("b")));
    assertThat(Cause.read(file, HEADER, 0).getFirst().last()).isEqualTo(5);
    assertThat(Cause.read(folder.resolve("missing.txt"), HEADER, 0)).isEmpty();
  }

  @Test
  void aLineThatNamesNoKnownMetricIsRefusedByName(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.txt"), "3-5:9\n");
    assertThatThrownBy(() -> Cause.read(file, HEADER, 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("x.txt")
        .hasMessageContaining("3-5:9");
    Files.writeString(file, "3:1\n");
    assertThatThrownBy(() -> Cause.read(file, HEADER, 0)).hasMessageContaining("first-end:metrics");
  }
}
