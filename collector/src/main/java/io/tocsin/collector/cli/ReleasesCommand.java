package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.web.ReleaseDetail;
import io.tocsin.collector.web.ReleaseRow;
import io.tocsin.collector.web.VerdictView;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "releases",
    description =
        "Releases and what is said of them; with a WORKLOAD and a RELEASE, the proof, what is still"
            + " needed, and what was done. Exit code 3 when one waits for an answer.")
final class ReleasesCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WORKLOAD",
      description = "platform/scope/name")
  private @Nullable String workload;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RELEASE",
      description = "id of the release")
  private @Nullable String release;

  ReleasesCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (workload == null) {
      return list();
    }
    if (release == null) {
      throw CliException.usage(
          "expected the id of a release after the workload, found none; `tocsin releases` lists"
              + " them");
    }
    return show(
        cli.collector()
            .get(
                "/api/releases/%s/%s"
                    .formatted(
                        CollectorClient.workload(workload), CollectorClient.segment(release))));
  }

  private int list() {
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

  private int show(JsonNode answer) {
    ReleaseDetail detail = CollectorClient.as(answer, ReleaseDetail.class);
    var text = new StringBuilder();
    verdict(text, detail);
    evidence(text, detail);
    if (detail.verdict().word().equals("undecided so far")) {
      needed(text, detail);
    }
    ReleaseDetail.Response response = detail.response();
    if (response != null) {
      response(text, response);
    }
    cli.print(answer, text.toString());
    return response != null && response.deadlineMillis() != null
        ? ExitCode.NEEDS_YOU
        : ExitCode.DONE;
  }

  private static void verdict(StringBuilder text, ReleaseDetail detail) {
    VerdictView verdict = detail.verdict();
    ReleaseDetail.Thresholds thresholds = detail.thresholds();
    text.append(
        """
        %s %s: %s
        %s
        Deployed %s. %s
        Evidence %s; regressed at %s, acting alone at %s. %s of bytes read.
        """
            .formatted(
                Cell.text(detail.workloadName()),
                Cell.text(detail.name()),
                Cell.text(verdict.word()),
                Cell.text(verdict.sentence()),
                Cell.time(detail.deployedAtMillis()),
                contrast(detail),
                Cell.evidence(verdict.evidence()),
                Cell.figure(thresholds.regressed()),
                Cell.figure(thresholds.act()),
                Cell.share(verdict.completeness())));
  }

  private static String contrast(ReleaseDetail detail) {
    VerdictView verdict = detail.verdict();
    return verdict.contrast() == null
        ? "Nothing could be compared."
        : "Compared %s: %d new beside %d old, of %s."
            .formatted(
                Cell.text(verdict.contrast()),
                verdict.newInstances(),
                verdict.oldInstances(),
                Cell.text(detail.baselineName()));
  }

  private static void evidence(StringBuilder text, ReleaseDetail detail) {
    if (detail.verdict().signals().isEmpty()) {
      return;
    }
    text.append("\nEvidence; below 1 speaks for the release\n");
    var table = new Table("SIGNAL", "EVIDENCE", "ALONE NEEDS", "WEIGHT", "WHAT DIFFERS");
    for (VerdictView.Signal s : detail.verdict().signals()) {
      table.row(
          Cell.text(s.signal()),
          Cell.evidence(s.evidence()),
          alone(detail, s.weight()),
          Cell.share(s.weight()),
          Cell.text(s.sentence()));
    }
    text.append(table);
  }

  private static void needed(StringBuilder text, ReleaseDetail detail) {
    if (detail.verdict().needed().isEmpty()) {
      return;
    }
    ReleaseDetail.Thresholds thresholds = detail.thresholds();
    text.append(
        "\nStill needed, at the rates since the release; healthy needs %s of each, and %s of bake\n"
            .formatted(Cell.figure(thresholds.healthy()), Cell.age(thresholds.fastBakeMillis())));
    var table = new Table("SIGNAL", "HEALTHY", "FOR HEALTHY", "HARM", "FOR REGRESSED");
    for (VerdictView.Needed n : detail.verdict().needed()) {
      table.row(
          Cell.text(n.signal()),
          "%s of %s".formatted(Cell.evidence(n.healthy()), Cell.figure(thresholds.healthy())),
          Cell.text(n.forHealthy()),
          "%s of %s".formatted(Cell.evidence(n.harm()), alone(detail, n.weight())),
          Cell.text(n.forRegressed()));
    }
    text.append(table);
    text.append(
        "The fast bake ends at %s.\n"
            .formatted(Cell.time(detail.deployedAtMillis() + thresholds.fastBakeMillis())));
  }

  /// The combined evidence is a weighted mean, so a signal alone must carry all of it.
  private static String alone(ReleaseDetail detail, double weight) {
    return weight > 0 ? Cell.figure(detail.thresholds().regressed() / weight) : Cell.text(null);
  }

  private static void response(StringBuilder text, ReleaseDetail.Response response) {
    text.append("\n%s\n".formatted(Cell.text(response.sentence())));
    if (response.deadlineMillis() != null) {
      text.append(
          "Answer until %s: tocsin approve, tocsin refuse. %s\n"
              .formatted(
                  Cell.time(response.deadlineMillis()), Cell.text(response.ifNobodyAnswers())));
    }
    var checks = new Table("PREFLIGHT", "HOLDS", "DETAIL", "SAFE WAY");
    for (ReleaseDetail.Check check : response.preflight()) {
      checks.row(
          Cell.text(check.check()),
          check.ok() == null ? "not run" : check.ok() ? "yes" : "no",
          Cell.text(check.detail()),
          Cell.text(check.safeWay()));
    }
    var steps = new Table("STEP", "STATE", "AT", "DETAIL");
    for (ReleaseDetail.Step step : response.steps()) {
      steps.row(
          Cell.text(step.name()),
          Cell.text(step.state()),
          Cell.time(step.atMillis()),
          Cell.text(step.detail()));
    }
    text.append(response.preflight().isEmpty() ? "" : "\n" + checks);
    text.append(response.steps().isEmpty() ? "" : "\n" + steps);
  }
}
