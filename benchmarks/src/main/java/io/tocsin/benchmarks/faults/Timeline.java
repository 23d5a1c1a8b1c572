package io.tocsin.benchmarks.faults;

import com.google.errorprone.annotations.FormatMethod;
import io.tocsin.benchmarks.faults.Run.Point;
import io.tocsin.benchmarks.faults.Run.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One run as a picture: the verdict as a band over time, what happened as marks on it, the
/// combined evidence below, against what it takes to call and to act.
final class Timeline {
  private static final int WIDTH = 900;
  private static final int LEFT = 8;
  private static final int RIGHT = 90;
  private static final int ROW = 17;
  private static final int BAND = 14;
  private static final int CURVE = 90;
  // What a mark's label needs, at most; two closer than this take different rows.
  private static final int LABEL = 150;
  private static final List<Level> LEVELS =
      List.of(
          new Level(0, "says nothing"),
          new Level(Math.log(100), "calls"),
          new Level(Math.log(1_000), "may act"));

  // A million to one. What lies above is drawn there, or the levels below could not be told apart.
  private static final double TOP = Math.log(1e6);

  private record Level(double logE, String name) {}

  private record Mark(double at, String name, String kind) {}

  private final Run run;
  private final double from;
  private final double to;
  private final StringBuilder svg = new StringBuilder();

  Timeline(Run run) {
    this.run = run;
    from = -run.faultAfter() - 2;
    to = Math.max(run.watchedSeconds(), 10);
  }

  String svg() {
    List<Mark> marks = marks();
    int[] rows = rows(marks);
    int depth = 1;
    for (int row : rows) {
      depth = Math.max(depth, row + 1);
    }
    int band = depth * ROW + 4;
    int curve = band + BAND + 6;
    add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH, curve + CURVE + 20, Report.escape(run.scenario()));
    band(band);
    for (int i = 0; i < marks.size(); i++) {
      Mark mark = marks.get(i);
      int baseline = rows[i] * ROW + 13;
      add(
          "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
          mark.kind, x(mark.at), x(mark.at), baseline - 9, curve + CURVE);
      add(
          "<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s %.1f s</text>",
          mark.kind, x(mark.at) + 4, baseline, mark.name, mark.at);
    }
    curve(curve);
    add("</svg>");
    return svg.toString();
  }

  private List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    mark(
        marks,
        0 - run.faultAfter(),
        run.faultAfter() > 0 ? "release" : "release and fault",
        "plain");
    mark(marks, run.faultAfter() > 0 ? 0.0 : null, "fault", "plain");
    mark(marks, run.firstAnomalyAfter(), "first anomaly", "plain");
    mark(marks, run.callableAfter(), "callable", "mute");
    mark(marks, run.calledAfter(), "called", "bad");
    mark(marks, run.rolledBackAfter(), "rolled back", "act");
    mark(marks, run.verifiedAfter(), "verified", "act");
    marks.sort(Comparator.comparingDouble(Mark::at));
    return marks;
  }

  private static void mark(List<Mark> marks, @Nullable Double at, String name, String kind) {
    if (at != null) {
      marks.add(new Mark(at, name, kind));
    }
  }

  private int[] rows(List<Mark> marks) {
    int[] rows = new int[marks.size()];
    List<Double> ends = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      double x = x(marks.get(i).at);
      int row = 0;
      while (row < ends.size() && ends.get(row) > x) {
        row++;
      }
      rows[i] = row;
      if (row == ends.size()) {
        ends.add(x + LABEL);
      } else {
        ends.set(row, x + LABEL);
      }
    }
    return rows;
  }

  private void band(int y) {
    for (int i = 0; i < run.story().size(); i++) {
      Told told = run.story().get(i);
      double end = i + 1 < run.story().size() ? run.story().get(i + 1).after() : to;
      double x = x(told.after());
      String name = told.cause() == null ? told.word() : told.word() + ": " + told.cause();
      add(
          "<rect class=\"v-%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%.1f s: %s. %s</title></rect>",
          told.word().split(" ")[0],
          x,
          y,
          Math.max(1, x(end) - x),
          BAND,
          told.after(),
          name,
          Report.escape(told.sentence()));
    }
  }

  private void curve(int y) {
    double bottom = -3;
    double scale = CURVE / (TOP - bottom);
    for (Level level : LEVELS) {
      double at = y + CURVE - (level.logE - bottom) * scale;
      add(
          "<line class=\"level\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
          LEFT, WIDTH - RIGHT, at, at);
      add(
          "<text class=\"mute\" x=\"%d\" y=\"%.1f\">%s</text>",
          WIDTH - RIGHT + 6, at + 4, level.name);
    }
    var points = new StringBuilder();
    for (Point point : run.curve()) {
      double logE = Math.clamp(point.logE(), bottom, TOP);
      points.append(
          String.format(
              Locale.ROOT, "%.1f,%.1f ", x(point.after()), y + CURVE - (logE - bottom) * scale));
    }
    add("<polyline class=\"evidence\" points=\"%s\"/>", points);
    for (int second = 0; second <= to; second += 20) {
      add(
          "<text class=\"mute\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
          x(second), y + CURVE + 15, second);
    }
  }

  private double x(double second) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (Math.clamp(second, from, to) - from) / (to - from);
  }

  @FormatMethod
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
