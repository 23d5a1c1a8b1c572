package io.tocsin.collector.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "unlearn",
    description =
        "Takes what a workload did in a stretch of time out of what it has learnt: a load test, an"
            + " outage that nobody noticed. What is unusual is fitted anew without it; what a release"
            + " is judged by stays.")
final class UnlearnCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(paramLabel = "WORKLOAD", description = "its key, as `tocsin workloads` shows it")
  private @Nullable String workload;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "14:00 (today, in this zone) or 2026-01-31T14:00:00Z")
  private @Nullable String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "its end, in the same way")
  private @Nullable String to;

  UnlearnCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String key = String.valueOf(workload);
    return cli.done(
        cli.collector()
            .post(
                "/api/workloads/" + CollectorClient.workload(key) + "/unlearn",
                Map.of(
                    "fromMillis", millis("--from", String.valueOf(from)),
                    "untilMillis", millis("--to", String.valueOf(to)))));
  }

  private static long millis(String option, String text) {
    try {
      return text.contains("T")
          ? Instant.parse(text).toEpochMilli()
          : LocalDate.now(ZoneId.systemDefault())
              .atTime(LocalTime.parse(text))
              .atZone(ZoneId.systemDefault())
              .toInstant()
              .toEpochMilli();
    } catch (DateTimeException e) {
      throw CliException.usage(
          "%s: expected a time such as 14:00 or 2026-01-31T14:00:00Z, found %s"
              .formatted(option, text));
    }
  }
}
