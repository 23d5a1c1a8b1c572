package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.alert.Feedback;
import io.tocsin.collector.web.IncidentDetail;
import io.tocsin.collector.web.IncidentRow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "incidents",
    description = "What fails, worst first; with an ID, all of one. Exit code 3 when one is open.")
final class IncidentsCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "of one incident")
  private @Nullable String id;

  @Option(
      names = "--feedback",
      paramLabel = "LABEL",
      description = "what it was: false-alarm, expected or real; needs an ID")
  private @Nullable String feedback;

  IncidentsCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (id == null) {
      if (feedback != null) {
        throw CliException.usage("--feedback: expected the ID of an incident, found none");
      }
      return list();
    }
    String path = "/api/incidents/" + CollectorClient.segment(id);
    return feedback == null
        ? show(cli.collector().get(path))
        : cli.done(cli.collector().post(path + "/feedback", Map.of("label", label(feedback))));
  }

  private int show(JsonNode answer) {
    IncidentDetail detail = CollectorClient.as(answer, IncidentDetail.class);
    IncidentRow row = detail.incident();
    var text = new StringBuilder();
    text.append(
        """
        %s
        %s
        %s since %s. %s
        %s
        """
            .formatted(
                Cell.text(row.title()),
                Cell.text(row.sentence()),
                state(row),
                Cell.time(row.openedAtMillis()),
                Cell.text(detail.riskWords()),
                Cell.text(detail.does())));
    points(text, "for", detail.speaksFor());
    points(text, "against", detail.speaksAgainst());
    var told = new Table("TOLD", "STATE", "ATTEMPTS", "DETAIL");
    for (IncidentDetail.Alert alert : detail.alerts()) {
      told.row(
          Cell.text(alert.route()),
          Cell.text(alert.state()),
          Cell.count(alert.attempts()),
          Cell.text(alert.detail()));
    }
    text.append(detail.alerts().isEmpty() ? "Nobody was told." : told);
    cli.print(answer, text.toString());
    return open(row) ? ExitCode.NEEDS_YOU : ExitCode.DONE;
  }

  private static void points(
      StringBuilder text, String direction, List<IncidentDetail.Point> points) {
    for (IncidentDetail.Point point : points) {
      text.append(
          "  speaks %s the release as the cause: %s (%s)\n"
              .formatted(direction, Cell.text(point.point()), Cell.text(point.weight())));
    }
  }

  private int list() {
    JsonNode answer = cli.collector().get("/api/incidents");
    List<IncidentRow> incidents = CollectorClient.listOf(answer, IncidentRow.class);
    var table = new Table("ID", "STATE", "RISK", "SINCE", "MARKED", "TITLE");
    for (IncidentRow incident : incidents) {
      table.row(
          Cell.text(incident.id()),
          state(incident),
          Cell.count(incident.risk()),
          Cell.time(incident.openedAtMillis()),
          Cell.text(incident.label()),
          Cell.text(incident.title()));
    }
    cli.print(answer, incidents.isEmpty() ? "No incidents." : table.toString());
    return incidents.stream().anyMatch(IncidentsCommand::open) ? ExitCode.NEEDS_YOU : ExitCode.DONE;
  }

  private static boolean open(IncidentRow incident) {
    return incident.resolvedAtMillis() == null;
  }

  private static String state(IncidentRow incident) {
    return open(incident) ? "open" : "over";
  }

  private static String label(String word) {
    try {
      return Feedback.of(word).word();
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--feedback: " + e.getMessage());
    }
  }
}
