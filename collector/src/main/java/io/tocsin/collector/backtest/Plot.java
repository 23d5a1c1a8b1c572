package io.tocsin.collector.backtest;

import io.tocsin.collector.backtest.Report.Alarm;
import io.tocsin.collector.backtest.Report.Event;
import io.tocsin.collector.backtest.Report.Point;
import io.tocsin.collector.backtest.Report.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// One workload's score against its threshold over time, as SVG that the page's tokens colour:
/// learning shaded, alarms marked and numbered, labelled events below.
final class Plot {
  private static final int WIDTH = 1120;
  private static final int HEIGHT = 230;
  private static final int LEFT = 44;
  private static final int RIGHT = 8;
  private static final int TOP = 26;
  private static final int BOTTOM = 42;
  private static final int TICKS = 8;
  // Numbers of alarms nearer to each other than this would cover each other.
  private static final double APART = 16;

  private final Workload workload;
  private final double low;
  private final double high;
  private final StringBuilder svg = new StringBuilder();

  private Plot(Workload workload) {
    this.workload = workload;
    low =
        Math.min(
            0,
            workload.curve().stream().mapToDouble(p -> Math.max(p.surprise(), -2)).min().orElse(0));
    high =
        workload.curve().stream()
            .mapToDouble(p -> Math.max(p.surprise(), p.threshold()))
            .max()
            .orElse(1);
  }

  /// @param events that are this workload's, counted or not
  static String of(Workload workload, List<Event> events) {
    Plot plot = new Plot(workload);
    plot.draw(events);
    return plot.svg.toString();
  }

  private void draw(List<Event> events) {
    svg.append(
        ("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Score of %s against its threshold;"
                + " %d alarms\">\n")
            .formatted(
                WIDTH, HEIGHT, HtmlPage.text(workload.workload()), workload.alarms().size()));
    Long learnt = workload.learntMillis();
    long until = learnt == null ? workload.toMillis() : learnt;
    box("learning", workload.fromMillis(), until, TOP, HEIGHT - BOTTOM);
    for (Alarm alarm : workload.alarms()) {
      box("alarm", alarm.atMillis(), alarm.untilMillis(), TOP, HEIGHT - BOTTOM);
    }
    for (Event event : events) {
      box("event", event.fromMillis(), event.toMillis(), HEIGHT - BOTTOM + 3, HEIGHT - BOTTOM + 9);
    }
    axes();
    line("threshold", false);
    line("score", true);
    marks();
    svg.append("</svg>\n");
  }

  private void axes() {
    double step = Math.max(1, Math.ceil((high - low) / 5));
    for (double value = Math.ceil(low / step) * step; value <= high; value += step) {
      svg.append(
          "<path class=\"grid\" d=\"M%d %sH%d\"/><text class=\"r\" x=\"%d\" y=\"%s\">%s</text>\n"
              .formatted(
                  LEFT,
                  at(y(value)),
                  WIDTH - RIGHT,
                  LEFT - 6,
                  at(y(value) + 4),
                  Words.number(value + 0.0))); // never -0
    }
    long span = Math.max(1, workload.toMillis() - workload.fromMillis());
    int from = span < 2 * 86_400_000L ? 11 : 5;
    int to = span < 2 * 86_400_000L ? 16 : 10;
    for (int i = 0; i <= TICKS; i++) {
      long millis = workload.fromMillis() + span * i / TICKS;
      svg.append(
          "<text class=\"%s\" x=\"%s\" y=\"%d\">%s</text>\n"
              .formatted(
                  i == 0 ? "l" : i == TICKS ? "r" : "m",
                  at(x(millis)),
                  HEIGHT - BOTTOM + 26,
                  Instant.ofEpochMilli(millis).toString().substring(from, to)));
    }
  }

  /// @param broken where windows are missing
  private void line(String kind, boolean broken) {
    List<Point> points = workload.curve();
    long usual =
        points.size() < 2
            ? 0
            : Math.max(
                workload.windowMillis(),
                (workload.toMillis() - workload.fromMillis()) / points.size());
    var path = new StringBuilder();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      boolean begins =
          i == 0 || (broken && point.atMillis() - points.get(i - 1).atMillis() > 4 * usual);
      double value = kind.equals("score") ? point.surprise() : point.threshold();
      path.append(begins ? 'M' : 'L')
          .append(at(x(point.atMillis())))
          .append(' ')
          .append(at(y(value)));
    }
    svg.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(kind, path));
  }

  private void marks() {
    double last = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < workload.alarms().size(); i++) {
      double x = x(workload.alarms().get(i).atMillis());
      svg.append("<path class=\"mark\" d=\"M%s %dl4 -7h-8z\"/>\n".formatted(at(x), TOP - 1));
      if (x - last >= APART) {
        svg.append("<text class=\"m\" x=\"%s\" y=\"%d\">%d</text>\n".formatted(at(x), 12, i + 1));
        last = x;
      }
    }
  }

  private void box(String kind, long from, long to, int top, int bottom) {
    long begin = Math.clamp(from, workload.fromMillis(), workload.toMillis());
    long end = Math.clamp(to, workload.fromMillis(), workload.toMillis());
    if (to < workload.fromMillis() || from > workload.toMillis()) {
      return;
    }
    svg.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>\n"
            .formatted(
                kind, at(x(begin)), top, at(Math.max(1.5, x(end) - x(begin))), bottom - top));
  }

  private double x(long millis) {
    double share =
        (double) (millis - workload.fromMillis())
            / Math.max(1, workload.toMillis() - workload.fromMillis());
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    double share = high > low ? (Math.clamp(value, low, high) - low) / (high - low) : 0;
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private static String at(double place) {
    return String.format(Locale.ROOT, "%.1f", place);
  }
}
