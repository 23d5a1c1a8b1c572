package io.tocsin.benchmarks.faults;

import io.tocsin.benchmarks.faults.Scenario.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of one scenario with one seed: a line of the result file. All seconds are after the
/// fault, which is `faultAfter` seconds after the release; null is never.
///
/// @param startedAt epoch milliseconds of the release
/// @param verdict the last one's word
/// @param cause why it could not be judged; null otherwise
/// @param contrast what was compared; null when nothing was
/// @param calledAfter called regressed, by the collector's clock
/// @param response state of the response in words; null when there was none
/// @param refusals checks of the preflight that did not hold at the end
/// @param callableAfter when somebody who knows the fault could have called it, from the injector's
///   own ledger
/// @param story the verdicts, each when its word or cause changed
/// @param evidence sentences of what spoke against the release, strongest first, when it was called
///   or at the end
/// @param curve combined evidence, thinned
record Run(
    String scenario,
    long seed,
    Truth truth,
    long startedAt,
    double faultAfter,
    String verdict,
    @Nullable String cause,
    @Nullable String contrast,
    @Nullable Double firstAnomalyAfter,
    @Nullable Double calledAfter,
    @Nullable Double rolledBackAfter,
    @Nullable Double verifiedAfter,
    @Nullable String response,
    List<String> refusals,
    @Nullable Double callableAfter,
    double watchedSeconds,
    List<Told> story,
    List<String> evidence,
    List<Point> curve) {

  /// One verdict.
  record Told(double after, String word, @Nullable String cause, String sentence) {}

  /// @param logE natural logarithm of the combined evidence
  record Point(double after, double logE) {}

  Run {
    refusals = List.copyOf(refusals);
    story = List.copyOf(story);
    evidence = List.copyOf(evidence);
    curve = List.copyOf(curve);
  }

  boolean called() {
    return calledAfter != null;
  }

  boolean rolledBack() {
    return rolledBackAfter != null;
  }

  boolean calledHealthy() {
    return story.stream().anyMatch(told -> told.word().equals("healthy"));
  }

  boolean helped() {
    return "helped".equals(response);
  }

  /// Whether it ended as it must. A bad release that is gone is better than before: that its way
  /// back did not help is never true.
  boolean right() {
    return switch (truth) {
      case BAD -> called() && !"did not help".equals(response) && !"made worse".equals(response);
      case INNOCENT -> !called();
      case ONE_INSTANCE -> !called() && !calledHealthy();
    };
  }
}
