package io.tocsin.agent.redact;

/// Characters that a text within another wears as escapes: a backslash with `u` and four digits
/// (JSON), with `x` and two (nginx), `%3D` (URLs); and what a terminal reads as a colour.
final class Escapes {

  /// Backslashes, and escapes of one, that nesting puts before an escape: four levels make 15.
  static final int DEPTH = 16;

  /// Digits and semicolons of a colour.
  private static final int COLOUR = 16;

  private static final String[] ESC = {"\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e"};

  private Escapes() {}

  /// Exclusive end of the escape that begins here; `at` when none does.
  static int end(String text, int at) {
    if (at >= text.length()) {
      return at;
    }
    char c = text.charAt(at);
    if (c == '%') {
      return hex(text, at + 1, 2) ? at + 3 : at;
    }
    int i = at;
    for (int n = 0; n < DEPTH && i < text.length() && text.charAt(i) == '\\'; n++) {
      i++;
      boolean slash = text.regionMatches(true, i, "x5c", 0, 3) && i + 3 < text.length();
      i += slash && "ux\\".indexOf(text.charAt(i + 3)) >= 0 ? 3 : 0;
      if (slash && text.charAt(i) != '\\') {
        break;
      }
    }
    if (i == at || i >= text.length()) {
      return at;
    }
    int digits = text.charAt(i) == 'u' ? 4 : text.charAt(i) == 'x' ? 2 : 0;
    return digits > 0 && hex(text, i + 1, digits) ? i + 1 + digits : at;
  }

  /// What the escape that begins here stands for; 0 when none does.
  static char decoded(String text, int at) {
    int end = end(text, at);
    if (end == at) {
      return 0;
    }
    int from = end - (text.charAt(end - 3) == '%' || text.charAt(end - 3) == 'x' ? 2 : 4);
    return (char) Integer.parseInt(text, from, end, 16);
  }

  /// The character in front of a place, undone if it is an escape; 0 at the beginning.
  static char before(String text, int at) {
    for (int length : new int[] {3, 4, 6}) {
      if (at >= length
          && "%\\".indexOf(text.charAt(at - length)) >= 0
          && end(text, at - length) == at) {
        return decoded(text, at - length);
      }
    }
    return at == 0 ? 0 : text.charAt(at - 1);
  }

  /// Exclusive end of the `31m` of a colour whose digits hold this place; `at` when there is none.
  static int colourEnd(String text, int at) {
    int begin = at;
    while (begin > 0 && at - begin < COLOUR && isColour(text.charAt(begin - 1))) {
      begin--;
    }
    if (begin == 0 || text.charAt(begin - 1) != '[' || !esc(text, begin - 1)) {
      return at;
    }
    int end = at;
    while (end < text.length() && end - at < COLOUR && isColour(text.charAt(end))) {
      end++;
    }
    return end < text.length() && text.charAt(end) == 'm' ? end + 1 : at;
  }

  /// Whether the `m` in front of this place ends a colour.
  static boolean isColoured(String text, int at) {
    return at >= 3 && text.charAt(at - 1) == 'm' && colourEnd(text, at - 1) == at;
  }

  private static boolean isColour(char c) {
    return Chars.isDigit(c) || c == ';';
  }

  private static boolean esc(String text, int end) {
    if (end > 0 && text.charAt(end - 1) == 27) {
      return true;
    }
    for (String esc : ESC) {
      if (text.startsWith(esc, end - esc.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hex(String text, int from, int count) {
    if (from + count > text.length()) {
      return false;
    }
    for (int i = from; i < from + count; i++) {
      if (!Chars.isHex(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
