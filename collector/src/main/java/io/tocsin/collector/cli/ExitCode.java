package io.tocsin.collector.cli;

/// What the shell is told.
final class ExitCode {
  static final int DONE = 0;

  /// The collector could not be reached, refused, or failed.
  static final int FAILED = 1;

  /// The command line is wrong; nothing was asked.
  static final int USAGE = 2;

  /// `status`, `incidents` and `releases`: something is open or waits for an answer; `approve` and
  /// `refuse`: nothing was done yet.
  static final int NEEDS_YOU = 3;

  /// `release wait`: the release was called regressed.
  static final int REGRESSED = 4;

  /// `release wait`: undecided so far, or not seen at all, when the time was up.
  static final int UNDECIDED = 5;

  /// `release wait`: could not be judged when the time was up.
  static final int CANNOT_JUDGE = 6;

  /// `release wait`: a newer release came before there was an answer.
  static final int SUPERSEDED = 7;

  private ExitCode() {}
}
