package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.web.Commands;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The commands, and what they share: where the collector is, and how it is shown.
@Command(
    name = "tocsin",
    description = "Asks and tells a running collector.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:done",
      "1:the collector could not be reached, refused, or failed",
      "2:the command line is wrong; nothing was asked",
      "3:something is open, or waits for your answer; nothing was changed"
    })
public final class Cli {
  static final String DEFAULT_ADDRESS = "http://127.0.0.1:7600";

  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final Map<String, String> environment;
  private final Function<Path, JudgeConfig> judges;
  private final PrintWriter out;
  private final PrintWriter err;

  @Option(
      names = "--address",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "where the collector is (default TOCSIN_ADDRESS or " + DEFAULT_ADDRESS + ")")
  private @Nullable String address;

  @Option(
      names = "--token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "holds the token that changes need (default TOCSIN_TOKEN_FILE, or that of `tocsin up`)")
  private @Nullable Path tokenFile;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "print what the collector answers, as JSON")
  private boolean json;

  private Cli(
      Map<String, String> environment,
      Function<Path, JudgeConfig> judges,
      PrintWriter out,
      PrintWriter err) {
    this.environment = environment;
    this.judges = judges;
    this.out = out;
    this.err = err;
  }

  /// Runs one command.
  ///
  /// @param judges the judge's settings of a collector's configuration file
  /// @return 0 done, 1 failed, 2 wrong command line, 3 something is open or waits for an answer;
  ///   `release wait` and `evidence` have more
  public static int run(
      String[] args,
      Map<String, String> environment,
      Function<Path, JudgeConfig> judges,
      PrintWriter out,
      PrintWriter err) {
    if (args.length > 0 && args[0].equals("backtest")) {
      // It asks no collector, so it has none of the options about one.
      List<String> its = List.of(args).subList(1, args.length);
      return BacktestCommand.run(its, environment, out, err);
    }
    var cli = new Cli(environment, judges, out, err);
    var commands = new CommandLine(cli);
    commands
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("say what a command does")
                .build());
    commands
        .addSubcommand(new ReadCommands.ShowStatus(cli))
        .addSubcommand(new WorkloadsCommand(cli))
        .addSubcommand(new ReleasesCommand(cli))
        .addSubcommand(ReleaseCommand.of(cli))
        .addSubcommand(new ReadCommands.Agents(cli))
        .addSubcommand(new ReadCommands.ShowPolicy(cli))
        .addSubcommand(new IncidentsCommand(cli))
        .addSubcommand(new AnswerCommand.Approve(cli))
        .addSubcommand(new AnswerCommand.Refuse(cli))
        .addSubcommand(new UnlearnCommand(cli))
        .addSubcommand(new SilenceCommand(cli))
        .addSubcommand(new KillSwitchCommand(cli))
        .addSubcommand(new DeadLettersCommand(cli))
        .addSubcommand(new TestAlertCommand(cli))
        .addSubcommand(TokenCommand.of(cli))
        .addSubcommand(new DoctorCommand(cli))
        .addSubcommand(EvidenceCommand.of(cli));
    commands.setOut(out).setErr(err);
    commands.setExecutionExceptionHandler((failure, command, parsed) -> {
      if (failure instanceof CliException expected) {
        err.println("tocsin: " + expected.getMessage());
        return expected.exitCode();
      }
      throw failure;
    });
    if (args.length == 0) {
      commands.usage(err);
      return ExitCode.USAGE;
    }
    return commands.execute(args);
  }

  /// As above, where no file of a collector's configuration can be read.
  public static int run(
      String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    return run(
        args,
        environment,
        file -> {
          throw new IllegalArgumentException(
              "expected a command line that reads a collector's configuration, found this one");
        },
        out,
        err);
  }

  CollectorClient collector() {
    String where =
        address == null ? environment.getOrDefault("TOCSIN_ADDRESS", DEFAULT_ADDRESS) : address;
    return new CollectorClient(origin(where), tokenFile());
  }

  /// The judge's settings of a configuration file.
  JudgeConfig judge(Path file) {
    return judges.apply(file);
  }

  /// Where the token is that changes need.
  Path tokenFile() {
    return tokenFile == null ? defaultTokenFile() : tokenFile;
  }

  /// The answer to a change: as it came, or its sentence.
  int done(JsonNode answer) {
    print(answer, Cell.text(CollectorClient.as(answer, Commands.Done.class).sentence()));
    return ExitCode.DONE;
  }

  /// What goes on before there is an answer; beside it, so that a program reads the answer alone.
  void progress(String text) {
    err.println(text);
    err.flush();
  }

  /// The answer as it came, or the text that people read.
  void print(JsonNode answer, String text) {
    out.println(json ? answer.toPrettyString() : text.stripTrailing());
  }

  private static URI origin(String address) {
    URI origin = null;
    try {
      origin = URI.create(address);
    } catch (IllegalArgumentException e) {
      // Said below, as for what is a URI but no address.
    }
    if (origin == null || origin.getHost() == null || !SCHEMES.contains(origin.getScheme())) {
      throw CliException.usage(
          "--address: expected one such as %s, found %s".formatted(DEFAULT_ADDRESS, address));
    }
    return origin;
  }

  private Path defaultTokenFile() {
    String named = environment.get("TOCSIN_TOKEN_FILE");
    if (named != null) {
      return Path.of(named);
    }
    // Where `tocsin up` keeps its data; see deploy/tocsin.
    String home = environment.getOrDefault("HOME", "");
    String state = environment.getOrDefault("XDG_STATE_HOME", home + "/.local/state");
    boolean root = "root".equals(System.getProperty("user.name"));
    return Path.of(root ? "/var/lib" : state, "tocsin", "collector", "token");
  }
}
