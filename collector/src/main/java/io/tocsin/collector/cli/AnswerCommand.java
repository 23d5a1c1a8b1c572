package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Answers what Tocsin asks of a release. The first call shows the verdict and the command that
/// answers it; only the second, which names the verdict it saw, does anything.
abstract class AnswerCommand implements Callable<Integer> {
  private final Cli cli;
  private final String command;
  private final String answer;
  private final String consequence;

  @Parameters(index = "0", paramLabel = "WORKLOAD", description = "platform/scope/name")
  private String workload = "";

  @Parameters(index = "1", paramLabel = "RELEASE", description = "id of the release")
  private String release = "";

  @Option(
      names = "--verdict",
      paramLabel = "HASH",
      description = "of the verdict you saw; without it the verdict is shown and nothing is done")
  private @Nullable String verdict;

  private AnswerCommand(Cli cli, String command, String answer, String consequence) {
    this.cli = cli;
    this.command = command;
    this.answer = answer;
    this.consequence = consequence;
  }

  @Override
  public Integer call() {
    String path =
        "/api/releases/%s/%s"
            .formatted(CollectorClient.workload(workload), CollectorClient.segment(release));
    if (verdict != null) {
      JsonNode done =
          cli.collector().post(path + "/answer", Map.of("answer", answer, "verdictHash", verdict));
      cli.print(done, "Answered: %s. `tocsin releases` shows what follows.".formatted(answer));
      return ExitCode.DONE;
    }
    JsonNode found = cli.collector().get(path);
    JsonNode hash = found.path("verdictHash");
    if (!hash.isTextual()) {
      throw new CliException(
          "release %s has no verdict yet, so there is nothing to answer".formatted(release));
    }
    JsonNode said = found.path("verdict");
    cli.print(
        found,
        """
        %s: %s
        %s
        Nothing was done. %s with:
          tocsin %s '%s' '%s' --verdict %s
        """
            .formatted(
                Cell.text(found.path("name")),
                Cell.text(said.path("word")),
                Cell.text(said.path("sentence")),
                consequence,
                command,
                workload,
                release,
                Cell.text(hash)));
    return ExitCode.NEEDS_YOU;
  }

  @Command(
      name = "approve",
      mixinStandardHelpOptions = true,
      description = "Takes a release back, as Tocsin asks to.")
  static final class Approve extends AnswerCommand {
    Approve(Cli cli) {
      super(cli, "approve", "take-back", "Take it back");
    }
  }

  @Command(
      name = "refuse",
      mixinStandardHelpOptions = true,
      description = "Keeps a release that Tocsin asks to take back.")
  static final class Refuse extends AnswerCommand {
    Refuse(Cli cli) {
      super(cli, "refuse", "keep", "Keep it");
    }
  }
}
