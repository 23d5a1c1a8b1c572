package io.tocsin.collector.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of a release on watch after a sealed window.
///
/// @param workload key
/// @param release id of the release judged
/// @param baseline id of the release it is compared with; empty when there is none
/// @param atMillis end of the newest window it rests on
/// @param outcome what can be said
/// @param contrast what was compared; null when nothing could be
/// @param logE combined evidence now, natural logarithm
/// @param maxLogE its largest value so far
/// @param completeness smallest share of bytes read over the windows judged, 0 to 1
/// @param newInstances in the new arm
/// @param oldInstances in the old arm
/// @param placebo what a before/after contrast is worth; null for other contrasts, and where that
///   is not known
/// @param evidence each signal's, strongest first, at most 40
/// @param needed what each primary signal still lacks
public record Verdict(
    String workload,
    String release,
    String baseline,
    long atMillis,
    Outcome outcome,
    @Nullable Contrast contrast,
    double logE,
    double maxLogE,
    double completeness,
    int newInstances,
    int oldInstances,
    @Nullable Placebo placebo,
    List<Evidence> evidence,
    List<Needed> needed) {
  public Verdict {
    evidence = List.copyOf(evidence);
    needed = List.copyOf(needed);
  }

  /// The same, weighed against placebos.
  public Verdict against(@Nullable Placebo placebo) {
    return new Verdict(
        workload,
        release,
        baseline,
        atMillis,
        outcome,
        contrast,
        logE,
        maxLogE,
        completeness,
        newInstances,
        oldInstances,
        placebo,
        evidence,
        needed);
  }

  /// The same with the eight strongest signals and without each instance's part: enough for a
  /// timeline.
  public Verdict brief() {
    return new Verdict(
        workload,
        release,
        baseline,
        atMillis,
        outcome,
        contrast,
        logE,
        maxLogE,
        completeness,
        newInstances,
        oldInstances,
        placebo,
        evidence.stream().limit(8).map(Evidence::brief).toList(),
        List.of());
  }
}
