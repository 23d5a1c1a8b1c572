package io.tocsin.collector.cli;

/// What went wrong and what to do next, for people.
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CliException(String message) {
    super(message);
  }
}
