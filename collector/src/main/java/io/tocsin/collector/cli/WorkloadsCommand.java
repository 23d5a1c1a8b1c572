package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.collector.web.Series;
import io.tocsin.collector.web.WorkloadDetail;
import io.tocsin.collector.web.WorkloadRow;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "workloads",
    description =
        "What is watched, and how each does; with a WORKLOAD, all of one, and its charts.")
final class WorkloadsCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "platform/scope/name")
  private @Nullable String workload;

  @Option(
      names = "--last",
      paramLabel = "TIME",
      description = "range of its charts: 15m, 6h, 2d, at most 8d (default 90m)")
  private String last = "90m";

  WorkloadsCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    return workload == null ? list() : show(CollectorClient.workload(workload));
  }

  private int list() {
    JsonNode answer = cli.collector().get("/api/workloads");
    var table = new Table("WORKLOAD", "STATE", "RELEASE", "RISK", "COMPLETE", "SENTENCE");
    for (WorkloadRow w : CollectorClient.listOf(answer, WorkloadRow.class)) {
      table.row(
          Cell.text(w.key()),
          w.state().word(),
          Cell.text(w.releaseName()),
          Cell.count(w.risk()),
          Cell.share(w.completeness()),
          Cell.text(w.sentence()));
    }
    cli.print(
        answer,
        answer.isEmpty()
            ? "No workloads yet. The first window closes some 15 s after an agent starts."
            : table.toString());
    return ExitCode.DONE;
  }

  private int show(String path) {
    JsonNode workload = cli.collector().get("/api/workloads/" + path);
    JsonNode series =
        cli.collector()
            .get("/api/workloads/%s/series?last=%s".formatted(path, CollectorClient.segment(last)));
    WorkloadDetail detail = CollectorClient.as(workload, WorkloadDetail.class);
    WorkloadRow row = detail.workload();
    var text = new StringBuilder();
    text.append(
        """
        %s is %s since %s
        %s
        Release %s; instances: %s; %s of bytes read.
        """
            .formatted(
                Cell.text(row.name()),
                row.state().word(),
                Cell.time(row.sinceMillis()),
                Cell.text(row.sentence()),
                Cell.text(row.releaseName()),
                Cell.count(row.instances()),
                Cell.share(row.completeness())));
    if (detail.incident() != null) {
      text.append("Incident %s is open.\n".formatted(Cell.text(detail.incident())));
    }
    charts(text, CollectorClient.as(series, Series.class));
    why(text, detail);
    deviations(text, detail);
    templates(text, detail);
    instances(text, detail);
    var both = JsonNodeFactory.instance.objectNode();
    both.set("detail", workload);
    both.set("series", series);
    cli.print(both, text.toString());
    return ExitCode.DONE;
  }

  private static void charts(StringBuilder text, Series series) {
    text.append(
        "\n%s to %s, UTC; a blank is a gap\n"
            .formatted(Cell.time(series.fromMillis()), Cell.time(series.toMillis())));
    var table = new Table("CHART", "RELEASE", "LEAST", "MOST", "LAST", "");
    for (Series.Track track : series.tracks()) {
      for (Series.Line line : track.lines()) {
        var spark = Sparkline.of(line.values(), track.axis());
        table.row(
            Cell.text(track.name() + ", " + track.unit()),
            Cell.text(line.releaseName()),
            figure(track, spark.least()),
            figure(track, spark.most()),
            figure(track, spark.last()),
            spark.drawing());
      }
    }
    text.append(table);
    for (Series.Gap gap : series.gaps()) {
      text.append(
          "Gap from %s to %s: %s.\n"
              .formatted(
                  Cell.time(gap.fromMillis()), Cell.time(gap.toMillis()), Cell.text(gap.why())));
    }
    for (Series.Flag flag : series.flags()) {
      text.append(
          "Release %s at %s.\n".formatted(Cell.text(flag.name()), Cell.time(flag.atMillis())));
    }
  }

  private static String figure(Series.Track track, @Nullable Double value) {
    return track.axis().equals("rarity") ? Cell.rarity(value) : Cell.figure(value);
  }

  private static void why(StringBuilder text, WorkloadDetail detail) {
    if (detail.why().isEmpty()) {
      return;
    }
    text.append("\nWhy: what carried the score, not what caused the fault\n");
    var table = new Table("FEATURE", "SHARE", "USUAL", "SEEN", "WHERE");
    for (WorkloadDetail.Carrier c : detail.why()) {
      table.row(
          Cell.text(c.feature()),
          Cell.share(c.share()),
          usual(c.usualLow(), c.usualHigh(), c.unit(), "never"),
          Cell.figure(c.seen()),
          c.where().isEmpty() ? "whole workload" : Cell.text(c.where()));
    }
    text.append(table);
  }

  private static void deviations(StringBuilder text, WorkloadDetail detail) {
    text.append("\nDeviation now: each metric against its own recent past\n");
    var table = new Table("METRIC", "SEEN", "USUAL", "FROM THE MEDIAN");
    for (WorkloadDetail.Deviation d : detail.deviations()) {
      table.row(
          Cell.text(d.metric()),
          Cell.figure(d.seen()),
          usual(d.usualLow(), d.usualHigh(), d.unit(), "too little past yet"),
          Cell.figure(d.distance()));
    }
    text.append(detail.deviations().isEmpty() ? "No metric yet.\n" : table);
  }

  private static void templates(StringBuilder text, WorkloadDetail detail) {
    text.append(
        "\nTemplates: %d of %d\n".formatted(detail.templates().size(), detail.templateCount()));
    String old = detail.baselineName() == null ? "OLD" : detail.baselineName();
    var table = new Table("LEVEL", Cell.text(old), "NOW", "AGAINST THE OLD RELEASE", "TEMPLATE");
    for (WorkloadDetail.TemplateCount t : detail.templates()) {
      table.row(
          Cell.text(t.level()),
          Cell.count(t.oldCount()),
          Cell.count(t.newCount()),
          Cell.text(t.sentence()),
          Cell.text(t.text()));
    }
    text.append(detail.templates().isEmpty() ? "No line has been read yet.\n" : table);
  }

  private static void instances(StringBuilder text, WorkloadDetail detail) {
    text.append("\nInstances\n");
    var table = new Table("INSTANCE", "RELEASE", "AGE", "COMPLETE", "LAG", "ONCE PER", "STATE");
    for (WorkloadDetail.Instance i : detail.instances()) {
      table.row(
          Cell.text(i.name()),
          Cell.text(i.releaseName()),
          Cell.age(i.ageMillis()),
          Cell.share(i.completeness()),
          Cell.seconds(i.lagMillis()),
          Cell.rarity(i.onceInHours()),
          i.state().word());
    }
    text.append(detail.instances().isEmpty() ? "No instance is live.\n" : table);
  }

  private static String usual(
      @Nullable Double low, @Nullable Double high, String unit, String without) {
    return low == null
        ? without
        : "%s to %s %s".formatted(Cell.figure(low), Cell.figure(high), unit).strip();
  }
}
