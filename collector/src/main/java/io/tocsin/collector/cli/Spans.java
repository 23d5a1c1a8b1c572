package io.tocsin.collector.cli;

import io.tocsin.collector.backtest.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans and times as people type them.
final class Spans {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");

  private Spans() {}

  /// `10s`, `5m`, `1h`.
  static Duration of(String option, String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      throw CliException.usage(
          "%s: expected a span such as 10s, 5m or 1h, found %s".formatted(option, text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  static Instant time(String option, String text, ZoneId zone) {
    try {
      return Instant.ofEpochMilli(Times.millis(text, zone));
    } catch (DateTimeException e) {
      throw CliException.usage("%s: expected %s, found %s".formatted(option, Times.EXPECTED, text));
    }
  }
}
