package io.tocsin.benchmarks.parsing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParseScoreTest {

  /// The stored figures are those of a parser that calls every token with a digit a value.
  @Test
  void theStoredFiguresOfTheRuleOfDigitsComeOutAgain() throws IOException {
    Path data = Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data");
    assumeThat(data.resolve("loghub")).as("Loghub samples").isDirectory();
    Map<String, Double> stored = new HashMap<>();
    for (String line : Files.readAllLines(data.resolve("evaluation_check.csv"))) {
      String[] cells = line.split(",");
      if (cells[0].equals("loghub")) {
        stored.put(cells[1] + " " + cells[2], Double.valueOf(cells[3]));
      }
    }
    Map<String, Double> computed = new HashMap<>();
    for (Loghub system : Loghub.all(data.resolve("loghub"))) {
      List<String> found = system.messages().stream().map(ParseScoreTest::withoutDigits).toList();
      List<String> truth = system.corrected();
      var corrected = ParseScore.of(truth, truth, found, found);
      String name = system.system() + " ";
      computed.put(name + "GA", ParseScore.of(system.eventIds(), truth, found, found).ga());
      computed.put(name + "GA_corrected", corrected.ga());
      computed.put(name + "FGA", corrected.fga());
      computed.put(name + "PA", corrected.pa());
      computed.put(name + "FTA", corrected.fta());
    }
    assertThat(stored).hasSize(40).containsOnlyKeys(computed.keySet());
    stored.forEach(
        (name, value) -> assertThat(computed.get(name)).as(name).isCloseTo(value, within(1e-9)));
  }

  @Test
  void theMinerReachesTheReferenceOnLoghub() throws IOException {
    Path folder =
        Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data/loghub");
    assumeThat(folder).as("Loghub samples").isDirectory();
    List<Map<String, Double>> figures = Loghub.all(folder).stream().map(Parsing::measure).toList();
    assertThat(mean(figures, "ga_corrected")).isGreaterThanOrEqualTo(0.99);
    assertThat(mean(figures, "fga")).isGreaterThanOrEqualTo(0.98);
    assertThat(mean(figures, "pa")).isGreaterThanOrEqualTo(0.98);
    assertThat(mean(figures, "raw_ga")).isGreaterThanOrEqualTo(0.99);
  }

  private static double mean(List<Map<String, Double>> figures, String metric) {
    return figures.stream().mapToDouble(f -> f.getOrDefault(metric, 0.0)).average().orElse(0);
  }

  private static String withoutDigits(String message) {
    List<String> out = new ArrayList<>();
    for (String word : message.strip().split("\\s+")) {
      out.add(word.chars().anyMatch(c -> c >= '0' && c <= '9') ? "<*>" : word);
    }
    return String.join(" ", out);
  }
}
