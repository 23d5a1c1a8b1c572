package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.AgentRow;
import io.tocsin.collector.web.ReleaseRow;
import io.tocsin.collector.web.Status;
import io.tocsin.collector.web.WorkloadRow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// The lists that change nothing.
final class ReadCommands {
  private ReadCommands() {}

  @Command(
      name = "status",
      description = "How the collector itself does. Exit code 3 when something needs you.")
  static final class ShowStatus implements Callable<Integer> {
    private final Cli cli;

    ShowStatus(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode answer = cli.collector().get("/api/status");
      Status status = CollectorClient.as(answer, Status.class);
      var table = new Table("WHAT", "NOW");
      table.row("version", Cell.text(status.version()));
      table.row("started", Cell.time(status.startedAtMillis()));
      table.row("behind", behind(status));
      table.row("open incidents", Cell.count(status.openIncidents()));
      table.row("releases on watch", Cell.count(status.releasesOnWatch()));
      table.row("waiting for your answer", Cell.count(status.waiting()));
      table.row("kill switch", killSwitch(status.killSwitch()));
      table.row("agents connect to", Cell.text(status.ingest()));
      table.row("memory", Cell.size(status.rssBytes()));
      table.row("disk", Cell.size(status.storeBytes()));
      for (Status.Flow flow : status.flows()) {
        table.row(
            Cell.text(flow.what()),
            "%s in = %s out + %s dropped + %s waiting%s"
                .formatted(
                    Cell.count(flow.in()),
                    Cell.count(flow.out()),
                    Cell.count(flow.dropped()),
                    Cell.count(flow.waiting()),
                    flow.addsUp() ? "" : ", which does not add up"));
      }
      cli.print(answer, table.toString());
      return status.openIncidents() > 0 || status.waiting() > 0
          ? ExitCode.NEEDS_YOU
          : ExitCode.DONE;
    }

    private static String behind(Status status) {
      return Cell.seconds(status.behindMillis())
          + (status.behindReason() == null ? "" : ": " + Cell.text(status.behindReason()));
    }

    private static String killSwitch(Status.KillSwitch now) {
      return now.stopped()
          ? "stopped since %s by %s".formatted(Cell.time(now.sinceMillis()), Cell.text(now.by()))
          : "armed";
    }
  }

  @Command(name = "workloads", description = "What is watched, and how each does.")
  static final class Workloads implements Callable<Integer> {
    private final Cli cli;

    Workloads(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode answer = cli.collector().get("/api/workloads");
      var table = new Table("WORKLOAD", "STATE", "RELEASE", "RISK", "COMPLETE", "SENTENCE");
      for (WorkloadRow w : CollectorClient.listOf(answer, WorkloadRow.class)) {
        table.row(
            Cell.text(w.key()),
            w.state().word(),
            Cell.text(w.releaseName()),
            Cell.count(w.risk()),
            Cell.share(w.completeness()),
            Cell.text(w.sentence()));
      }
      cli.print(
          answer,
          answer.isEmpty()
              ? "No workloads yet. The first window closes some 15 s after an agent starts."
              : table.toString());
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "releases",
      description = "Releases and what is said of them. Exit code 3 when one waits for an answer.")
  static final class Releases implements Callable<Integer> {
    private final Cli cli;

    Releases(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode answer = cli.collector().get("/api/releases");
      List<ReleaseRow> releases = CollectorClient.listOf(answer, ReleaseRow.class);
      var table =
          new Table("WORKLOAD", "RELEASE", "DEPLOYED", "VERDICT", "RESPONSE", "UNTIL", "SENTENCE");
      for (ReleaseRow r : releases) {
        table.row(
            Cell.text(r.workload()),
            Cell.text(r.release()),
            Cell.time(r.deployedAtMillis()),
            Cell.text(r.word()),
            Cell.text(r.state() == null ? null : r.state().word()),
            Cell.time(r.askedUntilMillis()),
            Cell.text(r.sentence()));
      }
      cli.print(answer, releases.isEmpty() ? "No releases seen yet." : table.toString());
      return releases.stream().anyMatch(r -> r.askedUntilMillis() != null)
          ? ExitCode.NEEDS_YOU
          : ExitCode.DONE;
    }
  }

  @Command(
      name = "agents",
      description = "Agents: which are silent, what each reads, and what it cannot.")
  static final class Agents implements Callable<Integer> {
    private final Cli cli;

    Agents(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode answer = cli.collector().get("/api/agents");
      List<AgentRow> agents = CollectorClient.listOf(answer, AgentRow.class);
      var table =
          new Table("AGENT", "HOST", "STATE", "LAST HEARD", "COMPLETE", "DROPPED", "MEMORY");
      for (AgentRow a : agents) {
        table.row(
            Cell.text(a.id()),
            Cell.text(a.host()),
            Cell.text(a.state()),
            Cell.time(a.lastHeardMillis()),
            Cell.share(a.completeness()),
            Cell.count(a.linesDropped()),
            Cell.size(a.rssBytes()));
      }
      var text = new StringBuilder(table.toString());
      for (AgentRow a : agents) {
        if (!a.sentence().isEmpty()) {
          text.append("%s: %s\n".formatted(Cell.text(a.id()), Cell.text(a.sentence())));
        }
        for (String file : a.unreadable()) {
          text.append("%s cannot read %s\n".formatted(Cell.text(a.id()), Cell.text(file)));
        }
      }
      cli.print(
          answer,
          agents.isEmpty()
              ? "No agents yet. Start one with `tocsin up` or `tocsin agent`."
              : text.toString());
      return ExitCode.DONE;
    }
  }
}
