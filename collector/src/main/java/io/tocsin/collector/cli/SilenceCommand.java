package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.Silence;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "silence",
    description =
        "Keeps incidents of some workloads from becoming webhooks for a while; without WORKLOADS,"
            + " lists what is silenced.")
final class SilenceCommand implements Callable<Integer> {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,5}) ?(min|h|d)");

  private final Cli cli;

  @Parameters(
      arity = "0..1",
      paramLabel = "WORKLOADS",
      description = "key or pattern in quotes; * stands for any characters")
  private @Nullable String workloads;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "how long: 30min, 2h, 1d, at most 30d (default 1h)")
  private String length = "1h";

  @Option(names = "--end", paramLabel = "ID", description = "ends one early")
  private @Nullable String end;

  SilenceCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (end != null) {
      return cli.done(cli.collector().delete("/api/silences/" + CollectorClient.segment(end)));
    }
    return workloads == null ? list() : silence(workloads);
  }

  private int silence(String workload) {
    JsonNode answer =
        cli.collector()
            .post("/api/silences", Map.of("workload", workload, "forMillis", millis(length)));
    Silence made = CollectorClient.as(answer, Silence.class);
    cli.print(
        answer,
        "Silenced until %s. End it early with: tocsin silence --end %s"
            .formatted(Cell.time(made.untilMillis()), Cell.text(made.id())));
    return ExitCode.DONE;
  }

  private int list() {
    JsonNode answer = cli.collector().get("/api/silences");
    var table = new Table("ID", "WHAT", "UNTIL", "BY", "HELD BACK");
    for (Silence silence : CollectorClient.listOf(answer, Silence.class)) {
      table.row(
          Cell.text(silence.id()),
          Cell.text(silence.what()),
          Cell.time(silence.untilMillis()),
          Cell.text(silence.by()),
          Cell.count(silence.heldBack()));
    }
    cli.print(answer, answer.isEmpty() ? "Nothing is silenced." : table.toString());
    return ExitCode.DONE;
  }

  private static long millis(String text) {
    var match = LENGTH.matcher(text);
    if (!match.matches()) {
      throw CliException.usage("--for: expected a time such as 30min, 2h or 1d, found " + text);
    }
    long count = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "min" -> Duration.ofMinutes(count).toMillis();
      case "h" -> Duration.ofHours(count).toMillis();
      default -> Duration.ofDays(count).toMillis();
    };
  }
}
