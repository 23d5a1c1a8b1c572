package io.tocsin.collector.web;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to "does anything wait for me, and what is not well".
///
/// @param state worst state of any workload; null when there is no workload yet
/// @param headline one sentence without a full stop
/// @param sentence the counts in words
/// @param agents that were ever heard
/// @param needs workloads that are not well, by need, at most 50
/// @param lastNeed the last thing that needed a person; null when nothing did
/// @param completeness share of bytes read over the last 5 minutes, all workloads; null when
///   unknown
/// @param record Tocsin's own; null before there is any
public record Overview(
    @Nullable State state,
    String headline,
    String sentence,
    Counts counts,
    int agents,
    List<WorkloadRow> needs,
    @Nullable String lastNeed,
    @Nullable Double completeness,
    @Nullable TrackRecord record) {
  // The first JSON of the page stays near 20 kB.
  private static final int MAX_NEEDS = 50;

  private static final Comparator<WorkloadRow> BY_NEED =
      Comparator.comparing((WorkloadRow r) -> r.askedUntilMillis() == null)
          .thenComparing(WorkloadRow::state)
          .thenComparingInt(r -> r.risk() == null ? 0 : -r.risk())
          .thenComparing(WorkloadRow::key);

  public Overview {
    needs = List.copyOf(needs);
  }

  /// Workloads by state.
  ///
  /// @param waiting releases that wait for an answer
  public record Counts(
      int waiting,
      int anomalous,
      int onWatch,
      int cannotJudge,
      int learning,
      int well,
      int workloads) {}

  /// What Tocsin itself has shown, over `days`. Null where nothing was measured.
  ///
  /// @param falseAlarmsDeclared a month
  /// @param falseAlarmsKept a month, unmarked ones counted as false
  /// @param incidents in all, of them marked false, and unmarked
  /// @param coverage share of workloads judged, 0 to 1
  /// @param toVerdictMillis median from release to verdict
  /// @param toRestoredMillis median from release to restored
  /// @param rollbacks done; of them helped, not helped, wrong
  public record TrackRecord(
      double days,
      @Nullable Double falseAlarmsDeclared,
      @Nullable Double falseAlarmsKept,
      int incidents,
      int markedFalse,
      int unmarked,
      @Nullable Double coverage,
      @Nullable Double coverageWanted,
      @Nullable Long toVerdictMillis,
      @Nullable Long toRestoredMillis,
      int rollbacks,
      int helped,
      int didNotHelp,
      int wrong) {}

  /// Counts and orders the workloads, and says it in words.
  public static Overview of(
      List<WorkloadRow> workloads,
      int agents,
      @Nullable String lastNeed,
      @Nullable Double completeness,
      @Nullable TrackRecord record) {
    Counts counts = count(workloads);
    State worst =
        workloads.stream().map(WorkloadRow::state).min(Comparator.naturalOrder()).orElse(null);
    List<WorkloadRow> needs =
        workloads.stream()
            .filter(r -> r.state() != State.WELL || r.askedUntilMillis() != null)
            .sorted(BY_NEED)
            .limit(MAX_NEEDS)
            .toList();
    return new Overview(
        worst,
        headline(counts, agents),
        sentence(counts, needs),
        counts,
        agents,
        needs,
        lastNeed,
        completeness,
        record);
  }

  private static Counts count(List<WorkloadRow> rows) {
    return new Counts(
        (int) rows.stream().filter(r -> r.askedUntilMillis() != null).count(),
        count(rows, State.ANOMALOUS),
        count(rows, State.ON_WATCH),
        count(rows, State.CANNOT_JUDGE),
        count(rows, State.LEARNING),
        count(rows, State.WELL),
        rows.size());
  }

  private static int count(List<WorkloadRow> rows, State state) {
    return (int) rows.stream().filter(r -> r.state() == state).count();
  }

  private static String headline(Counts c, int agents) {
    if (c.workloads == 0) {
      return agents == 0 ? "No agent has reported yet" : "No workload has been seen yet";
    }
    if (c.waiting > 0) {
      return c.waiting == 1
          ? "One release waits for your answer"
          : c.waiting + " releases wait for your answer";
    }
    if (c.anomalous > 0) {
      return workloads(c.anomalous) + (c.anomalous == 1 ? " is" : " are") + " anomalous";
    }
    if (c.cannotJudge > 0) {
      return workloads(c.cannotJudge) + " cannot be judged";
    }
    if (c.onWatch > 0) {
      return "Nothing waits for you; " + workloads(c.onWatch) + " on watch";
    }
    if (c.learning > 0) {
      return "Nothing waits for you; " + workloads(c.learning) + " still learning";
    }
    return c.well == 1 ? "The one workload is well" : "All " + c.well + " workloads are well";
  }

  private static String workloads(int n) {
    return n == 1 ? "1 workload" : n + " workloads";
  }

  private static String sentence(Counts c, List<WorkloadRow> needs) {
    if (c.workloads == 0) {
      return "Start an agent beside a service: live windows show within 10 s, metric deviation"
          + " within a minute.";
    }
    var first = needs.stream().filter(r -> r.askedUntilMillis() != null).findFirst();
    String asked = first.map(r -> r.name() + " " + r.releaseName() + " regressed. ").orElse("");
    return "%s%d on watch, %d cannot be judged, %d learning, %d of %d well."
        .formatted(asked, c.onWatch, c.cannotJudge, c.learning, c.well, c.workloads);
  }
}
