package io.tocsin.benchmarks.agent;

import java.util.List;
import java.util.Locale;

/// Results on standard output, `name,value,unit`, as they are known.
final class Rows {
  private final String agent;

  Rows(String agent) {
    this.agent = agent;
  }

  static void head() {
    System.out.println("name,value,unit");
  }

  void say(String name, double value, String unit) {
    System.out.printf(Locale.ROOT, "%s.%s,%.6g,%s%n", agent, name, value, unit);
  }

  void lines(String name, long count) {
    System.out.printf(Locale.ROOT, "%s.%s,%d,lines%n", agent, name, count);
  }

  void megabytes(String name, long bytes) {
    say(name, bytes / 1e6, "MB");
  }

  /// The median, and beside it the least and the greatest.
  void spread(String name, List<Double> values, String unit) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    say(name, (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2, unit);
    say(name + "_min", sorted[0], unit);
    say(name + "_max", sorted[sorted.length - 1], unit);
  }

  void progress(String text) {
    System.err.printf("agent: %s: %s%n", agent, text);
  }
}
