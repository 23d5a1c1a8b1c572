package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.collector.web.Role;
import io.tocsin.collector.web.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Makes tokens and takes them away, on the collector's own machine: in the file beside the one of
/// the installation, which a running collector reads again. Over the network there is no way to
/// make one, so a stolen token makes no other.
@Command(
    name = "token",
    description = "Makes a token for somebody, or takes it away; on the collector's machine.",
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand {
  private TokenCommand() {}

  static CommandLine of(Cli cli) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new Add(cli))
        .addSubcommand(new Revoke(cli));
  }

  @Command(
      name = "add",
      description = "Makes a token and prints its secret, once: only a digest of it is kept.")
  static final class Add implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "whose it is, e.g. ci")
    private String name = "";

    @Parameters(
        index = "1",
        paramLabel = "ROLE",
        description = "view, announce, approve or administer; each may do what those before it may")
    private String role = "";

    private Add(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Role wanted =
          Arrays.stream(Role.values())
              .filter(one -> one.word().equals(role.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(() ->
                  CliException.usage(
                      "expected a role (%s), found %s"
                          .formatted(
                              Arrays.stream(Role.values())
                                  .map(Role::word)
                                  .collect(Collectors.joining(", ")),
                              role)));
      String secret;
      try {
        secret = tokens(cli).add(name, wanted);
      } catch (IllegalArgumentException e) {
        throw CliException.usage(String.valueOf(e.getMessage()));
      }
      cli.print(
          JsonNodeFactory.instance
              .objectNode()
              .put("name", name)
              .put("role", wanted.word())
              .put("secret", secret),
          secret);
      return ExitCode.DONE;
    }
  }

  @Command(name = "revoke", description = "Takes a token away, and with it its sessions.")
  static final class Revoke implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "whose it is")
    private String name = "";

    private Revoke(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      if (!tokens(cli).revoke(name)) {
        throw CliException.failed(
            "expected the name of a token that was added, found %s; `tocsin policy` lists them"
                .formatted(name));
      }
      String done = "The token of %s is gone.".formatted(name);
      cli.print(JsonNodeFactory.instance.objectNode().put("sentence", done), done);
      return ExitCode.DONE;
    }
  }

  /// Those of the installation here.
  private static Tokens tokens(Cli cli) {
    Path file = cli.tokenFile().toAbsolutePath();
    Path directory = file.getParent();
    try {
      if (directory == null || !file.endsWith("token") || !Files.isReadable(file)) {
        throw CliException.failed(
            ("expected the installation's token in <data directory>/token, found none that can be"
                    + " read at %s; run this on the collector's machine as its user, or name the file"
                    + " with --token-file")
                .formatted(file));
      }
      String owner = Files.getOwner(file).getName();
      // A file of somebody else's would shut the collector out of it.
      if (!owner.equals(System.getProperty("user.name"))) {
        throw CliException.failed(
            "expected to run as %s, whose installation it is, found %s; nothing was changed"
                .formatted(owner, System.getProperty("user.name")));
      }
      return Tokens.open(directory, System::currentTimeMillis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
