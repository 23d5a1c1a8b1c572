package io.tocsin.agent.template;

import org.jspecify.annotations.Nullable;

/// A line of syslog that carries its priority: RFC 5424 (`<34>1 stamp host app pid id data text`)
/// and the older way of RFC 3164 (`<34>Oct 11 22:14:15 host tag: text`). Without a priority, as
/// most daemons write files, a line is one like any other.
final class Syslog {
  private static final int MAX_PRIORITY = 191;
  private static final int FIELDS = 5;

  private Syslog() {}

  /// What such a line says, with the level of its priority where the text states none; null when it
  /// is no such line.
  static @Nullable Message message(String line) {
    int close = line.indexOf('>');
    if (close < 2 || close > 4) {
      return null;
    }
    int priority = 0;
    for (int i = 1; i < close; i++) {
      if (!Words.isDigit(line.charAt(i))) {
        return null;
      }
      priority = 10 * priority + line.charAt(i) - '0';
    }
    int text = line.startsWith("1 ", close + 1) ? structured(line, close + 3) : close + 1;
    if (priority > MAX_PRIORITY || text < 0) {
      return null;
    }
    String body = line.substring(text).strip();
    body = body.startsWith("@cee:") ? body.substring("@cee:".length()).strip() : body;
    if (body.isEmpty()) {
      return null;
    }
    Message inner = body.charAt(0) == '<' ? null : Message.ofFields(body);
    inner = inner == null ? Message.cut(Message.firstLine(body)) : inner;
    return inner.level() == Level.UNKNOWN
        ? new Message(Message.severity(priority % 8), inner.text())
        : inner;
  }

  /// Where the text begins behind five fields and the structured data; -1 when these are not there.
  private static int structured(String line, int from) {
    int i = from;
    for (int field = 0; field < FIELDS; field++) {
      i = line.indexOf(' ', i) + 1;
      if (i == 0) {
        return -1;
      }
    }
    if (line.startsWith("-", i)) {
      i++;
    }
    while (line.startsWith("[", i)) {
      i = element(line, i);
      if (i < 0) {
        return -1;
      }
    }
    return line.startsWith("\ufeff", i + 1) ? i + 2 : i;
  }

  /// Behind the bracket that closes here; within quotes a backslash escapes.
  private static int element(String line, int open) {
    boolean quoted = false;
    for (int i = open; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ']' && !quoted) {
        return i + 1;
      }
    }
    return -1;
  }
}
