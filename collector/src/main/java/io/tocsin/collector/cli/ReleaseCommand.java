package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.GateAnswer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What a pipeline says before it deploys, and asks afterwards.
@Command(
    name = "release",
    description = "For pipelines: announces a release, and waits for its verdict.",
    synopsisSubcommandLabel = "COMMAND")
final class ReleaseCommand {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6}) ?(ms|s|min|h|d)");

  private ReleaseCommand() {}

  static CommandLine of(Cli cli) {
    return new CommandLine(new ReleaseCommand())
        .addSubcommand(new Announce(cli))
        .addSubcommand(new Wait(cli));
  }

  @Command(
      name = "announce",
      description =
          "Says that a release begins and what it is called; takes a token of the role announce."
              + " It is judged once a platform or an agent sees it, and not because of this.")
  static final class Announce implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "platform/scope/name")
    private String workload = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "what the release is called")
    private String name = "";

    @Option(names = "--commit", paramLabel = "SHA", description = "that it was built from")
    private @Nullable String commit;

    @Option(names = "--url", paramLabel = "URL", description = "of the pipeline")
    private @Nullable String url;

    @Option(
        names = "--any-name",
        description =
            "the platform calls it otherwise: the next release is meant, whatever its name, within"
                + " the hour and before the next announcement")
    private boolean anyName;

    private Announce(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("name", name);
      body.put("commit", commit == null ? "" : commit);
      body.put("url", url == null ? "" : url);
      body.put("anyName", anyName);
      return cli.done(
          cli.collector().post("/api/announcements/" + CollectorClient.workload(workload), body));
    }
  }

  @Command(
      name = "wait",
      description =
          "Waits until a release is called healthy or regressed, and tells progress meanwhile. A"
              + " release that was announced under this name counts only if it was deployed since.",
      exitCodeListHeading = "%nExit codes%n",
      exitCodeList = {
        "0:healthy",
        "1:the collector could not be reached in time, or refused",
        "2:the command line is wrong; nothing was asked",
        "4:regressed",
        "5:undecided so far, or never seen, when the time was up",
        "6:cannot be judged, when the time was up",
        "7:superseded by a newer release"
      })
  static final class Wait implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "platform/scope/name")
    private String workload = "";

    @Parameters(
        index = "1",
        paramLabel = "RELEASE",
        description = "id or name of the release, or the name it was announced under")
    private String release = "";

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "how long at most: 90s, 30min, 2h, at most 7d (default 1h)")
    private String timeout = "1h";

    @Option(
        names = "--every",
        paramLabel = "TIME",
        description = "how often it is asked (default 5s)")
    private String every = "5s";

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description =
            "only what was deployed since counts, e.g. 2026-01-31T10:00:00Z (default: since it was"
                + " announced, or ever)")
    private @Nullable String since;

    private Wait(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() throws InterruptedException {
      long end = System.nanoTime() + length("--timeout", timeout, Duration.ofDays(7)).toNanos();
      Duration pause = length("--every", every, Duration.ofHours(1));
      String path =
          "/api/gate/%s?release=%s"
              .formatted(CollectorClient.workload(workload), CollectorClient.segment(release));
      Long from = since == null ? null : Long.valueOf(time(since));
      CollectorClient collector = cli.collector();
      String told = "";
      while (true) {
        JsonNode answer = null;
        GateAnswer now = null;
        CliException trouble = null;
        try {
          answer = collector.get(from == null ? path : path + "&since=" + from);
          now = answer(answer);
          // Should its announcement be pushed out, an older release of the name is still not it.
          if (from == null && now.announced() != null) {
            from = now.announced().atMillis();
          }
        } catch (CliException e) {
          if (!e.mayPass()) {
            throw e;
          }
          trouble = e;
        }
        String progress =
            now == null
                ? String.valueOf(trouble == null ? "" : trouble.getMessage())
                : "%s: %s".formatted(Cell.text(now.word()), Cell.text(now.sentence()));
        if (!progress.equals(told)) {
          cli.progress(progress);
          told = progress;
        }
        boolean late = System.nanoTime() - end >= 0;
        if (now != null && answer != null && (late || now.answer() != GateAnswer.Answer.WAIT)) {
          cli.print(answer, told);
          return code(now);
        }
        if (late && trouble != null) {
          throw trouble;
        }
        Thread.sleep(
            Math.clamp((end - System.nanoTime()) / 1_000_000, 1, Math.max(1, pause.toMillis())));
      }
    }

    private static GateAnswer answer(JsonNode answer) {
      GateAnswer found = CollectorClient.as(answer.path("data"), GateAnswer.class);
      if (found == null) {
        throw CliException.failed(
            "expected a verdict under `data`, found none; is that a Tocsin collector?");
      }
      return found;
    }

    private static long time(String text) {
      try {
        return Instant.parse(text).toEpochMilli();
      } catch (DateTimeParseException e) {
        throw CliException.usage(
            "--since: expected a time such as 2026-01-31T10:00:00Z, found " + text);
      }
    }

    private static int code(GateAnswer answer) {
      return switch (answer.answer()) {
        case PASS -> ExitCode.DONE;
        case FAIL -> ExitCode.REGRESSED;
        case SUPERSEDED -> ExitCode.SUPERSEDED;
        case WAIT ->
            answer.word().equals("cannot judge") ? ExitCode.CANNOT_JUDGE : ExitCode.UNDECIDED;
      };
    }

    private static Duration length(String option, String text, Duration most) {
      Matcher match = LENGTH.matcher(text);
      Duration length = Duration.ZERO;
      if (match.matches()) {
        long count = Long.parseLong(match.group(1));
        length =
            switch (match.group(2)) {
              case "ms" -> Duration.ofMillis(count);
              case "s" -> Duration.ofSeconds(count);
              case "min" -> Duration.ofMinutes(count);
              case "h" -> Duration.ofHours(count);
              default -> Duration.ofDays(count);
            };
      }
      if (length.isZero() || length.compareTo(most) > 0) {
        throw CliException.usage(
            "%s: expected a time such as 90s, 30min or 2h, at most %d h, found %s"
                .formatted(option, most.toHours(), text));
      }
      return length;
    }
  }
}
