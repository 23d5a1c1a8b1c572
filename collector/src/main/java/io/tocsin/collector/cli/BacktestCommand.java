package io.tocsin.collector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tocsin.collector.backtest.Backtest;
import io.tocsin.collector.backtest.BacktestException;
import io.tocsin.collector.backtest.HtmlPage;
import io.tocsin.collector.backtest.Labels;
import io.tocsin.collector.backtest.Report;
import io.tocsin.collector.backtest.Report.Alarm;
import io.tocsin.collector.backtest.Report.Labelled;
import io.tocsin.collector.backtest.Report.Workload;
import io.tocsin.collector.backtest.Settings;
import io.tocsin.collector.backtest.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What Tocsin would have alerted on history. Asks no collector: it is one, over files.
@Command(
    name = "tocsin backtest",
    description = {
      "Says what Tocsin would have alerted on your own history, with the collector's own detection:"
          + " nothing is sent, nothing is kept.",
      "",
      "FILE is a table of metrics where its name ends in .csv, else a log; both may be gzipped (.gz)."
          + " A table has a header; its first column is the time (epoch seconds or milliseconds, or"
          + " ISO 8601), every other one a metric. A column `workload` or `instance` says whose a row"
          + " is, else the file's name does. An empty cell or NaN was not measured. A log may be"
          + " plain, Docker's json-file or Kubernetes'; each line counts at its own stamp.",
      "",
      "Limits: 64 workloads and 128 metrics of each; rows 1 s to 12 min apart; 6,400,000 values held"
          + " at once; 64 MB an answer of Prometheus. Learning takes the first six hours.",
      ""
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:done, whatever was found",
      "1:something could not be read, asked or written",
      "2:the command line or a file is wrong",
      "3:history is too short: learning did not end for any workload"
    })
final class BacktestCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final PrintWriter out;
  private final PrintWriter err;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "tables of metrics (.csv) and logs")
  private List<Path> files = new ArrayList<>();

  @ArgGroup(validate = false, heading = "%nFrom a Prometheus server, instead of files%n")
  private PrometheusOptions prometheus = new PrometheusOptions();

  @Option(
      names = "--budget",
      paramLabel = "N",
      defaultValue = "1",
      description = "false alarms a month that are allowed (default 1, as the collector)")
  private double budget = 1;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "when something was wrong: a table `from,to`, perhaps `,workload`")
  private @Nullable Path labels;

  @Option(names = "--json", paramLabel = "FILE", description = "writes all of it as JSON")
  private @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "writes a page that needs nothing else")
  private @Nullable Path html;

  @Option(
      names = "--ignore",
      paramLabel = "COLUMN",
      description = "of tables, which is no metric; may be repeated")
  private List<String> ignored = new ArrayList<>();

  @Option(
      names = "--window",
      paramLabel = "SPAN",
      defaultValue = "10s",
      description = "of logs, 1s to 60s (default 10s, as the agent)")
  private String window = "10s";

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "of times that name none (default UTC)")
  private String zone = "UTC";

  @Option(
      names = "--year",
      paramLabel = "YEAR",
      description = "of the first stamp in a log whose stamps name none")
  private @Nullable Integer year;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "of the fits (default 42); the same history and seed give the same report")
  private long seed = 42;

  private BacktestCommand(Map<String, String> environment, PrintWriter out, PrintWriter err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  static int run(
      List<String> args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    var command = new CommandLine(new BacktestCommand(environment, out, err));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("say this").build());
    command.setOut(out).setErr(err);
    command.setExecutionExceptionHandler((failure, line, parsed) -> {
      if (failure instanceof BacktestException expected) {
        err.println("tocsin: " + expected.getMessage());
        return expected.wrongInput() ? ExitCode.USAGE : ExitCode.FAILED;
      }
      if (failure instanceof CliException expected) {
        err.println("tocsin: " + expected.getMessage());
        return expected.exitCode();
      }
      throw failure;
    });
    return command.execute(args.toArray(String[]::new));
  }

  @Override
  public Integer call() {
    ZoneId zone = zone();
    List<Source> sources = sources(zone);
    Settings settings = new Settings(budget, seed);
    Labels known = labels == null ? null : Labels.read(labels, zone);
    for (Path file : written()) {
      checkWritable(file);
    }
    long began = System.nanoTime();
    Report report;
    try (var progress =
        new ProgressLine(
            err, "1".equals(environment.get("TOCSIN_STDERR_TERMINAL")), System::nanoTime)) {
      report = Backtest.run(sources, settings, known, progress);
    }
    print(report);
    if (json != null) {
      write(json, json(report));
    }
    if (html != null) {
      write(html, HtmlPage.of(report));
    }
    err.printf(
        "tocsin: %.1f s, %s of memory at most%n",
        (System.nanoTime() - began) / 1e9, ProgressLine.peakMemory());
    boolean learnt = report.workloads().stream().anyMatch(w -> w.learntMillis() != null);
    return learnt ? ExitCode.DONE : ExitCode.NEEDS_YOU;
  }

  private List<Source> sources(ZoneId zone) {
    List<Path> tables = files.stream().filter(BacktestCommand::isTable).toList();
    List<Path> logs = files.stream().filter(file -> !isTable(file)).toList();
    List<Source> sources = new ArrayList<>();
    if (!tables.isEmpty()) {
      sources.add(Source.csv(tables, zone, Set.copyOf(ignored)));
    } else if (!ignored.isEmpty()) {
      throw CliException.usage("--ignore: expected a table to leave a column out of, found none");
    }
    if (!logs.isEmpty()) {
      sources.add(
          Source.logs(
              logs,
              zone,
              year == null ? OptionalInt.empty() : OptionalInt.of(year),
              Spans.of("--window", window)));
    }
    if (prometheus.wanted()) {
      sources.add(Source.prometheus(prometheus.query(zone)));
    }
    if (sources.isEmpty()) {
      throw CliException.usage(
          "expected files or --prometheus, found neither; see tocsin backtest --help");
    }
    return sources;
  }

  private static boolean isTable(Path file) {
    return file.toString().matches("(?i).*\\.csv(\\.gz)?");
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw CliException.usage(
          "--zone: expected one such as UTC, +02:00 or Europe/Berlin, found " + zone);
    }
  }

  private List<Path> written() {
    List<Path> written = new ArrayList<>();
    if (json != null) {
      written.add(json);
    }
    if (html != null) {
      written.add(html);
    }
    return written;
  }

  // Before the work, not after it.
  private void checkWritable(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(absolute)) {
      throw CliException.usage(
          "%s: expected a file in a folder that is there, found none".formatted(file));
    }
    if (files.stream().anyMatch(f -> f.toAbsolutePath().normalize().equals(absolute))) {
      throw CliException.usage("%s: expected another file than is read".formatted(file));
    }
  }

  private void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw CliException.failed(
          "%s: expected a file that can be written, found %s: %s"
              .formatted(file, e.getClass().getSimpleName(), e.getMessage()));
    }
    err.println("tocsin: wrote " + file);
  }

  private static String json(Report report) {
    try {
      return new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(report)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of records is JSON", e);
    }
  }

  private void print(Report report) {
    out.println(Cell.text(report.headline()));
    Labelled labelled = report.labels();
    if (labelled != null) {
      out.println(labelled.sentence());
    }
    boolean any = report.workloads().stream().anyMatch(w -> !w.alarms().isEmpty());
    if (any) {
      var table = new Table("WHEN", "FOR", "WHY");
      for (Workload workload : report.workloads()) {
        for (Alarm alarm : workload.alarms()) {
          table.row(
              Cell.time(alarm.atMillis()),
              Cell.age(alarm.untilMillis() - alarm.atMillis()),
              Cell.text(alarm.sentence()) + (alarm.learning() ? " While learning." : ""));
        }
      }
      out.println();
      out.print(table);
    }
    out.println();
    for (Workload workload : report.workloads()) {
      out.println(Cell.text(workload.workload() + ": " + workload.sentence()));
    }
    report.notes().forEach(note -> out.println(Cell.text(note)));
    out.flush();
  }
}
