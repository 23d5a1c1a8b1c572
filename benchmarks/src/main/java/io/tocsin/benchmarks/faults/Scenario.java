package io.tocsin.benchmarks.faults;

import java.util.List;

/// One story of the shop: what its releases do, what happens beside them, and whether the new one
/// deserves to be taken back.
///
/// @param word its name on the command line
/// @param story one sentence for people
/// @param old properties of release 1.0, see the demo's `Conduct`; those of 1.1 come on top
/// @param fresh properties of release 1.1
/// @param rate requests a second to each of the four instances
/// @param steps in their order
/// @param effect of the fault
/// @param faultAfter seconds from the release to the fault
record Scenario(
    String word,
    String story,
    Truth truth,
    String old,
    String fresh,
    double rate,
    List<Step> steps,
    Effect effect,
    int faultAfter) {

  /// How release 1.1 really is.
  enum Truth {
    /// Must be called regressed and taken back.
    BAD,
    /// Must not be taken back.
    INNOCENT,
    /// Bad on one instance alone: a bad node or a bad shard. Must not be taken back, nor called
    /// healthy.
    ONE_INSTANCE
  }

  /// @param second after the release
  /// @param command to the demo's stage
  record Step(int second, String command) {}

  Scenario {
    steps = List.copyOf(steps);
  }

  /// The release that is followed: 1.1, unless nothing is rolled out.
  String release() {
    return steps.stream().anyMatch(step -> step.command().startsWith("rollout shop"))
        ? "1.1"
        : "1.0";
  }

  boolean needsClock() {
    return steps.stream().anyMatch(step -> step.command().startsWith("clock"));
  }
}
