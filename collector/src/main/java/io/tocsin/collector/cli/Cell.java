package io.tocsin.collector.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Values as people read them; a dash where nothing is known.
final class Cell {
  private static final String UNKNOWN = "-";

  private Cell() {}

  /// Control characters are left out: what services wrote must not steer a terminal.
  static String text(@Nullable String text) {
    return text == null || text.isEmpty() ? UNKNOWN : text.replaceAll("\\p{Cntrl}", " ");
  }

  /// UTC, to the second.
  static String time(@Nullable Long millis) {
    return millis == null
        ? UNKNOWN
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String count(@Nullable Number count) {
    return count == null ? UNKNOWN : String.format(Locale.ROOT, "%,d", count.longValue());
  }

  /// Three digits that count, and no more decimals than they need.
  static String figure(@Nullable Double value) {
    if (value == null) {
      return UNKNOWN;
    }
    return Math.abs(value) >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  /// An e-value as a number, never as odds.
  static String evidence(double value) {
    return value > 1e6
        ? "over 1,000,000"
        : value < 1e-3
            ? "under 1/1,000"
            : value < .1 ? "1/" + Math.round(1 / value) : figure(value);
  }

  /// @param hours as rare as once per so many
  static String rarity(@Nullable Double hours) {
    return hours == null
        ? UNKNOWN
        : hours < 1
            ? figure(60 * hours) + " min"
            : hours < 48 ? figure(hours) + " h" : figure(hours / 24) + " d";
  }

  static String size(@Nullable Long bytes) {
    return bytes == null ? UNKNOWN : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  static String seconds(@Nullable Long millis) {
    return millis == null ? UNKNOWN : Duration.ofMillis(millis).toSeconds() + " s";
  }

  /// In one unit.
  static String age(@Nullable Long millis) {
    if (millis == null) {
      return UNKNOWN;
    }
    Duration age = Duration.ofMillis(millis);
    return age.toMinutes() < 2
        ? age.toSeconds() + " s"
        : age.toHours() < 2
            ? age.toMinutes() + " min"
            : age.toDays() < 2 ? age.toHours() + " h" : age.toDays() + " d";
  }

  /// @param share 0 to 1
  static String share(@Nullable Double share) {
    return share == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
