package io.tocsin.collector.cli;

/// What went wrong and what to do next, for people.
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final boolean mayPass;

  private CliException(int exitCode, boolean mayPass, String message) {
    super(message);
    this.exitCode = exitCode;
    this.mayPass = mayPass;
  }

  /// The collector could not be reached, refused, or failed.
  static CliException failed(String message) {
    return new CliException(ExitCode.FAILED, false, message);
  }

  /// The collector could not be reached, or is in trouble: later it may answer.
  static CliException unavailable(String message) {
    return new CliException(ExitCode.FAILED, true, message);
  }

  /// The command line is wrong; nothing was asked.
  static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, false, message);
  }

  /// Whether the same question may be answered later.
  boolean mayPass() {
    return mayPass;
  }

  int exitCode() {
    return exitCode;
  }
}
