package io.tocsin.benchmarks.accuracy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Streams without history: learnt from, fitted and fitted again as the collector does. Alarms are
/// the anomalies that it raises; the threshold of the group is a budget, and the best of many in
/// hindsight is beside the one that is declared.
final class NabRun {
  private static final String ALL = "all";
  private static final double DECLARED = 1 / 7.0;
  // From ten a day to one in three years.
  private static final int HINDSIGHT = 200;
  private static final double LARGEST = 10;
  private static final double SMALLEST = 1e-3;

  private NabRun() {}

  static Results of(Path folder) {
    List<Double> budgets = budgets();
    Results results = new Results("nab");
    Map<String, List<Scored>> groups = new LinkedHashMap<>();
    List<Scored> all = new ArrayList<>();
    for (NabFile file : NabFile.all(folder)) {
      Scored scored = new Scored(file, raised(file, budgets));
      System.err.printf("nab %s%n", file.name());
      groups.computeIfAbsent(file.group(), g -> new ArrayList<>()).add(scored);
      all.add(scored);
    }
    groups.put(ALL, all);
    groups.forEach((group, files) -> {
      int windows = files.stream().mapToInt(scored -> scored.file.windows()).sum();
      if (windows > 0) {
        double[] scores =
            IntStream.range(0, budgets.size())
                .mapToDouble(b -> files.stream().mapToDouble(scored -> scored.raw(b)).sum())
                .toArray();
        int best = 0;
        for (int b = 1; b < scores.length; b++) {
          best = scores[b] > scores[best] ? b : best;
        }
        results.add(group, "score", NabFile.normalise(scores[best], windows));
        results.add(group, "threshold", Math.log10(24 / budgets.get(best)));
        results.add(group, "own_score", NabFile.normalise(scores[0], windows));
      }
    });
    return results;
  }

  /// @param raised by budget and row
  private record Scored(NabFile file, boolean[][] raised) {
    double raw(int budget) {
      return file.rawScore(raised[budget]);
    }
  }

  private static boolean[][] raised(NabFile file, List<Double> budgets) {
    Stream stream = new Stream(file.name(), List.of("value"), file.stepMinutes(), budgets);
    boolean[][] raised = new boolean[budgets.size()][file.values().length];
    for (int i = 0; i < file.values().length; i++) {
      boolean[] now = stream.next(new double[] {file.values()[i]}).raised();
      for (int b = 0; b < now.length; b++) {
        raised[b][i] = now[b];
      }
      stream.fitWhenDue();
    }
    return raised;
  }

  /// The declared one first.
  private static List<Double> budgets() {
    double step = Math.log(SMALLEST / LARGEST) / (HINDSIGHT - 1);
    return DoubleStream.concat(
            DoubleStream.of(DECLARED),
            IntStream.range(0, HINDSIGHT).mapToDouble(k -> LARGEST * Math.exp(k * step)))
        .boxed()
        .toList();
  }
}
