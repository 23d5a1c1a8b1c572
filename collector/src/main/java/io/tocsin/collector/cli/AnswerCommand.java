package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.Commands.Answer;
import io.tocsin.collector.web.ReleaseDetail;
import io.tocsin.collector.web.ResponseState;
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
  private final Answer answer;
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

  private AnswerCommand(Cli cli, String command, Answer answer, String consequence) {
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
    return verdict == null
        ? show(cli.collector().get(path))
        : cli.done(
            cli.collector()
                .post(path + "/answer", Map.of("answer", answer.word(), "verdictHash", verdict)));
  }

  private int show(JsonNode found) {
    ReleaseDetail detail = CollectorClient.as(found, ReleaseDetail.class);
    ReleaseDetail.Response response = detail.response();
    if (response == null || response.state() != ResponseState.ASKED) {
      throw CliException.failed(
          "nothing is asked about %s %s now, so there is nothing to answer: %s%s"
              .formatted(
                  Cell.text(detail.workloadName()),
                  Cell.text(detail.name()),
                  Cell.text(detail.verdict().word()),
                  response == null ? "" : ". " + Cell.text(response.sentence())));
    }
    var text = new StringBuilder();
    text.append(
        """
        %s %s: %s
        %s
        %s Until %s. %s
        """
            .formatted(
                Cell.text(detail.workloadName()),
                Cell.text(detail.name()),
                Cell.text(detail.verdict().word()),
                Cell.text(detail.verdict().sentence()),
                Cell.text(response.sentence()),
                Cell.time(response.deadlineMillis()),
                Cell.text(response.ifNobodyAnswers())));
    for (ReleaseDetail.Check check : response.preflight()) {
      if (!Boolean.TRUE.equals(check.ok())) {
        text.append(
            "Preflight, %s: %s\n".formatted(Cell.text(check.check()), Cell.text(check.detail())));
      }
    }
    text.append(
        """
        Nothing was done. %s with:
          tocsin %s '%s' '%s' --verdict %s
        """
            .formatted(consequence, command, workload, release, Cell.text(detail.verdictHash())));
    cli.print(found, text.toString());
    return ExitCode.NEEDS_YOU;
  }

  @Command(name = "approve", description = "Takes a release back, as Tocsin asks to.")
  static final class Approve extends AnswerCommand {
    Approve(Cli cli) {
      super(cli, "approve", Answer.TAKE_BACK, "Take it back");
    }
  }

  @Command(name = "refuse", description = "Keeps a release that Tocsin asks to take back.")
  static final class Refuse extends AnswerCommand {
    Refuse(Cli cli) {
      super(cli, "refuse", Answer.KEEP, "Keep it");
    }
  }
}
