package io.tocsin.agent.template;

/// Dates and times of day as loggers write them. Each method gives the exclusive end of what begins
/// at a place, or -1.
final class Stamps {

  private Stamps() {}

  /// A date, a time of day, or both, with the zone.
  static int end(String line, int from) {
    int date = dateEnd(line, from);
    int at = date;
    if (date > 0 && date < line.length() && (is(line, date, ' ') || is(line, date, 'T'))) {
      at++;
    }
    int time = timeEnd(line, date > 0 ? at : from);
    return time > 0 ? zoneEnd(line, time) : date > 0 ? at : -1;
  }

  /// `2026-01-31`, `2026/01/31`, `01/31/26`, `31 Jan 2026`.
  private static int dateEnd(String line, int from) {
    int first = digitsEnd(line, from);
    if ((first - from != 4 && first - from != 2) || first >= line.length()) {
      return -1;
    }
    char sign = line.charAt(first);
    if (sign == '-' || sign == '/' || sign == '.') {
      int second = digitsEnd(line, first + 1);
      if (second - first != 3 || !is(line, second, sign)) {
        return -1;
      }
      int third = digitsEnd(line, second + 1);
      return third - second == 3 || third - second == 5 ? third : -1;
    }
    if (sign != ' ' || first - from != 2 || !is(line, first + 4, ' ')) {
      return -1;
    }
    boolean month = Words.DATES.contains(Words.lower(line.substring(first + 1, first + 4)));
    int year = digitsEnd(line, first + 5);
    return month && year - first == 9 ? year : -1;
  }

  /// `10:00:00`, with a fraction behind a dot or a comma.
  static int timeEnd(String line, int from) {
    int at = from;
    for (int part = 0; part < 3; part++) {
      if (part > 0) {
        if (!is(line, at, ':')) {
          return -1;
        }
        at++;
      }
      int end = digitsEnd(line, at);
      if (end - at != 2) {
        return -1;
      }
      at = end;
    }
    if (is(line, at, '.') || is(line, at, ',')) {
      int fraction = digitsEnd(line, at + 1);
      at = fraction > at + 1 ? fraction : at;
    }
    return at;
  }

  /// Behind `Z`, `+01:00` or `+0100`, perhaps after a blank; the same place without any.
  private static int zoneEnd(String line, int from) {
    if (is(line, from, 'Z')) {
      return from + 1;
    }
    int sign = is(line, from, ' ') ? from + 1 : from;
    if (!is(line, sign, '+') && !is(line, sign, '-')) {
      return from;
    }
    int hours = digitsEnd(line, sign + 1);
    int end = is(line, hours, ':') ? digitsEnd(line, hours + 1) : hours;
    boolean whole = hours - sign == 5 || (hours - sign == 3 && end - hours == 3);
    return whole ? end : from;
  }

  /// Where digits end; the same place when there is none.
  static int digitsEnd(String line, int from) {
    int at = from;
    while (at < line.length() && Words.isDigit(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean is(String line, int at, char c) {
    return at < line.length() && line.charAt(at) == c;
  }
}
