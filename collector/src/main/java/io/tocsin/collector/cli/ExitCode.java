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

  /// `evidence`: something was changed, or another verdict came out.
  static final int BROKEN = 8;

  /// `evidence verify`: whole in itself, but the hash that was received is not of it.
  static final int OTHER_HEAD = 9;

  /// `evidence replay`: what a verdict rests on is not kept any more.
  static final int NOT_KEPT = 10;

  private ExitCode() {}
}
