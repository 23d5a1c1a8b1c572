package io.tocsin.collector.backtest;

import java.util.ArrayList;
import java.util.List;

/// Score and threshold over time, in so few points that they can be drawn however long it was:
/// where there are more windows, a point stands for several and keeps the highest score.
final class Trace {
  private static final int MOST = 1_200;

  private final List<Report.Point> points = new ArrayList<>();
  private int windowsEach = 1;
  private int inLast;

  /// @param millis end of the window, later than the one before
  /// @param surprise of the workload as a whole
  /// @param threshold that it was held against
  void add(long millis, double surprise, double threshold) {
    var point = new Report.Point(millis, surprise, threshold);
    if (inLast > 0 && inLast < windowsEach) {
      points.add(higher(points.removeLast(), point));
      inLast++;
      return;
    }
    if (points.size() == MOST) {
      List<Report.Point> all = List.copyOf(points);
      points.clear();
      for (int i = 0; i < MOST; i += 2) {
        points.add(higher(all.get(i), all.get(i + 1)));
      }
      windowsEach *= 2;
    }
    points.add(point);
    inLast = 1;
  }

  List<Report.Point> points() {
    return List.copyOf(points);
  }

  /// The one further above its threshold.
  private static Report.Point higher(Report.Point a, Report.Point b) {
    return b.surprise() - b.threshold() > a.surprise() - a.threshold() ? b : a;
  }
}
