package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.DeadLetter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "dead-letters",
    description =
        "Webhooks that were given up; with ROUTE and WEBHOOK, sends one again under the id it had.")
final class DeadLettersCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(index = "0", arity = "0..1", paramLabel = "ROUTE", description = "name of the route")
  private @Nullable String route;

  @Parameters(index = "1", arity = "0..1", paramLabel = "WEBHOOK", description = "its id")
  private @Nullable String webhook;

  DeadLettersCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (route == null) {
      return list();
    }
    if (webhook == null) {
      throw CliException.usage(
          "expected the id of a webhook after the route %s, found none; `tocsin dead-letters` lists"
                  .formatted(route)
              + " them");
    }
    return cli.done(
        cli.collector()
            .post(
                "/api/dead-letters/%s/%s/again"
                    .formatted(CollectorClient.segment(route), CollectorClient.segment(webhook)),
                Map.of()));
  }

  private int list() {
    JsonNode answer = cli.collector().get("/api/dead-letters");
    var table = new Table("ROUTE", "WEBHOOK", "TYPE", "INCIDENT", "MADE", "ATTEMPTS", "ERROR");
    for (DeadLetter dead : CollectorClient.listOf(answer, DeadLetter.class)) {
      table.row(
          Cell.text(dead.route()),
          Cell.text(dead.webhookId()),
          Cell.text(dead.type()),
          Cell.text(dead.incident()),
          Cell.time(dead.createdMillis()),
          Cell.count(dead.attempts()),
          Cell.text(dead.error()));
    }
    cli.print(answer, answer.isEmpty() ? "No dead letters." : table.toString());
    return ExitCode.DONE;
  }
}
