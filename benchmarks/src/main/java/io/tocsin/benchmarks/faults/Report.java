package io.tocsin.benchmarks.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All runs as one page that asks nobody for anything: totals, a line for each run, and each run's
/// timeline with what was said.
final class Report {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tocsin: faults</title><style>
      :root { color-scheme: light dark; --bg: #f8faf9; --ink: #13201e; --ink-3: #566560; --rule: #cbd4d0; --bad: #ad2f0a; --act: #0b665c; --cannot: #65409c; --wait: #cbd4d0; }
      @media (prefers-color-scheme: dark) { :root { --bg: #131c1a; --ink: #e5edea; --ink-3: #8f9f9a; --rule: #2a3734; --bad: #ff8e66; --act: #66cfbd; --cannot: #c6a8f4; --wait: #3a4945; } }
      body { margin: 32px auto; max-width: 960px; padding: 0 16px; background: var(--bg); color: var(--ink); font: 14px/20px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
      h1 { font-size: 22px; } h2 { font-size: 16px; margin: 40px 0 4px; border-top: 1px solid var(--rule); padding-top: 16px; }
      table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--rule); vertical-align: top; font-weight: 400; }
      th { color: var(--ink-3); font-size: 12px; } td.n, th.n { text-align: right; } .mute { color: var(--ink-3); } .wrong { color: var(--bad); font-weight: 640; } a { color: inherit; }
      svg { display: block; width: 100%; margin: 12px 0; } svg text { font-size: 12px; fill: var(--ink); } svg text.mute { fill: var(--ink-3); } svg text.bad { fill: var(--bad); } svg text.act { fill: var(--act); }
      line { stroke: var(--ink-3); } line.bad { stroke: var(--bad); } line.act { stroke: var(--act); } line.mute { stroke: var(--rule); } line.level { stroke: var(--rule); stroke-dasharray: 2 3; }
      .evidence { fill: none; stroke: var(--ink); stroke-width: 1.5; }
      .v-regressed { fill: var(--bad); } .v-healthy { fill: var(--act); } .v-cannot { fill: var(--cannot); } .v-undecided, .v-superseded { fill: var(--wait); }
      i { display: inline-block; width: 10px; height: 10px; margin: 0 4px 0 12px; } i.v-regressed { background: var(--bad); } i.v-healthy { background: var(--act); } i.v-cannot { background: var(--cannot); } i.v-undecided { background: var(--wait); }
      ul { margin: 4px 0; padding-left: 18px; }
      </style></head><body>
      """;

  private final List<Run> runs;
  private final Map<String, String> stories;

  Report(List<Run> runs) {
    this.runs = List.copyOf(runs);
    stories = Scenarios.ALL.stream().collect(Collectors.toMap(Scenario::word, Scenario::story));
  }

  String html() {
    var page = new StringBuilder(HEAD);
    Totals totals = Totals.of(runs);
    page.append(
        "<h1>Bad releases and innocent ones: %d runs</h1>\n<table>\n".formatted(runs.size()));
    row(
        page,
        "Wrong rollbacks",
        totals.wrongRollbacks(),
        "of releases that must not be taken back");
    row(page, "Wrong promotions", totals.wrongPromotions(), "of bad releases were called healthy");
    row(page, "Precision", totals.precision(), "of those called regressed are bad");
    row(page, "Recall", totals.recall(), "of the bad ones that could be called were");
    row(page, "Recall of all", totals.recallOfAll(), "of all bad ones were called");
    row(
        page,
        "One instance",
        totals.oneInstanceNamed(),
        "bad on one instance alone, and called that");
    row(page, "Fault to verdict", totals.detect());
    row(page, "Fault to verified", totals.recover());
    page.append(
        "</table>\n<p class=\"mute\">Bounds are Clopper and Pearson's, each one-sided at 95 %. Seconds count from the fault; windows are of one second. <i class=\"v-undecided\"></i>undecided <i class=\"v-healthy\"></i>healthy <i class=\"v-regressed\"></i>regressed <i class=\"v-cannot\"></i>cannot judge</p>\n");
    page.append(
        "<table><tr><th>run</th><th>truth</th><th></th><th>verdict</th><th>response</th><th class=\"n\">callable</th><th class=\"n\">called</th><th class=\"n\">rolled back</th><th class=\"n\">verified</th></tr>\n");
    for (Run run : runs) {
      page.append(
          "<tr><td><a href=\"#%1$s\">%1$s</a></td><td>%2$s</td><td%3$s</td><td>%4$s</td><td>%5$s</td>%6$s%7$s%8$s%9$s</tr>\n"
              .formatted(
                  name(run),
                  truth(run),
                  run.right() ? ">right" : " class=\"wrong\">wrong",
                  escape(verdict(run)),
                  run.response() == null ? "" : run.response(),
                  cell(run.callableAfter()),
                  cell(run.calledAfter()),
                  cell(run.rolledBackAfter()),
                  cell(run.verifiedAfter())));
    }
    page.append("</table>\n");
    runs.forEach(run -> section(page, run));
    return page.append("</body></html>\n").toString();
  }

  private void section(StringBuilder page, Run run) {
    page.append("<h2 id=\"%1$s\">%1$s</h2>\n".formatted(name(run)));
    page.append(
        "<p>%s. <span class=\"mute\">%s.</span> <span%s</span></p>\n"
            .formatted(
                escape(stories.getOrDefault(run.scenario(), "")),
                truth(run),
                run.right() ? ">Right." : " class=\"wrong\">Wrong."));
    page.append(new Timeline(run).svg());
    page.append("<ul>\n");
    run.story()
        .forEach(told ->
            item(
                page,
                String.format(Locale.ROOT, "%.1f s", told.after()),
                "%s%s. %s"
                    .formatted(
                        told.word(),
                        told.cause() == null ? "" : " (" + told.cause() + ")",
                        told.sentence())));
    run.evidence().forEach(sentence -> item(page, "evidence", sentence));
    run.refusals().forEach(refusal -> item(page, "held back", refusal));
    page.append("</ul>\n");
  }

  private static void item(StringBuilder page, String what, String sentence) {
    page.append("<li><span class=\"mute\">%s</span> %s</li>\n".formatted(what, escape(sentence)));
  }

  private static void row(StringBuilder page, String name, Share share, String of) {
    String value =
        share.of() == 0
            ? "no runs"
            : String.format(
                Locale.ROOT,
                "%d of %d, %.0f %% (%.0f to %.0f %%)",
                share.hits(),
                share.of(),
                100 * share.value(),
                100 * share.lower(),
                100 * share.upper());
    page.append(
        "<tr><td>%s</td><td>%s</td><td class=\"mute\">%s</td></tr>\n".formatted(name, value, of));
  }

  private static void row(StringBuilder page, String name, Totals.Times times) {
    String value =
        times.n() == 0
            ? "none"
            : String.format(
                Locale.ROOT, "median %.0f s, 95 %% within %.0f s", times.median(), times.p95());
    page.append(
        "<tr><td>%s</td><td>%s</td><td class=\"mute\">over %d</td></tr>\n"
            .formatted(name, value, times.n()));
  }

  private static String name(Run run) {
    return "%s-%d".formatted(run.scenario(), run.seed());
  }

  private static String truth(Run run) {
    return switch (run.truth()) {
      case BAD -> "bad";
      case INNOCENT -> "innocent";
      case ONE_INSTANCE -> "bad on one instance";
    };
  }

  private static String verdict(Run run) {
    return run.cause() == null ? run.verdict() : run.verdict() + ": " + run.cause();
  }

  private static String cell(@Nullable Double seconds) {
    return "<td class=\"n\">%s</td>"
        .formatted(seconds == null ? "" : String.format(Locale.ROOT, "%.1f", seconds));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
