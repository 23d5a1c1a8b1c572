package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// The lists that change nothing.
final class ReadCommands {
  private ReadCommands() {}

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "How the collector itself does.")
  static final class Status implements Callable<Integer> {
    private final Cli cli;

    Status(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode status = cli.collector().get("/api/status");
      boolean stopped = status.path("killSwitch").path("stopped").asBoolean();
      var table = new Table("WHAT", "NOW");
      table.row("version", Cell.text(status.path("version")));
      table.row("started", Cell.time(status.path("startedAtMillis")));
      table.row("behind", Cell.seconds(status.path("behindMillis")));
      table.row(
          "kill switch",
          stopped
              ? "stopped since "
                  + Cell.time(status.path("killSwitch").path("sinceMillis"))
                  + " by "
                  + Cell.text(status.path("killSwitch").path("by"))
              : "armed");
      table.row("memory", Cell.size(status.path("rssBytes")));
      table.row("disk", Cell.size(status.path("storeBytes")));
      cli.print(status, table.toString());
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "workloads",
      mixinStandardHelpOptions = true,
      description = "What is watched, and how each does.")
  static final class Workloads implements Callable<Integer> {
    private final Cli cli;

    Workloads(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode workloads = cli.collector().get("/api/workloads");
      var table = new Table("WORKLOAD", "STATE", "RELEASE", "SENTENCE");
      for (JsonNode w : workloads) {
        table.row(
            Cell.text(w.path("key")),
            Cell.text(w.path("state")),
            Cell.text(w.path("release")),
            Cell.text(w.path("sentence")));
      }
      cli.print(
          workloads,
          workloads.isEmpty()
              ? "No workloads yet. The first window closes some 15 s after an agent starts."
              : table.toString());
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "releases",
      mixinStandardHelpOptions = true,
      description = "Releases and what is said of them.")
  static final class Releases implements Callable<Integer> {
    private final Cli cli;

    Releases(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode releases = cli.collector().get("/api/releases");
      var table = new Table("WORKLOAD", "RELEASE", "DEPLOYED", "VERDICT", "SENTENCE");
      for (JsonNode r : releases) {
        table.row(
            Cell.text(r.path("workload")),
            Cell.text(r.path("release")),
            Cell.time(r.path("deployedAtMillis")),
            Cell.text(r.path("verdict").path("word")),
            Cell.text(r.path("verdict").path("sentence")));
      }
      cli.print(releases, releases.isEmpty() ? "No releases seen yet." : table.toString());
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "agents",
      mixinStandardHelpOptions = true,
      description = "Agents: which are silent, and how much each reads.")
  static final class Agents implements Callable<Integer> {
    private final Cli cli;

    Agents(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode agents = cli.collector().get("/api/agents");
      var table =
          new Table("AGENT", "HOST", "STATE", "LAST HEARD", "COMPLETE", "DROPPED", "MEMORY");
      for (JsonNode a : agents) {
        table.row(
            Cell.text(a.path("id")),
            Cell.text(a.path("host")),
            Cell.text(a.path("state")),
            Cell.time(a.path("lastHeardMillis")),
            Cell.text(a.path("completeness")),
            Cell.text(a.path("linesDropped")),
            Cell.size(a.path("rssBytes")));
      }
      cli.print(
          agents,
          agents.isEmpty()
              ? "No agents yet. Start one with `tocsin up` or `tocsin agent`."
              : table.toString());
      return ExitCode.DONE;
    }
  }
}
