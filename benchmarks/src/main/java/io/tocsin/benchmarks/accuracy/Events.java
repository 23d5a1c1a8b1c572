package io.tocsin.benchmarks.accuracy;

import io.tocsin.benchmarks.accuracy.Ranking.Span;
import java.util.Arrays;
import java.util.List;

/// The labelled events of one entity, and what alarms are worth against them: what a user feels.
/// Rows of alarm at most ten minutes apart are one alarm. One apart from all events costs a false
/// alarm per started hour, one that touches an event per full hour outside.
final class Events {
  private final List<Span> spans;
  private final int rows;
  private final int gap;
  private final int hour;
  private final double days;
  // Number of rows below i that lie within ten minutes of an event.
  private final int[] near;

  /// @param found events with a row of alarm in them, as a share of all
  /// @param falsePerDay false alarms a day
  /// @param delay median over the found events, in rows; NaN when none was found
  record Outcome(double found, double falsePerDay, double delay) {}

  /// @param stepMinutes between rows
  Events(boolean[] label, double stepMinutes) {
    spans = Span.of(label);
    rows = label.length;
    gap = Math.max(1, (int) Math.rint(10 / stepMinutes));
    hour = (int) Math.rint(60 / stepMinutes);
    days = rows * stepMinutes / 1440;
    boolean[] close = new boolean[rows];
    for (Span span : spans) {
      int from = Math.max(0, span.first() - gap);
      Arrays.fill(close, from, Math.min(rows, span.last() + gap + 1), true);
    }
    near = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      near[i + 1] = near[i] + (close[i] ? 1 : 0);
    }
  }

  /// No event at all.
  static Events none(int rows, double stepMinutes) {
    return new Events(new boolean[rows], stepMinutes);
  }

  List<Span> spans() {
    return spans;
  }

  Outcome at(boolean[] alarm) {
    int falseAlarms = 0;
    for (int i = 0; i < rows; i++) {
      if (!alarm[i]) {
        continue;
      }
      int end = i;
      for (int j = i + 1; j < rows && j - end <= gap; j++) {
        end = alarm[j] ? j : end;
      }
      int close = near[end + 1] - near[i];
      int outside = end + 1 - i - close;
      falseAlarms += close > 0 ? outside / hour : Math.ceilDiv(outside, hour);
      i = end;
    }
    double[] delays =
        spans.stream()
            .mapToInt(span -> delay(alarm, span))
            .filter(delay -> delay >= 0)
            .asDoubleStream()
            .sorted()
            .toArray();
    int k = delays.length;
    double median = k == 0 ? Double.NaN : (delays[(k - 1) / 2] + delays[k / 2]) / 2;
    return new Outcome((double) k / Math.max(1, spans.size()), falseAlarms / days, median);
  }

  /// The best that any threshold among the largest fifth of the scores gives within the budget.
  ///
  /// @param perDay false alarms a day
  Outcome best(double[] score, double perDay) {
    double[] sorted = score.clone();
    Arrays.sort(sorted);
    Outcome best = new Outcome(0, 0, Double.NaN);
    int candidates = (int) Math.ceil(0.2 * rows);
    for (int i = rows - 1; i >= rows - candidates; i--) {
      if (i < rows - 1 && sorted[i] == sorted[i + 1]) {
        continue;
      }
      Outcome outcome = at(passes(score, sorted[i]));
      if (outcome.falsePerDay <= perDay && outcome.found > best.found) {
        best = outcome;
      }
    }
    return best;
  }

  /// The smallest score that keeps rows without events within the budget, as does every higher one;
  /// just above the largest when not even that does.
  static double calibrated(double[] score, double perDay, double stepMinutes) {
    Events events = none(score.length, stepMinutes);
    double[] sorted = score.clone();
    Arrays.sort(sorted);
    double threshold = Math.nextUp(sorted[sorted.length - 1]);
    for (int i = sorted.length - 1; i >= 0; i--) {
      if (sorted[i] == threshold) {
        continue;
      }
      if (events.at(passes(score, sorted[i])).falsePerDay > perDay) {
        break;
      }
      threshold = sorted[i];
    }
    return threshold;
  }

  static boolean[] passes(double[] score, double threshold) {
    boolean[] alarm = new boolean[score.length];
    for (int i = 0; i < alarm.length; i++) {
      alarm[i] = score[i] >= threshold;
    }
    return alarm;
  }

  private static int delay(boolean[] alarm, Span span) {
    for (int i = span.first(); i <= span.last(); i++) {
      if (alarm[i]) {
        return i - span.first();
      }
    }
    return -1;
  }
}
