package io.tocsin.collector.web;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One release: the verdict, its proof, and what is done about it.
///
/// @param workload key
/// @param workloadName what people call the workload
/// @param team that owns it; null when nobody is named
/// @param release id
/// @param name what people call it
/// @param baseline id of the release it is compared with; null when there is none
/// @param baselineName what people call that one; null when there is none
/// @param firstAnomalyAtMillis null when there was none
/// @param calledAtMillis when it was first called regressed; null when it was not
/// @param instances live ones of the workload, both releases
/// @param newerRelease id of the one that superseded it; null when none did
/// @param incident id; null when there is none
/// @param thresholds what evidence is held against
/// @param timeline evidence since the release, one point a sealed window, thinned to at most 400
/// @param response null when there never was one
/// @param verdictHash what an answer must carry: it changes with the verdict's word, the release,
///   the target or the question, not with each window
public record ReleaseDetail(
    String workload,
    String workloadName,
    @Nullable String team,
    String release,
    String name,
    @Nullable String baseline,
    @Nullable String baselineName,
    long deployedAtMillis,
    @Nullable Long firstAnomalyAtMillis,
    @Nullable Long calledAtMillis,
    int instances,
    @Nullable String newerRelease,
    @Nullable String incident,
    Thresholds thresholds,
    VerdictView verdict,
    List<Point> timeline,
    @Nullable Response response,
    String verdictHash) {
  public ReleaseDetail {
    timeline = List.copyOf(timeline);
  }

  /// @param regressed evidence from which it is called, 1 / alpha
  /// @param act evidence from which Tocsin may act alone
  /// @param healthy evidence of the test for health that suffices
  /// @param startUpMillis start-up that is not counted
  /// @param fastBakeMillis how long a release runs at least before it is called healthy
  public record Thresholds(
      double regressed, double act, double healthy, long startUpMillis, long fastBakeMillis) {}

  /// Evidence at the end of one window.
  ///
  /// @param signals e-value by stable name, those of the verdict's signals
  public record Point(long atMillis, double evidence, Map<String, Double> signals) {
    public Point {
      signals = Map.copyOf(signals);
    }
  }

  /// What Tocsin does, and asks.
  ///
  /// @param autonomy `observe`, `recommend`, `ask`, `act`
  /// @param record of this workload in words, e.g. "8 decisions agreed with people, 0 were wrong."
  /// @param sentence what people read, e.g. "Tocsin asks to take it back to 1.41.2."
  /// @param target id of the release to go back to; null when there is none
  /// @param targetName what people call it; null when there is none
  /// @param deadlineMillis of the question; null when none waits
  /// @param ifNobodyAnswers what happens at the deadline, one sentence; null when none waits
  /// @param estimateMillis how long the rollback takes; null when unknown
  /// @param preflightAtMillis when the checks last ran; null when they have not
  /// @param outcome `helped`, `did not help`, `made worse`; null before verification
  public record Response(
      String autonomy,
      String record,
      ResponseState state,
      String sentence,
      @Nullable String target,
      @Nullable String targetName,
      @Nullable Long deadlineMillis,
      @Nullable String ifNobodyAnswers,
      @Nullable Long estimateMillis,
      List<Check> preflight,
      @Nullable Long preflightAtMillis,
      List<Step> steps,
      @Nullable String outcome,
      @Nullable Long rolledBackAtMillis,
      @Nullable Long verifiedAtMillis) {
    public Response {
      preflight = List.copyOf(preflight);
      steps = List.copyOf(steps);
    }
  }

  /// One check of the preflight.
  ///
  /// @param ok null when it was not run
  /// @param safeWay what to do instead; null when it holds
  public record Check(
      String check, @Nullable Boolean ok, String detail, @Nullable String safeWay) {}

  /// One step; its time is the time it was persisted.
  ///
  /// @param state `done`, `waiting`, `to come`, `failed`
  public record Step(String name, String state, @Nullable Long atMillis, String detail) {}
}
