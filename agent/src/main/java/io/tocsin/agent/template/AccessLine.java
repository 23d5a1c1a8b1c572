package io.tocsin.agent.template;

import org.jspecify.annotations.Nullable;

/// A line as nginx and Apache write it: the common and the combined format, with or without the
/// virtual host in front, and whatever a site has put behind.
///
/// Clients choose much of such a line, so it is read by its fixed places: servers escape quotes
/// within the user and the request (nginx as `\x22`, Apache as `\"`), hence the first quote opens
/// the request. Quoted fields behind the status are the client's words and are never looked into.
final class AccessLine {
  private static final String DATE = "00/Aaa/0000:00:00:00";
  private static final double DAY_MILLIS = 86_400_000;

  private final String text;
  private int at;

  private AccessLine(String text, int at) {
    this.text = text;
    this.at = at;
  }

  static @Nullable Request request(String text) {
    int client = client(text);
    int quote = client < 0 ? -1 : text.indexOf('"');
    if (quote <= DATE.length() + 2
        || text.charAt(quote - 1) != ' '
        || text.charAt(quote - 2) != ']') {
      return null;
    }
    int open = text.lastIndexOf('[', quote - 2);
    return open > client && isDate(text, open + 1) ? new AccessLine(text, quote).request() : null;
  }

  /// The second blank of `address - user [` or, with a virtual host, `host:port address - user [`;
  /// -1 when the line does not begin so, as most do not.
  private static int client(String text) {
    int first = text.startsWith("{") ? -1 : text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    return first > 0
            && second > 0
            && (text.startsWith("- ", first + 1) || text.startsWith("- ", second + 1))
        ? second
        : -1;
  }

  /// `25/Nov/2026:02:22:11`; Python's servers write a blank for the first colon.
  private static boolean isDate(String text, int from) {
    if (from + DATE.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < DATE.length(); i++) {
      char c = text.charAt(from + i);
      boolean fits =
          switch (DATE.charAt(i)) {
            case '0' -> Words.isDigit(c);
            case '/' -> c == '/';
            case ':' -> c == ':' || (c == ' ' && i == "00/Aaa/0000".length());
            default -> Character.isLetter(c);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Request request() {
    skipQuoted();
    if (!text.startsWith(" ", at)) {
      return null;
    }
    int status = number(3);
    if (status < 100 || status > 599 || !text.startsWith(" ", at)) {
      return null;
    }
    if (text.startsWith(" -", at)) {
      at += 2;
    } else if (number(18) < 0) {
      return null;
    }
    return at == text.length() || text.charAt(at) == ' ' ? new Request(status, millis()) : null;
  }

  /// The number behind the blank here, capped at `Integer.MAX_VALUE`; -1 when there is none.
  private int number(int most) {
    int from = at + 1;
    long number = 0;
    for (at = from; at < text.length() && Words.isDigit(text.charAt(at)); at++) {
      if (at - from == most) {
        return -1;
      }
      number = 10 * number + text.charAt(at) - '0';
    }
    return at == from ? -1 : (int) Math.min(number, Integer.MAX_VALUE);
  }

  private void skipQuoted() {
    int close = text.indexOf('"', at + 1);
    while (close >= 0 && isEscaped(close)) {
      close = text.indexOf('"', close + 1);
    }
    at = close < 0 ? text.length() : close + 1;
  }

  /// Whether an odd number of backslashes stands before it, all behind the quote that is open.
  private boolean isEscaped(int quote) {
    int i = quote;
    while (i - 1 > at && text.charAt(i - 1) == '\\') {
      i--;
    }
    return (quote - i) % 2 == 1;
  }

  /// The first word behind that is a duration beyond doubt; NaN without one. A bare whole number is
  /// none: Apache writes seconds (`%T`), milliseconds or microseconds (`%D`) alike.
  private double millis() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ') {
        at++;
      } else if (c == '"') {
        skipQuoted();
      } else {
        int from = at;
        int value = from;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '"') {
          value = text.charAt(at) == '=' ? at + 1 : value;
          at++;
        }
        if (value == from || isWhole(text.substring(from, value - 1))) {
          double millis = millis(value, at);
          if (millis >= 0) {
            return millis;
          }
        }
      }
    }
    return Double.NaN;
  }

  /// Names that stand for the request as a whole, not for a part spent upstream.
  private static boolean isWhole(String key) {
    return switch (Words.lower(key)) {
      case "rt", "request_time", "duration", "latency", "response_time", "elapsed", "took" -> true;
      default -> false;
    };
  }

  /// `0.012` as nginx writes seconds, always with three decimals; else a number with its unit. NaN
  /// for all else.
  private double millis(int from, int to) {
    int i = from;
    int dot = -1;
    while (i < to && (Words.isDigit(text.charAt(i)) || (text.charAt(i) == '.' && dot < 0))) {
      dot = text.charAt(i) == '.' ? i : dot;
      i++;
    }
    if (i == from || dot == from || dot == i - 1 || i - from > 18) {
      return Double.NaN;
    }
    if (i == to && (dot < 0 || i - dot != 4)) {
      return Double.NaN; // most numbers: a bare one
    }
    double unit =
        switch (text.substring(i, to)) {
          case "" -> 1e3;
          case "s" -> 1e3;
          case "ms" -> 1;
          case "us", "µs", "μs" -> 1e-3;
          case "ns" -> 1e-6;
          default -> Double.NaN;
        };
    double millis = Double.parseDouble(text.substring(from, i)) * unit;
    return millis <= DAY_MILLIS ? millis : Double.NaN;
  }
}
