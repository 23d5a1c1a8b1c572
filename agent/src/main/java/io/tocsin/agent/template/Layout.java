package io.tocsin.agent.template;

import org.jspecify.annotations.Nullable;

/// The header of a line whose layout says where it ends: by a separator (`-`, `:`, `|`, a tab), by
/// the place in the source that it names, or by brackets. It is made of a stamp, a level, a logger,
/// a thread and numbers, in any order; what comes before the level may be anything of these.
///
/// Read line by line and not learnt from many: a template's id is a hash of its wording, the same
/// on every agent, so what a line says must not depend on the lines before it. A header without
/// such an end is left to [Message#cut].
final class Layout {
  private static final int ELEMENTS = 12;
  private static final int GROUP = 128;

  private final String line;
  private int at;
  private Level level = Level.UNKNOWN;
  private boolean stamped;

  /// Where the message begins, as far as known; -1 before an end was found.
  private int end = -1;

  /// Whether there is anything that [Message#cut], which remembers what it cut, would get wrong.
  private boolean needed;

  private Layout(String line) {
    this.line = line;
  }

  /// What the line says behind such a header; null when it has none.
  ///
  /// @param line without white space at its ends
  static @Nullable Message message(String line) {
    char c = line.charAt(0);
    if (!mayBegin(c)) {
      return null;
    }
    Message compact = isCapital(c) ? CompactHeader.message(line) : null;
    if (compact != null) {
      return compact;
    }
    var layout = new Layout(line);
    layout.elements();
    int from = layout.end;
    while (from >= 0 && from < line.length() && line.charAt(from) <= ' ') {
      from++;
    }
    return !layout.needed || from <= 0 || from >= line.length() || layout.level == Level.UNKNOWN
        ? null
        : new Message(layout.level, Message.firstLine(line.substring(from)));
  }

  /// Whether a header may begin with this character.
  static boolean mayBegin(char c) {
    return c == '[' || Words.isDigit(c) || isCapital(c);
  }

  private void elements() {
    for (int n = 0; n < ELEMENTS && at < line.length(); n++) {
      blanks();
      if (at >= line.length() || !element()) {
        return;
      }
    }
  }

  private boolean element() {
    char c = line.charAt(at);
    if (Words.isDigit(c)) {
      return stamp() || number();
    }
    return switch (c) {
      case '|', '-', ':' -> separator();
      case '[' -> stamp() || stated() || group();
      case '(' -> group();
      default -> (c == '_' || Character.isLetter(c)) && (stated() || name());
    };
  }

  private boolean hasLevel() {
    return level != Level.UNKNOWN;
  }

  /// A sign by itself, or a bar: whatever stood before it was the header's.
  private boolean separator() {
    char c = line.charAt(at);
    if (c == '|') {
      at++;
    } else if (c == '-' || c == ':') {
      int i = at;
      while (i < line.length() && line.charAt(i) == c) {
        i++;
      }
      if (i == line.length() || line.charAt(i) != ' ' || (at == 0)) {
        return false;
      }
      at = i;
    } else {
      return false;
    }
    end = hasLevel() ? at : end;
    needed = true;
    return true;
  }

  /// A stamp, perhaps in brackets, perhaps with the level: `[10:00:00 INF]`.
  private boolean stamp() {
    int from = at;
    boolean bracket = line.charAt(at) == '[';
    at += bracket ? 1 : 0;
    int stamp = Stamps.end(line, at);
    if (stamp < 0) {
      at = from;
      return false;
    }
    at = stamp;
    if (bracket) {
      int close = line.indexOf(']', at);
      String inside = close < 0 ? " " : line.substring(at, close).strip();
      Level stated = level(inside, true);
      if (close < 0 || (!inside.isEmpty() && stated == Level.UNKNOWN)) {
        at = from;
        return false;
      }
      at = close + 1;
      if (stated != Level.UNKNOWN) {
        level = stated;
        end = at;
        needed = true;
      }
    }
    stamped = true;
    return true;
  }

  /// The level: in capitals, in brackets, or between tabs and bars.
  private boolean stated() {
    if (hasLevel()) {
      return false;
    }
    boolean bracket = line.charAt(at) == '[';
    int from = bracket ? at + 1 : at;
    int to = from;
    boolean capitals = true;
    for (; to < line.length(); to++) {
      char c = line.charAt(to);
      if (!isLetter(c)) {
        break;
      }
      capitals &= !isSmall(c);
    }
    char after = to < line.length() ? line.charAt(to) : ' ';
    boolean apart = bracket || (at > 0 && after == '\t' && line.charAt(at - 1) == '\t');
    boolean anyCase = apart || after == '|';
    if (!anyCase && !capitals) {
      return false; // most words
    }
    String word = line.substring(from, to);
    Level found = level(word, anyCase);
    boolean ends = bracket ? after == ']' : after <= ' ' || after == '|' || after == ':';
    if (found == Level.UNKNOWN || !ends) {
      return false;
    }
    level = found;
    at = bracket || after == ':' ? to + 1 : to;
    // Three letters are Serilog's: its layouts have nothing between level and text.
    boolean own = bracket && Message.named(word) == Level.UNKNOWN;
    end = own || after == '\t' ? at : end;
    needed |= own || apart || after == '|' || after == ':';
    return true;
  }

  /// A logger or a place in the source: `a.b.C`, `a.b.C:run:42`, `cart/cart.go:17`; before a
  /// separator any name.
  private boolean name() {
    int i = at;
    boolean dots = false;
    for (; i < line.length(); i++) {
      if (!isName(line.charAt(i))) {
        if (!isJoin(i)) {
          break;
        }
        dots = true;
      }
    }
    int place = place(i);
    char after = place < line.length() ? line.charAt(place) : ' ';
    boolean barred = after == '|' || (after == ' ' && barBehind(place));
    boolean tabbed = after == '\t' && (dots || place > i);
    boolean ended = after == ':' && (place + 1 == line.length() || line.charAt(place + 1) <= ' ');
    boolean known = dots || place > i;
    if (!(known && (after <= ' ' || ended)) && !(barred && (!hasLevel() || after == '|'))) {
      return false;
    }
    at = ended ? place + 1 : place;
    needed |= !known || place > i || !hasLevel();
    if (hasLevel() && (ended || tabbed || place > i)) {
      end = at;
    }
    return true;
  }

  private boolean barBehind(int blank) {
    return line.startsWith(" | ", blank) || line.startsWith(" - ", blank);
  }

  /// Behind `:name:42` or `:42`; the same place where there is none.
  private int place(int from) {
    int i = from;
    if (i + 1 < line.length() && line.charAt(i) == ':' && Character.isLetter(line.charAt(i + 1))) {
      i++;
      while (i < line.length() && isName(line.charAt(i))) {
        i++;
      }
    }
    int digits = i + 1;
    while (i < line.length()
        && line.charAt(i) == ':'
        && digits < line.length()
        && Words.isDigit(line.charAt(digits))) {
      digits++;
    }
    return digits > i + 1 ? digits : from;
  }

  /// Brackets with anything in them: behind the level they count when a separator follows, or when
  /// round ones hold a logger.
  private boolean group() {
    char open = line.charAt(at);
    if (open != '[' && open != '(') {
      return false;
    }
    char close = open == '[' ? ']' : ')';
    int depth = 0;
    int i = at;
    for (; i < line.length() && i - at < GROUP; i++) {
      depth += line.charAt(i) == open ? 1 : line.charAt(i) == close ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    if (i == line.length() || depth > 0 || !(stamped || hasLevel())) {
      return false;
    }
    String inside = line.substring(at + 1, i);
    needed |= open == '(' || inside.indexOf(' ') >= 0;
    at = i + 1;
    boolean colon = line.startsWith(": ", at);
    at += colon ? 1 : 0;
    boolean logger = open == '(' && inside.indexOf('.') > 0 && inside.indexOf(' ') < 0;
    if (open == '(' && !logger) {
      return false;
    }
    needed |= colon;
    end = hasLevel() && (colon || logger) ? at : end;
    return true;
  }

  /// A process or thread number; behind the level it counts when a separator follows.
  private boolean number() {
    int from = at;
    boolean whole = digits() > 0 && at < line.length() && line.charAt(at) <= ' ';
    at = whole ? at : from;
    return whole;
  }

  private int digits() {
    int from = at;
    at = Stamps.digitsEnd(line, at);
    return at - from;
  }

  private boolean blanks() {
    int from = at;
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
      at++;
    }
    return at > from;
  }

  static boolean isName(char c) {
    return c < 128
        ? isLetter(c) || Words.isDigit(c) || c == '_' || c == '$'
        : Character.isLetterOrDigit(c);
  }

  private static boolean isLetter(char c) {
    return c < 128 ? isSmall(c) || isCapital(c) : Character.isLetter(c);
  }

  private static boolean isSmall(char c) {
    return c < 128 ? c >= 'a' && c <= 'z' : Character.isLowerCase(c);
  }

  /// A sign within a name: a letter follows.
  private boolean isJoin(int i) {
    char c = line.charAt(i);
    return (c == '.' || c == '/' || c == '-')
        && i + 1 < line.length()
        && isLetter(line.charAt(i + 1));
  }

  static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /// @param apart whether brackets or tabs set it apart, so that its case does not matter
  static Level level(String word, boolean apart) {
    if (word.isEmpty() || word.length() > 11 || !(apart || Words.isUpper(word))) {
      return Level.UNKNOWN;
    }
    Level known = Message.named(word);
    return known != Level.UNKNOWN
        ? known
        : switch (word) {
          case "VRB" -> Level.TRACE;
          case "DBG" -> Level.DEBUG;
          case "INF" -> Level.INFO;
          case "WRN" -> Level.WARN;
          case "FTL" -> Level.FATAL;
          default -> Level.UNKNOWN;
        };
  }
}
