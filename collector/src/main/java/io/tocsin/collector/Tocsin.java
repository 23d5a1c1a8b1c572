package io.tocsin.collector;

import io.tocsin.agent.config.ConfigFile;
import io.tocsin.collector.cli.Cli;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The command line: everything the page does, from a shell. It stands here, for it reads the
/// collector's configuration where one is named.
public final class Tocsin {
  private Tocsin() {}

  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(
        Cli.run(
            args,
            System.getenv(),
            file ->
                ConfigFile.read(CollectorConfig.class, CollectorConfig.DEFAULT, file, Map.of())
                    .monitors()
                    .judge(),
            out,
            err));
  }
}
