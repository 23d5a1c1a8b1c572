package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.evidence.Extract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What decisions rest on: whether it is as it was written, and whether it leads to the same again.
@Command(
    name = "evidence",
    description =
        "Checks what was decided: verify the chain of it, replay a verdict, export a release.",
    synopsisSubcommandLabel = "COMMAND")
final class EvidenceCommand {
  // More than any export; what is not one is not read into memory.
  private static final long MAX_FILE = 64L << 20;

  private EvidenceCommand() {}

  static CommandLine of(Cli cli) {
    return new CommandLine(new EvidenceCommand())
        .addSubcommand(new EvidenceVerify(cli))
        .addSubcommand(new EvidenceReplay(cli))
        .addSubcommand(new Export(cli));
  }

  @Command(
      name = "export",
      description =
          "Writes all that is kept of a release as one JSON document: verdicts, what they rest on,"
              + " the decision with its checks, requests, answers and outcome, the links of the"
              + " chain. It holds no request's body, so no specification and no secret of one.")
  static final class Export implements Callable<Integer> {
    private final Cli cli;

    @Parameters(
        arity = "1..2",
        paramLabel = "ID",
        description = "an incident's id, or WORKLOAD RELEASE")
    private List<String> id = List.of();

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "where to; must not be there yet (default: printed)")
    private @Nullable Path out;

    private Export(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      JsonNode document = fetch(cli, id).document();
      String text = document.toPrettyString();
      if (out == null) {
        cli.print(document, text);
        return ExitCode.DONE;
      }
      try {
        if (Files.exists(out)) {
          throw CliException.usage(
              "--out: expected a name that is free, found " + out + "; nothing was written");
        }
        Files.writeString(out, text + "\n");
      } catch (IOException e) {
        throw CliException.failed("cannot write %s: %s".formatted(out, e));
      }
      cli.progress("Wrote %s. Check it with `tocsin evidence verify %s`.".formatted(out, out));
      return ExitCode.DONE;
    }
  }

  /// What is kept of the release that an id names.
  static Extract fetch(Cli cli, List<String> id) {
    CollectorClient collector = cli.collector();
    String workload = id.getFirst();
    String release = id.getLast();
    if (id.size() == 1) {
      JsonNode incident =
          collector.get("/api/incidents/" + CollectorClient.segment(workload)).path("row");
      if (!incident.hasNonNull("release")) {
        throw CliException.failed(
            "expected an incident of a release, found %s, of none; name WORKLOAD RELEASE"
                .formatted(Cell.text(id.getFirst())));
      }
      workload = incident.path("workload").asText();
      release = incident.path("release").asText();
    }
    return read(
        collector.get(
            "/api/evidence/releases/%s/%s"
                .formatted(CollectorClient.workload(workload), CollectorClient.segment(release))));
  }

  /// An exported document.
  static Extract read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw CliException.failed(
            "expected at most %d bytes in %s, found %d"
                .formatted(MAX_FILE, file, Files.size(file)));
      }
      return Extract.read(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw CliException.usage("expected a file or folder, found no " + file);
    } catch (IOException e) {
      throw CliException.failed("cannot read %s: %s".formatted(file, e));
    } catch (IllegalArgumentException e) {
      throw CliException.failed("%s: %s".formatted(file, e.getMessage()));
    }
  }

  private static Extract read(JsonNode document) {
    try {
      return Extract.read(document);
    } catch (IllegalArgumentException e) {
      throw CliException.failed(e.getMessage() + "; is the collector of another version?");
    }
  }
}
