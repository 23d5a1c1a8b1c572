package io.tocsin.collector.respond;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// What Tocsin may do, and how often.
///
/// @param rules autonomy by workload, the first that fits; what none fits is only observed
/// @param actWithoutRecord whether `act` is allowed before a workload has a record of right
///   decisions
/// @param recordNeeded right decisions in a row that earn `act`, and that lift a demotion by one
///   step; at least 1
/// @param minCompleteness share of the bytes on disk that must have been read, 0 to 1
/// @param actEvidence e-value from which Tocsin may act unasked: 1 / alpha_act of STATISTICS item 9
/// @param perWorkloadAnHour rollbacks of one workload
/// @param perHour rollbacks of all workloads together
/// @param askFor how long a question stands before it expires
/// @param rolloutDeadline by which an accepted rollback must have reached every instance
/// @param soleCollector whether no other collector can roll back here: needed to act on a platform
///   without a lock
public record RespondConfig(
    List<Rule> rules,
    boolean actWithoutRecord,
    int recordNeeded,
    double minCompleteness,
    double actEvidence,
    int perWorkloadAnHour,
    int perHour,
    Duration askFor,
    Duration rolloutDeadline,
    boolean soleCollector) {

  public RespondConfig {
    rules = List.copyOf(rules);
    if (recordNeeded < 1 || perWorkloadAnHour < 0 || perHour < 0) {
      throw new IllegalArgumentException(
          "record %d (at least 1), rollbacks an hour %d and %d (at least 0)"
              .formatted(recordNeeded, perWorkloadAnHour, perHour));
    }
    if (!(minCompleteness >= 0 && minCompleteness <= 1) || !(actEvidence >= 1)) {
      throw new IllegalArgumentException(
          "completeness %s (0 to 1), evidence %s (at least 1)"
              .formatted(minCompleteness, actEvidence));
    }
  }

  /// Observes everything that no rule names; three rollbacks an hour; asks for 15 minutes.
  public static RespondConfig of(List<Rule> rules) {
    return new RespondConfig(
        rules, false, 3, 0.9, 1000, 3, 3, Duration.ofMinutes(15), Duration.ofMinutes(10), false);
  }

  Autonomy autonomy(String workload) {
    return rules.stream()
        .filter(rule -> rule.fits(workload))
        .map(Rule::autonomy)
        .findFirst()
        .orElse(Autonomy.OBSERVE);
  }

  /// Autonomy of some workloads.
  ///
  /// @param workloads key, `*` stands for any text, e.g. `directory/*/shop`
  public record Rule(String workloads, Autonomy autonomy) {
    boolean fits(String workload) {
      String regex = Pattern.quote(workloads).replace("*", "\\E.*\\Q");
      return workload.matches(regex);
    }
  }
}
