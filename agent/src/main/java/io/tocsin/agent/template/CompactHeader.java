package io.tocsin.agent.template;

import org.jspecify.annotations.Nullable;

/// Headers that begin with the level and have no blanks where others have them.
final class CompactHeader {
  private static final int MOST = 128;

  private CompactHeader() {}

  /// What the line says behind such a header; null when it has none.
  static @Nullable Message message(String line) {
    Message glog = glog(line);
    return glog == null ? python(line) : glog;
  }

  /// `I0131 10:00:00.123456 12345 file.go:123] text`
  private static @Nullable Message glog(String line) {
    int date = Stamps.digitsEnd(line, 1);
    int time = date == 5 ? Stamps.timeEnd(line, blanks(line, date)) : -1;
    int close = time < 0 ? -1 : line.indexOf("] ", time);
    if (close < 0 || close - time > MOST) {
      return null;
    }
    int thread = blanks(line, time);
    int source = Stamps.digitsEnd(line, thread);
    int colon = line.lastIndexOf(':', close);
    if (source == thread || colon < source || Stamps.digitsEnd(line, colon + 1) != close) {
      return null;
    }
    Level level =
        switch (line.charAt(0)) {
          case 'D' -> Level.DEBUG;
          case 'I' -> Level.INFO;
          case 'W' -> Level.WARN;
          case 'E' -> Level.ERROR;
          case 'F' -> Level.FATAL;
          default -> Level.UNKNOWN;
        };
    return level == Level.UNKNOWN ? null : text(level, line, close + 2);
  }

  /// Python's default: `WARNING:name:text`
  private static @Nullable Message python(String line) {
    int colon = 0;
    while (colon < line.length() && Layout.isCapital(line.charAt(colon))) {
      colon++; // names of levels are letters
    }
    int second = colon + 1;
    while (second < line.length()
        && (Layout.isName(line.charAt(second)) || line.charAt(second) == '.')) {
      second++;
    }
    if (second >= line.length()
        || line.charAt(colon) != ':'
        || line.charAt(second) != ':'
        || second == colon + 1) {
      return null;
    }
    Level level = Layout.level(line.substring(0, colon), false);
    return level == Level.UNKNOWN ? null : text(level, line, second + 1);
  }

  private static @Nullable Message text(Level level, String line, int from) {
    String text = Message.firstLine(line.substring(from)).strip();
    return text.isEmpty() ? null : new Message(level, text);
  }

  private static int blanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }
}
