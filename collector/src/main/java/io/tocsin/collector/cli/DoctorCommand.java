package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.DoctorRow;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    description =
        "Tries what Tocsin needs, and says what works, what is missing and how to grant it: each"
            + " platform with its rights, routes of alerts, agents, disk, clocks. Changes nothing.")
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    JsonNode answer = cli.collector().get("/api/doctor");
    List<DoctorRow> rows = CollectorClient.listOf(answer, DoctorRow.class);
    var table = new Table("AREA", "WHAT", "WORKS", "FOUND", "NEXT");
    for (DoctorRow row : rows) {
      table.row(
          Cell.text(row.area()),
          Cell.text(row.what()),
          row.ok() == null ? "?" : row.ok() ? "yes" : "no",
          Cell.text(row.detail()),
          Cell.text(row.next()));
    }
    long missing = rows.stream().filter(row -> Objects.equals(row.ok(), false)).count();
    cli.print(
        answer,
        table
            + (missing == 0
                ? "Nothing is missing."
                : "%d of %d %s".formatted(missing, rows.size(), "do not work.")));
    return missing == 0 ? ExitCode.DONE : ExitCode.NEEDS_YOU;
  }
}
