package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.Status;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "kill-switch",
    description = "Stops all rollbacks at once, or lets them be again; without a word, shows it.")
final class KillSwitchCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "stop|arm", description = "what to do")
  private @Nullable Act act;

  @Option(
      names = "--confirm",
      paramLabel = "WORD",
      description = "arming needs --confirm arm; stopping needs nothing")
  private String confirm = "";

  /// As it is typed.
  enum Act {
    stop,
    arm
  }

  KillSwitchCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    return switch (act) {
      case null -> show();
      case stop -> cli.done(cli.collector().post("/api/kill-switch", Map.of("stopped", true)));
      case arm -> {
        if (!confirm.equals("arm")) {
          throw CliException.usage(
              "nothing was changed; to let rollbacks run again: tocsin kill-switch arm --confirm"
                  + " arm");
        }
        yield cli.done(
            cli.collector().post("/api/kill-switch", Map.of("stopped", false, "confirm", "arm")));
      }
    };
  }

  private int show() {
    JsonNode answer = cli.collector().get("/api/status").path("killSwitch");
    var now = CollectorClient.as(answer, Status.KillSwitch.class);
    cli.print(
        answer,
        now.stopped()
            ? "Stopped since %s by %s; %s under way."
                .formatted(Cell.time(now.sinceMillis()), Cell.text(now.by()), now.inFlight())
            : "Armed: rollbacks may run where the policy lets them.");
    return ExitCode.DONE;
  }
}
