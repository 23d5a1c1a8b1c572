package io.tocsin.collector.backtest;

/// @param alarmsPerMonth the declared budget: false alarms in 30 days
/// @param seed of the fits
public record Settings(double alarmsPerMonth, long seed) {
  public Settings {
    if (!(alarmsPerMonth > 0 && alarmsPerMonth <= 10_000)) {
      throw BacktestException.wrong(
          "--budget: expected alarms a month, over 0 and at most 10,000, found " + alarmsPerMonth);
    }
  }
}
