package io.tocsin.collector.cli;

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

  static String size(@Nullable Long bytes) {
    return bytes == null ? UNKNOWN : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  static String seconds(@Nullable Long millis) {
    return millis == null ? UNKNOWN : Duration.ofMillis(millis).toSeconds() + " s";
  }

  /// @param share 0 to 1
  static String share(@Nullable Double share) {
    return share == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
