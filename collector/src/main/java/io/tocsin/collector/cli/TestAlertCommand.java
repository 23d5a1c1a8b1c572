package io.tocsin.collector.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "test-alert", description = "Sends a test webhook to every route.")
final class TestAlertCommand implements Callable<Integer> {
  private final Cli cli;

  TestAlertCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    return cli.done(cli.collector().post("/api/test-alert", Map.of()));
  }
}
