package io.tocsin.collector.judge;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What people read. Numbers carry a unit and a comparison.
final class Sentences {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Sentences() {}

  /// Time of day, UTC.
  static String clock(long millis) {
    return CLOCK.format(Instant.ofEpochMilli(millis));
  }

  static String number(double value) {
    String digits = Long.toString(StrictMath.round(value));
    int sign = digits.startsWith("-") ? 1 : 0;
    StringBuilder grouped = new StringBuilder(digits);
    for (int at = digits.length() - 3; at > sign; at -= 3) {
      grouped.insert(at, ',');
    }
    return grouped.toString();
  }

  /// Two digits that count: "0.21", "3.4", "120".
  static String rate(double value) {
    return value >= 10 ? number(value) : String.format(Locale.ROOT, "%.2g", value);
  }

  static String times(double ratio) {
    return String.format(Locale.ROOT, "%.1f times", ratio);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", StrictMath.floor(100 * share));
  }

  static String duration(double seconds) {
    if (seconds < 90) {
      return plural(StrictMath.ceil(seconds), "second");
    }
    if (seconds < 5_400) {
      return plural(StrictMath.ceil(seconds / 60), "minute");
    }
    return plural(StrictMath.ceil(seconds / 3_600), "hour");
  }

  /// "1 minute", "2 minutes".
  static String plural(double count, String noun) {
    return number(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /// "173 failed of 18,420, against 93 of 44,310: 4.5 times."
  static String share(
      String noun, double newX, double newE, double oldX, double oldE, Contrast contrast) {
    String fresh = "%s %s of %s".formatted(number(newX), noun, number(newE));
    String old =
        switch (contrast) {
          case CONCURRENT -> " of " + number(oldE);
          case BEFORE_AFTER -> " of " + number(oldE) + " before";
        };
    if (oldX == 0) {
      return fresh + ", against none" + old + ".";
    }
    return "%s, against %s%s: %s."
        .formatted(fresh, number(oldX), old, times(newX / newE / (oldX / oldE)));
  }

  /// A level with a unit that suits its metric's name.
  static String level(String metric, double value) {
    if (metric.contains("bytes")) {
      return String.format(Locale.ROOT, "%.1f MB", value / 1e6);
    }
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
