package io.tocsin.collector.backtest;

import io.tocsin.collector.backtest.Report.Alarm;
import io.tocsin.collector.backtest.Report.Carrier;
import io.tocsin.collector.backtest.Report.Event;
import io.tocsin.collector.backtest.Report.Labelled;
import io.tocsin.collector.backtest.Report.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// A report as one page that asks nobody for anything: no script, no font, no picture from
/// elsewhere. Its colours are those of the collector's page, light or dark as the reader has it.
public final class HtmlPage {
  private static final String TOKENS = "/io/tocsin/collector/web/page.css";
  private static final String STYLE = "/io/tocsin/collector/backtest/page.css";

  private final Report report;
  private final StringBuilder html = new StringBuilder();

  private HtmlPage(Report report) {
    this.report = report;
  }

  public static String of(Report report) {
    HtmlPage page = new HtmlPage(report);
    page.write();
    return page.html.toString();
  }

  /// As text, whatever it holds.
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private void write() {
    html.append(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Tocsin backtest</title>
        <style>
        """);
    html.append(tokens()).append(resource(STYLE)).append("</style>\n</head>\n<body>\n<main>\n");
    html.append("<h1>What Tocsin would have alerted</h1>\n<p class=\"lead\">");
    html.append(text(report.headline())).append("</p>\n");
    Labelled labels = report.labels();
    if (labels != null) {
      html.append("<p class=\"lead\">").append(text(labels.sentence())).append("</p>\n");
    }
    for (Workload workload : report.workloads()) {
      section(workload);
    }
    if (!report.notes().isEmpty()) {
      html.append("<h2>How it was read</h2>\n<ul>\n");
      report.notes().forEach(note -> html.append("<li>").append(text(note)).append("</li>\n"));
      html.append("</ul>\n");
    }
    html.append(
        ("<p class=\"foot\">Times are UTC. The score says how rare a window is, in powers of ten; the"
                + " threshold is where the budget lets it alert. Nothing is frozen: there were no"
                + " releases on watch. Seed %d.</p>\n</main>\n</body>\n</html>\n")
            .formatted(report.seed()));
  }

  private void section(Workload workload) {
    html.append("<section>\n<h2>").append(text(workload.workload())).append("</h2>\n<p>");
    html.append(text(workload.sentence())).append("</p>\n");
    html.append(Plot.of(workload, events(workload)));
    html.append(
        "<p class=\"key\"><i class=\"k score\"></i>score <i class=\"k threshold\"></i>threshold"
            + " <i class=\"k learning\"></i>learning <i class=\"k alarm\"></i>alarm");
    html.append(report.labels() == null ? "" : " <i class=\"k event\"></i>labelled");
    html.append("</p>\n");
    if (!workload.alarms().isEmpty()) {
      html.append("<table>\n<thead><tr><th>#<th>When<th>For<th>Why<th>Strongest metrics</tr>");
      html.append("</thead>\n<tbody>\n");
      for (int i = 0; i < workload.alarms().size(); i++) {
        row(i + 1, workload.alarms().get(i));
      }
      html.append("</tbody>\n</table>\n");
    }
    html.append("</section>\n");
  }

  private void row(int number, Alarm alarm) {
    html.append(
        "<tr><td>%d<td class=\"nw\">%s<td class=\"nw\">%s<td>%s%s<td>"
            .formatted(
                number,
                time(alarm.atMillis()),
                Words.span(alarm.untilMillis() - alarm.atMillis()),
                text(alarm.sentence()),
                alarm.learning() ? " <span class=\"mut\">While learning.</span>" : ""));
    for (Carrier carrier : alarm.carriers()) {
      html.append(
          ("<div class=\"c\"><span class=\"bar\"><span style=\"width:%d%%\"></span></span>%s"
                  + " <span class=\"mut\">%s, usually %s to %s</span></div>")
              .formatted(
                  Math.round(100 * carrier.share()),
                  text(carrier.feature()),
                  Words.number(carrier.seen()),
                  Words.number(carrier.usualLow()),
                  Words.number(carrier.usualHigh())));
    }
    html.append("</tr>\n");
  }

  private List<Event> events(Workload workload) {
    Labelled labels = report.labels();
    List<Event> events = new ArrayList<>();
    if (labels != null) {
      for (Event event : labels.all()) {
        if (event.workload().isEmpty() || event.workload().equals(workload.workload())) {
          events.add(event);
        }
      }
    }
    return events;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis)
        .truncatedTo(ChronoUnit.SECONDS)
        .toString()
        .replace('T', ' ')
        .replace("Z", "");
  }

  /// The colours of the collector's page: `:root` as it is, its dark theme where dark is wanted.
  private static String tokens() {
    String css = resource(TOKENS);
    String dark = ":root[data-theme=\"dark\"] {";
    int light = css.indexOf(":root {");
    int darkAt = css.indexOf(dark);
    if (light < 0 || darkAt < 0) {
      throw new IllegalStateException(TOKENS + ": expected :root and its dark theme");
    }
    return "%s\n@media (prefers-color-scheme: dark) {\n:root {%s\n}\n"
        .formatted(
            css.substring(light, css.indexOf('}', light) + 1),
            css.substring(darkAt + dark.length(), css.indexOf('}', darkAt) + 1));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
