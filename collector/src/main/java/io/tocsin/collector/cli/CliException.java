package io.tocsin.collector.cli;

/// What went wrong and what to do next, for people.
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private CliException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// The collector could not be reached, refused, or failed.
  static CliException failed(String message) {
    return new CliException(ExitCode.FAILED, message);
  }

  /// The command line is wrong; nothing was asked.
  static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
