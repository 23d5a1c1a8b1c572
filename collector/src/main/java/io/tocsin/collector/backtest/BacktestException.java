package io.tocsin.collector.backtest;

/// History that is not what it should be, or cannot be had; says what was expected, what was found,
/// where, and what to do.
public final class BacktestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean wrongInput;

  private BacktestException(boolean wrongInput, String message) {
    super(message);
    this.wrongInput = wrongInput;
  }

  /// What was handed in must be changed.
  static BacktestException wrong(String message) {
    return new BacktestException(true, message);
  }

  /// It could not be read; it may be right.
  static BacktestException failed(String message) {
    return new BacktestException(false, message);
  }

  /// Whether what was handed in must be changed, as against read again.
  public boolean wrongInput() {
    return wrongInput;
  }
}
