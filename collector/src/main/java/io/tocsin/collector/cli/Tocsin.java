package io.tocsin.collector.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The command line: everything the page does, from a shell.
public final class Tocsin {
  private Tocsin() {}

  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(Cli.run(args, System.getenv(), out, err));
  }
}
