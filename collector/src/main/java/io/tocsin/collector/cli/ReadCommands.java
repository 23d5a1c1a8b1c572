package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.AgentRow;
import io.tocsin.collector.web.Policy;
import io.tocsin.collector.web.Status;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// What changes nothing and takes no names.
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

  @Command(
      name = "policy",
      description =
          "What Tocsin may do, how often it may be wrong, and who is told. Read only: it is changed"
              + " in the configuration.")
  static final class ShowPolicy implements Callable<Integer> {
    private final Cli cli;

    ShowPolicy(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode answer = cli.collector().get("/api/policy");
      Policy policy = CollectorClient.as(answer, Policy.class);
      var settings = new Table("WHAT", "VALUE", "KEPT OR USED", "COMES FROM");
      policy.budgets().forEach(setting -> row(settings, setting));
      policy.caps().forEach(setting -> row(settings, setting));
      var autonomy = new Table("WORKLOAD", "LEVEL", "RECORD", "COMES FROM");
      for (Policy.Autonomy a : policy.autonomy()) {
        autonomy.row(
            Cell.text(a.workload()),
            Cell.text(a.level()),
            Cell.text(a.record()),
            Cell.text(a.source()));
      }
      var routes = new Table("ROUTE", "FOR", "SHAPE", "LAST DELIVERY", "DEAD LETTERS");
      for (Policy.Route r : policy.routes()) {
        routes.row(
            Cell.text(r.name()),
            Cell.text(r.match()),
            Cell.text(r.shape()),
            Cell.time(r.lastDeliveryMillis()),
            Cell.count(r.deadLetters()));
      }
      var tokens = new Table("TOKEN", "ROLE");
      policy.tokens().forEach(t -> tokens.row(Cell.text(t.name()), t.role().word()));
      cli.print(
          answer,
          String.join(
              "\n",
              settings.toString(),
              policy.autonomy().isEmpty()
                  ? "Every workload starts at observe.\n"
                  : autonomy.toString(),
              policy.routes().isEmpty()
                  ? "No route: nobody is told. Add one under alert.routes.\n"
                  : routes.toString(),
              tokens.toString()));
      return ExitCode.DONE;
    }

    private static void row(Table table, Policy.Setting setting) {
      table.row(
          Cell.text(setting.name()),
          Cell.text(setting.value()),
          Cell.text(setting.now()),
          Cell.text(setting.source()));
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
