package io.tocsin.collector.backtest;

/// Is told how far it is, often.
public interface Progress {
  /// @param what is being read
  /// @param share of it that is done, 0 to 1
  void at(String what, double share);
}
