package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
    mixinStandardHelpOptions = true,
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
      description = "how long: 30min, 2h, 1d (default 1h)")
  private String length = "1h";

  @Option(names = "--reason", paramLabel = "TEXT", description = "what others will read")
  private String reason = "";

  @Option(names = "--end", paramLabel = "ID", description = "ends one early")
  private @Nullable String end;

  SilenceCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (end != null) {
      JsonNode answer = cli.collector().delete("/api/silences/" + CollectorClient.segment(end));
      cli.print(answer, "Ended.");
    } else if (workloads == null) {
      list();
    } else {
      JsonNode made =
          cli.collector()
              .post(
                  "/api/silences",
                  Map.of("workloads", workloads, "forMillis", millis(length), "reason", reason));
      cli.print(
          made,
          "Silenced until %s. End it early with: tocsin silence --end %s"
              .formatted(Cell.time(made.path("untilMillis")), Cell.text(made.path("id"))));
    }
    return ExitCode.DONE;
  }

  private void list() {
    JsonNode silences = cli.collector().get("/api/silences");
    var table = new Table("ID", "WORKLOADS", "UNTIL", "BY", "REASON");
    for (JsonNode silence : silences) {
      table.row(
          Cell.text(silence.path("id")),
          Cell.text(silence.path("workloads")),
          Cell.time(silence.path("untilMillis")),
          Cell.text(silence.path("by")),
          Cell.text(silence.path("reason")));
    }
    cli.print(silences, silences.isEmpty() ? "Nothing is silenced." : table.toString());
  }

  private static long millis(String text) {
    var match = LENGTH.matcher(text);
    if (!match.matches()) {
      throw new CliException("--for: expected a time such as 30min, 2h or 1d, found " + text);
    }
    long count = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "min" -> Duration.ofMinutes(count).toMillis();
      case "h" -> Duration.ofHours(count).toMillis();
      default -> Duration.ofDays(count).toMillis();
    };
  }
}
