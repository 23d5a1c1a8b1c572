package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "kill-switch",
    mixinStandardHelpOptions = true,
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
    switch (act) {
      case null -> {
        JsonNode status = cli.collector().get("/api/status").path("killSwitch");
        cli.print(
            status,
            status.path("stopped").asBoolean()
                ? "Stopped since " + Cell.time(status.path("sinceMillis")) + "."
                : "Armed: rollbacks may run where the policy lets them.");
      }
      case stop ->
          cli.print(
              cli.collector().post("/api/kill-switch", Map.of("stopped", true)),
              "Stopped. No rollback runs until: tocsin kill-switch arm --confirm arm");
      case arm -> {
        if (!confirm.equals("arm")) {
          throw new CliException(
              "nothing was changed; to let rollbacks run again: tocsin kill-switch arm --confirm"
                  + " arm");
        }
        cli.print(
            cli.collector().post("/api/kill-switch", Map.of("stopped", false, "confirm", "arm")),
            "Armed.");
      }
    }
    return ExitCode.DONE;
  }
}
