package io.tocsin.collector.backtest;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.regex.Pattern;

/// Times as tables write them.
public final class Times {
  public static final String EXPECTED =
      "a time (epoch seconds or milliseconds, or ISO 8601 such as 2026-01-31T10:00:00Z)";

  private static final Pattern EPOCH = Pattern.compile("\\d{1,13}(\\.\\d{1,9})?");
  // As seconds this is the year 5138, as milliseconds 1973.
  private static final double FIRST_MILLIS = 1e11;
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "+0000")
          .optionalEnd()
          .toFormatter();

  private Times() {}

  /// Epoch milliseconds, at least 1.
  ///
  /// @param zone of a time that names none
  /// @throws DateTimeException when it is no time
  public static long millis(String text, ZoneId zone) {
    long millis = parse(text, zone);
    if (millis < 1) {
      throw new DateTimeException("before 1970");
    }
    return millis;
  }

  private static long parse(String text, ZoneId zone) {
    if (EPOCH.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      return Math.round(value < FIRST_MILLIS ? value * 1000 : value);
    }
    var best =
        ISO.parseBest(text.replaceFirst(" ", "T"), OffsetDateTime::from, LocalDateTime::from);
    return best instanceof OffsetDateTime stamped
        ? stamped.toInstant().toEpochMilli()
        : LocalDateTime.from(best).atZone(zone).toInstant().toEpochMilli();
  }
}
