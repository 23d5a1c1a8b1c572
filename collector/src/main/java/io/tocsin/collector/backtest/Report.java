package io.tocsin.collector.backtest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a backtest found. The same history, settings and seed give an equal one, bit for bit: it
/// says nothing of the run itself. Times are epoch milliseconds.
///
/// @param seed of the fits
/// @param workloads in the order of names
/// @param labels null without labels
/// @param notes what one must know of how history was read, one sentence each
public record Report(
    long seed, List<Workload> workloads, @Nullable Labelled labels, List<String> notes) {
  public Report {
    workloads = List.copyOf(workloads);
    notes = List.copyOf(notes);
  }

  /// All in one sentence.
  public String headline() {
    long after =
        workloads.stream()
            .mapToLong(w -> w.alarms().stream().filter(alarm -> !alarm.learning()).count())
            .sum();
    long learnt = workloads.stream().filter(w -> w.learntMillis() != null).count();
    if (learnt == 0) {
      return "History is too short: learning did not end for any workload, so nothing can be said.";
    }
    return "%s after learning, for %s.%s"
        .formatted(
            after == 0 ? "No alarm" : after == 1 ? "1 alarm" : "%,d alarms".formatted(after),
            learnt == 1 ? "1 workload" : learnt + " workloads",
            learnt == workloads.size()
                ? ""
                : " Of %d more the history is too short.".formatted(workloads.size() - learnt));
  }

  /// One workload.
  ///
  /// @param fromMillis begin of the first window
  /// @param toMillis end of the last one
  /// @param windows with a row
  /// @param unscored of these, windows that lacked too much
  /// @param gaps stretches without windows
  /// @param features most that one row had
  /// @param learntMillis when the first models were in force; null when learning did not end
  /// @param learnMillis what learning takes
  /// @param fits of models
  /// @param declaredPerMonth the budget, alarms in 30 days
  /// @param perMonth alarms in 30 days since learning ended; null when that was less than a day
  /// @param alarms in the order of time, at most 1,000
  /// @param curve the score, thinned out
  public record Workload(
      String workload,
      long fromMillis,
      long toMillis,
      long windowMillis,
      long windows,
      long unscored,
      long gaps,
      int features,
      @Nullable Long learntMillis,
      long learnMillis,
      int fits,
      double declaredPerMonth,
      @Nullable Double perMonth,
      List<Alarm> alarms,
      List<Point> curve) {
    public Workload {
      alarms = List.copyOf(alarms);
      curve = List.copyOf(curve);
    }

    /// What was read, when learning ended, and the budget beside what was kept.
    public String sentence() {
      Long learnt = learntMillis;
      String read =
          "%,d windows of %s over %s with %d features%s%s."
              .formatted(
                  windows,
                  Words.span(windowMillis),
                  Words.span(toMillis - fromMillis),
                  features,
                  gaps == 0 ? "" : gaps == 1 ? ", 1 gap" : ", %,d gaps".formatted(gaps),
                  unscored == 0 ? "" : ", %,d lacked too much to be scored".formatted(unscored));
      if (learnt == null) {
        return read + " Learning takes %s and did not end.".formatted(Words.span(learnMillis));
      }
      Double kept = perMonth;
      return "%s Learnt by %s, %,d fits. Alarms a month: %s declared, %s."
          .formatted(
              read,
              Instant.ofEpochMilli(learnt).truncatedTo(ChronoUnit.SECONDS),
              fits,
              Words.number(declaredPerMonth),
              kept == null
                  ? "less than a day to count in"
                  : Words.number(kept) + " found, true ones among them");
    }
  }

  /// An alert that would have gone out.
  ///
  /// @param atMillis end of the window that raised it
  /// @param untilMillis end of the last window above the threshold
  /// @param learning raised before there were models
  /// @param onceInHours how rare
  /// @param sentence what would have been said
  /// @param carriers what carried it, strongest first, at most 5
  public record Alarm(
      long atMillis,
      long untilMillis,
      boolean learning,
      double onceInHours,
      String sentence,
      List<Carrier> carriers) {
    public Alarm {
      carriers = List.copyOf(carriers);
    }
  }

  /// A metric's part in an alarm; see [io.tocsin.collector.calibrate.Anomaly.Carrier].
  public record Carrier(
      String feature, double share, double usualLow, double usualHigh, double seen) {}

  /// @param surprise as of [io.tocsin.collector.detect.Score]
  /// @param threshold that it is held against
  public record Point(long atMillis, double surprise, double threshold) {}

  /// What the alarms are worth by the labels. What lies before the end of learning does not count.
  ///
  /// @param events that count
  /// @param found of these, events with an alarm while they lasted
  /// @param beforeLearnt events that do not count
  /// @param alarms that count
  /// @param right of these, alarms within an event
  /// @param medianDelayMillis from the event's begin to the first alarm; null when none was found
  /// @param all every event
  public record Labelled(
      int events,
      int found,
      int beforeLearnt,
      int alarms,
      int right,
      @Nullable Long medianDelayMillis,
      List<Event> all) {
    public Labelled {
      all = List.copyOf(all);
    }

    /// Share of the events that were found; null without events.
    public @Nullable Double recall() {
      return events == 0 ? null : (Double) ((double) found / events);
    }

    /// Share of the alarms that were right; null without alarms.
    public @Nullable Double precision() {
      return alarms == 0 ? null : (Double) ((double) right / alarms);
    }

    /// All in one sentence.
    public String sentence() {
      Long delay = medianDelayMillis;
      return "By the labels %d of %d events were found%s, and %d of %d alarms were right.%s"
          .formatted(
              found,
              events,
              delay == null ? "" : ", half of them within " + Words.span(delay),
              right,
              alarms,
              beforeLearnt == 0
                  ? ""
                  : " %d more events were over before learning was.".formatted(beforeLearnt));
    }
  }

  /// One labelled event.
  ///
  /// @param workload whose; empty for any
  /// @param counts whether learning was over by then
  /// @param delayMillis null when it was not found
  public record Event(
      long fromMillis,
      long toMillis,
      String workload,
      boolean counts,
      @Nullable Long delayMillis) {}
}
