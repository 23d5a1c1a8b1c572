package io.tocsin.collector.backtest;

import java.util.Locale;

/// Numbers and spans as people read them.
final class Words {
  private static final double MINUTE = 60_000;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  private Words() {}

  /// In one unit.
  static String span(long millis) {
    return millis < 2 * MINUTE
        ? number(millis / 1000.0) + " s"
        : millis < 2 * HOUR
            ? number(Math.rint(millis / MINUTE)) + " min"
            : millis < 2 * DAY ? number(millis / HOUR) + " h" : number(millis / DAY) + " days";
  }

  /// Three digits that count.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    double size = Math.abs(value);
    return size >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : size >= 10
            ? String.format(Locale.ROOT, "%.1f", value)
            : size >= 0.01
                ? String.format(Locale.ROOT, "%.2f", value)
                : String.format(Locale.ROOT, "%.2e", value);
  }
}
