package io.tocsin.benchmarks.faults;

import io.tocsin.benchmarks.faults.Scenario.Truth;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All runs together. A release that is bad on one instance alone counts among those that must not
/// be taken back, and never as bad.
///
/// @param precision called ones that are bad, of all called
/// @param recall callable bad ones that were called
/// @param recallOfAll bad ones that were called, callable or not
/// @param wrongRollbacks of those that must not be taken back
/// @param wrongPromotions bad ones, on one instance or all, that were called healthy at any time
/// @param helped bad ones taken back of which it was said that it helped
/// @param oneInstanceNamed releases bad on one instance whose verdict said so
record Totals(
    int runs,
    Share precision,
    Share recall,
    Share recallOfAll,
    Share wrongRollbacks,
    Share wrongPromotions,
    Share helped,
    Share oneInstanceNamed,
    Times detect,
    Times recover) {

  private static final List<String> NAMED = List.of("one-instance-only", "one-node-only");

  /// Seconds over those that got there; null when none did.
  ///
  /// @param p95 the smallest that 95 % do not exceed
  record Times(int n, @Nullable Double median, @Nullable Double p95) {
    static Times of(List<Double> seconds) {
      double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted.length == 0
          ? new Times(0, null, null)
          : new Times(
              sorted.length, middle(sorted), sorted[(int) Math.ceil(0.95 * sorted.length) - 1]);
    }

    private static double middle(double[] sorted) {
      return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
          .average()
          .orElseThrow();
    }
  }

  static Totals of(List<Run> runs) {
    List<Run> bad = runs.stream().filter(run -> run.truth() == Truth.BAD).toList();
    List<Run> callable = bad.stream().filter(run -> run.callableAfter() != null).toList();
    List<Run> innocent = runs.stream().filter(run -> run.truth() != Truth.BAD).toList();
    List<Run> single = runs.stream().filter(run -> run.truth() == Truth.ONE_INSTANCE).toList();
    List<Run> called = runs.stream().filter(Run::called).toList();
    return new Totals(
        runs.size(),
        share(called, run -> run.truth() == Truth.BAD),
        share(callable, Run::called),
        share(bad, Run::called),
        share(innocent, Run::rolledBack),
        share(
            runs.stream().filter(run -> run.truth() != Truth.INNOCENT).toList(),
            Run::calledHealthy),
        share(bad.stream().filter(Run::rolledBack).toList(), Run::helped),
        share(single, run -> run.cause() != null && NAMED.contains(run.cause())),
        times(bad, Run::calledAfter),
        times(bad.stream().filter(Run::helped).toList(), Run::verifiedAfter));
  }

  private interface Trait {
    boolean of(Run run);
  }

  private static Share share(List<Run> runs, Trait trait) {
    return new Share(runs.stream().filter(trait::of).count(), runs.size());
  }

  private static Times times(List<Run> runs, Function<Run, @Nullable Double> seconds) {
    return Times.of(
        runs.stream().map(seconds).filter(Objects::nonNull).map(Objects::requireNonNull).toList());
  }

  /// By name, in the order in which they are shown; what cannot be said is left out.
  Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("runs", (double) runs);
    put(values, "precision", precision);
    put(values, "recall_of_callable", recall);
    put(values, "recall_of_all_bad", recallOfAll);
    put(values, "wrong_rollbacks", wrongRollbacks);
    put(values, "wrong_promotions", wrongPromotions);
    put(values, "helped", helped);
    put(values, "one_instance_named", oneInstanceNamed);
    put(values, "seconds_to_verdict", detect);
    put(values, "seconds_to_verified", recover);
    return values;
  }

  private static void put(Map<String, Double> values, String name, Share share) {
    values.put(name + "_n", (double) share.of());
    values.put(name + "_hits", (double) share.hits());
    if (share.of() > 0) {
      values.put(name, share.value());
      values.put(name + "_lower", share.lower());
      values.put(name + "_upper", share.upper());
    }
  }

  private static void put(Map<String, Double> values, String name, Times times) {
    values.put(name + "_n", (double) times.n());
    if (times.median() != null && times.p95() != null) {
      values.put(name + "_median", times.median());
      values.put(name + "_p95", times.p95());
    }
  }
}
