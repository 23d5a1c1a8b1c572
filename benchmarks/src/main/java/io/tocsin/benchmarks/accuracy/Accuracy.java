package io.tocsin.benchmarks.accuracy;

import io.tocsin.benchmarks.Arguments;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// How well the collector's own detection does on labelled public data, as
/// `part,entity,metric,value`, then beside the published figures.
public final class Accuracy {
  private static final String USAGE =
      "benchmarks/run accuracy --data DIR [--only smd,asd,nab,tabular,authlog]";
  private static final List<String> PARTS = List.of("smd", "asd", "nab", "tabular", "authlog");

  private Accuracy() {}

  public static void main(String[] args) {
    Arguments arguments = new Arguments(args, USAGE, List.of("--data", "--only"));
    Path data = arguments.data();
    Set<String> parts = parts(arguments);
    System.out.println("part,entity,metric,value");
    Map<String, Results> measured = new LinkedHashMap<>();
    for (MetricSet set : MetricSet.values()) {
      if (parts.contains(set.part())) {
        measured.put(set.part(), metrics(set, data));
      }
    }
    if (parts.contains("nab")) {
      measured.put("nab", NabRun.of(data.resolve("nab")));
    }
    if (parts.contains("tabular")) {
      measured.put("tabular", Tabular.of(data.resolve("tabular")));
    }
    if (parts.contains("authlog")) {
      measured.put("authlog", AuthLog.of(data));
    }
    System.out.print(Published.beside(measured));
  }

  private static Set<String> parts(Arguments arguments) {
    String only = arguments.get("--only");
    Set<String> parts =
        only == null
            ? Set.copyOf(PARTS)
            : Arrays.stream(only.split(",")).collect(Collectors.toSet());
    for (String part : parts) {
      if (!PARTS.contains(part)) {
        arguments.refuse("--only: expected some of %s, found %s".formatted(PARTS, part));
      }
    }
    return parts;
  }

  private static Results metrics(MetricSet set, Path data) {
    Results results = new Results(set.part());
    for (MetricSet.Entity entity : set.entities(data)) {
      long start = System.nanoTime();
      results.add(entity.name(), measure(entity, set.stepMinutes()));
      System.err.printf(
          "%s %s: %.1f s%n", set.part(), entity.name(), (System.nanoTime() - start) / 1e9);
    }
    results.summarise(
        Protocol.BUDGETS.keySet().stream().map(ending -> "kept_fa_per_day@" + ending).toList());
    return results;
  }

  static Map<String, Double> measure(MetricSet.Entity entity, double stepMinutes) {
    List<Double> budgets = List.copyOf(Protocol.BUDGETS.values());
    Stream stream = new Stream(entity.name(), entity.metrics(), stepMinutes, budgets);
    for (double[] row : entity.train()) {
      stream.next(row);
    }
    double[] calibration = stream.fit();
    double[] test = new double[entity.test().length];
    HitRates hitRates = new HitRates(entity.causes());
    boolean[][] alarms = new boolean[budgets.size()][test.length];
    for (int i = 0; i < test.length; i++) {
      Stream.Seen seen = stream.next(entity.test()[i]);
      test[i] = seen.held();
      if (seen.score() != null) {
        hitRates.next(i, seen.score().surprise(), stream::carriers);
      }
      for (int b = 0; b < alarms.length; b++) {
        alarms[b][i] = seen.open()[b];
      }
    }
    Protocol protocol = new Protocol(entity.label(), stepMinutes);
    Map<String, Double> values = protocol.of(calibration, test, entity.vusWindow());
    int b = 0;
    for (String ending : Protocol.BUDGETS.keySet()) {
      values.putAll(protocol.kept(ending, alarms[b++]));
    }
    values.putAll(hitRates.values());
    return values;
  }
}
