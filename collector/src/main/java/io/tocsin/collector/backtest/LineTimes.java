package io.tocsin.collector.backtest;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The times that lines begin with, as loggers write them. Looks at a line's first 256 characters.
/// Confined to one thread.
final class LineTimes {
  private static final int HEAD = 256;
  // A year has passed when the month falls back by so many.
  private static final int MONTHS_BACK = 6;

  private final ZoneId zone;
  private final @Nullable Integer year;
  private final List<Layout> layouts = new ArrayList<>(List.of(Layout.values()));
  private boolean yearMissing;
  private int years;
  private int lastMonth;

  /// In the order of how sure they are.
  private enum Layout {
    ISO(
        "(?<year>\\d{4})[-/.](?<mon>\\d\\d)[-/.](?<day>\\d\\d)[T ]"
            + clock()
            + "(?:[.,](?<frac>\\d{1,9}))? ?(?<zone>Z|[+-]\\d\\d:?\\d\\d)?"),
    ACCESS("\\[(?<day>\\d\\d)/" + named() + "/(?<year>\\d{4}):" + clock() + " (?<zone>[+-]\\d{4})"),
    WEEKDAY(
        "^\\[?[A-Z][a-z]{2} "
            + named()
            + " {1,2}(?<day>\\d{1,2}) "
            + clock()
            + "(?:\\.(?<frac>\\d{1,9}))? (?<year>\\d{4})"),
    EPOCH(
        "(?:^|\"(?:ts|time|timestamp)\" ?: ?\"?)(?<epoch>\\d{13}|\\d{10})(?:\\.(?<frac>\\d{1,9}))?\\b"),
    SYSLOG("^(?:<\\d{1,3}>)?" + named() + " {1,2}(?<day>\\d{1,2}) " + clock()),
    SHORT("^(?<yy>\\d\\d)/(?<mon>\\d\\d)/(?<day>\\d\\d) " + clock()),
    COMPACT("^(?<yy>\\d\\d)(?<mon>\\d\\d)(?<day>\\d\\d) (?<h>\\d\\d)(?<m>\\d\\d)(?<s>\\d\\d)\\b"),
    GLOG("^[IWEF](?<mon>\\d\\d)(?<day>\\d\\d) " + clock() + "(?:\\.(?<frac>\\d{1,9}))?");

    private final Pattern pattern;

    Layout(String pattern) {
      this.pattern = Pattern.compile(pattern);
    }

    private static String named() {
      return "(?<month>[A-Z][a-z]{2})";
    }

    private static String clock() {
      return "(?<h>\\d\\d):(?<m>\\d\\d):(?<s>\\d\\d)";
    }

    boolean has(String group) {
      return pattern.namedGroups().containsKey(group);
    }
  }

  /// @param zone of stamps that name none
  /// @param year of the first stamp that names none
  LineTimes(ZoneId zone, OptionalInt year) {
    this.zone = zone;
    this.year = year.isPresent() ? Integer.valueOf(year.getAsInt()) : null;
  }

  /// Epoch milliseconds; empty where the line has no stamp that can be read.
  OptionalLong of(String line) {
    String head = line.length() > HEAD ? line.substring(0, HEAD) : line;
    for (int i = 0; i < layouts.size(); i++) {
      Layout layout = layouts.get(i);
      Matcher matcher = layout.pattern.matcher(head);
      if (!matcher.find()) {
        continue;
      }
      try {
        OptionalLong millis = millis(layout, matcher);
        if (millis.isPresent()) {
          // A log has mostly one layout.
          layouts.remove(i);
          layouts.addFirst(layout);
          return millis;
        }
      } catch (DateTimeException e) {
        // Digits that are no date.
      }
    }
    return OptionalLong.empty();
  }

  /// Whether there were stamps that could not be read, for they name no year.
  boolean yearMissing() {
    return yearMissing;
  }

  private OptionalLong millis(Layout layout, Matcher m) {
    if (layout.has("epoch")) {
      String epoch = m.group("epoch");
      long value = Long.parseLong(epoch);
      return OptionalLong.of(
          epoch.length() == 13 ? value : value * 1000 + nanos(layout, m) / 1_000_000);
    }
    int month = layout.has("month") ? month(m.group("month")) : number(m, "mon");
    int of;
    if (layout.has("year")) {
      of = number(m, "year");
    } else if (layout.has("yy")) {
      of = 2000 + number(m, "yy");
    } else if (year == null) {
      yearMissing = true;
      return OptionalLong.empty();
    } else {
      years += lastMonth - month >= MONTHS_BACK ? 1 : 0;
      lastMonth = month;
      of = year + years;
    }
    var local =
        LocalDateTime.of(
            of,
            month,
            number(m, "day"),
            number(m, "h"),
            number(m, "m"),
            number(m, "s"),
            nanos(layout, m));
    String named = layout.has("zone") ? m.group("zone") : null;
    var instant =
        named == null ? local.atZone(zone).toInstant() : local.toInstant(ZoneOffset.of(named));
    return instant.toEpochMilli() > 0
        ? OptionalLong.of(instant.toEpochMilli())
        : OptionalLong.empty();
  }

  private static int nanos(Layout layout, Matcher m) {
    String fraction = layout.has("frac") ? m.group("frac") : null;
    return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
  }

  private static int number(Matcher m, String group) {
    return Integer.parseInt(m.group(group));
  }

  private static int month(String name) {
    for (Month month : Month.values()) {
      if (month.name().startsWith(name.toUpperCase(Locale.ROOT))) {
        return month.getValue();
      }
    }
    throw new DateTimeException("no month: " + name);
  }
}
