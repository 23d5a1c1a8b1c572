package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.alert.Feedback;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "incidents",
    mixinStandardHelpOptions = true,
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
        throw new CliException("--feedback: expected the ID of an incident, found none");
      }
      return list();
    }
    String path = "/api/incidents/" + CollectorClient.segment(id);
    if (feedback != null) {
      JsonNode answer = cli.collector().post(path + "/feedback", Map.of("label", label(feedback)));
      cli.print(answer, "Noted: " + feedback + ".");
      return ExitCode.DONE;
    }
    JsonNode incident = cli.collector().get(path);
    cli.print(incident, incident.toPrettyString());
    return ExitCode.DONE;
  }

  private int list() {
    JsonNode incidents = cli.collector().get("/api/incidents");
    var table = new Table("ID", "STATE", "SEVERITY", "SINCE", "SENTENCE");
    boolean open = false;
    for (JsonNode incident : incidents) {
      open |= incident.path("state").asText().equals("open");
      table.row(
          Cell.text(incident.path("id")),
          Cell.text(incident.path("state")),
          Cell.text(incident.path("severity")),
          Cell.time(incident.path("sinceMillis")),
          Cell.text(incident.path("title")));
    }
    cli.print(incidents, incidents.isEmpty() ? "No incidents." : table.toString());
    return open ? ExitCode.NEEDS_YOU : ExitCode.DONE;
  }

  private static String label(String word) {
    try {
      return Feedback.of(word).word();
    } catch (IllegalArgumentException e) {
      throw new CliException("--feedback: " + e.getMessage());
    }
  }
}
