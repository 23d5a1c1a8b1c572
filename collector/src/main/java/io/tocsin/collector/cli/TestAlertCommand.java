package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "test-alert",
    mixinStandardHelpOptions = true,
    description = "Sends a test webhook to every route.")
final class TestAlertCommand implements Callable<Integer> {
  private final Cli cli;

  TestAlertCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    JsonNode answer = cli.collector().post("/api/test-alert", Map.of());
    if (answer.path("routes").isEmpty()) {
      throw new CliException(
          "no route is configured, so nothing was sent; add one under alert.routes in the"
              + " collector's configuration");
    }
    cli.print(
        answer,
        "Sent to " + Cell.text(answer.path("routes").path(0)) + more(answer.path("routes")));
    return ExitCode.DONE;
  }

  private static String more(JsonNode routes) {
    return routes.size() == 1 ? "." : " and " + (routes.size() - 1) + " more.";
  }
}
