package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.agent.config.ConfigException;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Walk;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.monitor.Rejudged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "replay",
    description =
        "Judges again from what is kept of a release's windows, by the same judge, and says whether"
            + " each verdict comes out the same, bit for bit. What the models found unusual is taken"
            + " as it was.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:the same",
      "1:it could not be read",
      "2:the command line or the configuration is wrong",
      "3:with --config: another verdict would have been given",
      "8:another verdict came out, or what is kept was changed",
      "10:what a verdict rests on is not kept any more"
    })
final class EvidenceReplay implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      arity = "0..2",
      paramLabel = "ID",
      description =
          "an incident's id, WORKLOAD RELEASE, or an exported FILE (default: every release that the"
              + " collector keeps inputs of)")
  private List<String> id = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "a collector's configuration: says which verdicts its keys under judge would have changed;"
              + " what was learnt before the release stays")
  private @Nullable Path config;

  EvidenceReplay(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    JudgeConfig other = settings();
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    var text = new StringBuilder();
    int code = ExitCode.DONE;
    if (!id.isEmpty()) {
      boolean file = id.size() == 1 && Files.exists(Path.of(id.getFirst()));
      Extract extract =
          file ? EvidenceCommand.read(Path.of(id.getFirst())) : EvidenceCommand.fetch(cli, id);
      code = replay(extract, other, answers, text);
    } else {
      for (JsonNode kept : cli.collector().get("/api/evidence")) {
        List<String> named = List.of(kept.path("workload").asText(), kept.path("release").asText());
        cli.progress("replaying %s of %s".formatted(named.getLast(), named.getFirst()));
        code = worse(code, replay(EvidenceCommand.fetch(cli, named), other, answers, text));
      }
    }
    cli.print(answers, answers.isEmpty() ? "No inputs are kept yet." : text.toString());
    return code;
  }

  private @Nullable JudgeConfig settings() {
    try {
      return config == null ? null : cli.judge(config);
    } catch (ConfigException | IllegalArgumentException e) {
      throw CliException.usage("--config: " + e.getMessage());
    }
  }

  private int replay(
      Extract extract, @Nullable JudgeConfig other, ArrayNode answers, StringBuilder text) {
    Walk walk = Walk.ofExtract(extract.document().path("head").asText());
    String wrong = extract.check(walk).orElse(null);
    ObjectNode answer =
        answers
            .addObject()
            .put("workload", extract.workload())
            .put("release", extract.release())
            .put("changed", wrong);
    text.append(Cell.text(extract.release()))
        .append(" of ")
        .append(Cell.text(extract.workload()))
        .append('\n');
    if (wrong != null) {
      text.append("  not replayed, for it was changed: ").append(Cell.text(wrong)).append('\n');
      return ExitCode.BROKEN;
    }
    Rejudged result;
    try {
      result = Rejudged.of(extract.verdicts(), extract.rows(), other);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--config: " + e.getMessage());
    } catch (IllegalStateException e) {
      throw CliException.failed(
          "%s; was it exported by another version?".formatted(e.getMessage()));
    }
    answer.set("result", CollectorClient.json(result));
    return told(result, other != null, text);
  }

  private static int told(Rejudged result, boolean compared, StringBuilder text) {
    int code = ExitCode.DONE;
    for (Rejudged.Again each : result.verdicts()) {
      String what =
          switch (each.outcome()) {
            case SAME -> "the same, bit for bit";
            case OTHER -> "another came out; first difference: " + Cell.text(each.difference());
            case NOT_KEPT -> "what it rests on is not kept any more";
          };
      code =
          worse(
              code,
              switch (each.outcome()) {
                case SAME -> ExitCode.DONE;
                case OTHER -> ExitCode.BROKEN;
                case NOT_KEPT -> ExitCode.NOT_KEPT;
              });
      text.append("  %s  %s: %s%n".formatted(Cell.time(each.atMillis()), each.word(), what));
    }
    if (result.verdicts().isEmpty()) {
      text.append("  no verdict was chained yet\n");
    }
    String drifted = result.drifted();
    if (drifted != null) {
      text.append("  between two starts another state came out: ").append(Cell.text(drifted));
      text.append('\n');
      code = ExitCode.BROKEN;
    }
    if (compared) {
      code = worse(code, compared(result, text));
    }
    return code;
  }

  private static int compared(Rejudged result, StringBuilder text) {
    text.append("  as judged:       ").append(words(result.then())).append('\n');
    text.append("  by that file:    ").append(words(result.otherwise())).append('\n');
    if (!result.whole()) {
      text.append("  from the middle of its watch on: what came before is not kept any more\n");
    }
    boolean changes = result.changes();
    text.append(changes ? "  It would have been judged otherwise.\n" : "  Nothing would change.\n");
    return changes ? ExitCode.NEEDS_YOU : ExitCode.DONE;
  }

  private static String words(List<Rejudged.Said> said) {
    return said.isEmpty()
        ? "nothing, for no window is kept"
        : String.join(
            ", ", said.stream().map(s -> s.word() + " at " + Cell.time(s.atMillis())).toList());
  }

  /// The one that matters more to a script.
  private static int worse(int one, int other) {
    List<Integer> rising =
        List.of(ExitCode.DONE, ExitCode.NEEDS_YOU, ExitCode.NOT_KEPT, ExitCode.BROKEN);
    return rising.indexOf(one) >= rising.indexOf(other) ? one : other;
  }
}
