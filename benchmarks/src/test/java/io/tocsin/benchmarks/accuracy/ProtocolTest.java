package io.tocsin.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProtocolTest {

  /// Simple scores that every program can rebuild, with their exact results.
  @Test
  void theStoredFiguresOfSimpleScoresComeOutAgain() {
    Path data = Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data");
    assumeTrue(
        Files.isDirectory(data), () -> "no labelled data at " + data + ": protocol not compared");
    Map<String, Double> stored = new TreeMap<>();
    for (String[] row : Table.read(data.resolve("evaluation_check.csv")).rows()) {
      if (!row[0].equals("loghub")) {
        stored.put(row[0] + " " + row[1] + " " + row[2], Double.valueOf(row[3]));
      }
    }
    Map<String, Double> computed = new TreeMap<>();
    for (MetricSet set : MetricSet.values()) {
      for (MetricSet.Entity entity : set.entities(data)) {
        double[] calibration = sums(entity.calibration());
        new Protocol(entity.label(), set.stepMinutes())
            .of(calibration, sums(entity.test()), entity.vusWindow())
            .forEach((metric, value) ->
                computed.put(set.part() + " " + entity.name() + " " + metric, value));
      }
    }
    for (NabFile file : NabFile.all(data.resolve("nab"))) {
      boolean[] alarm = new boolean[file.values().length];
      IntStream.range(0, alarm.length)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -file.values()[i]))
          .limit(10)
          .forEach(i -> alarm[i] = true);
      computed.put("nab " + file.name() + " raw_score", file.rawScore(alarm));
    }
    assertThat(stored).hasSize(259);
    assertThat(computed.keySet()).containsAll(stored.keySet());
    stored.forEach((name, value) ->
        assertThat(computed.get(name))
            .as(name)
            .isCloseTo(value, within(1e-9 + 1e-6 * Math.abs(value))));
  }

  private static double[] sums(double[][] rows) {
    return Arrays.stream(rows)
        .mapToDouble(row -> Arrays.stream(row).map(v -> Math.rint(1_000_000 * v)).sum())
        .toArray();
  }
}
