package io.tocsin.agent.redact;

/// Telephone numbers as people write them for the world (ITU-T E.123, E.164): a plus sign, and 8 to
/// 15 digits in one piece or in groups. Numbers without the plus are digits like any others: they
/// are masked behind a key that names them.
final class Phones {

  private static final int MOST_CHARACTERS = 28;
  private static final int MOST_DIGITS = 15;

  /// In one piece a number needs more digits: `+12345678` may be a difference.
  private static final int LEAST_IN_ONE = 10;

  private static final int LEAST_IN_GROUPS = 9;

  private Phones() {}

  /// Exclusive end of the number whose plus sign is here, perhaps as an escape, or -1.
  static int end(String text, int sign) {
    char before = sign == 0 ? ' ' : text.charAt(sign - 1);
    int i = Math.max(sign + 1, Escapes.end(text, sign));
    int plus = i - 1;
    if ((Chars.isWord(before) && !Chars.isEscaped(text, sign))
        || before == '+'
        || i >= text.length()
        || text.charAt(i) < '1'
        || text.charAt(i) > '9') {
      return -1;
    }
    int digits = 0;
    int groups = 0;
    int dots = 0;
    int group = 0;
    int first = 0;
    int end = -1;
    for (; i < text.length() && i - plus < MOST_CHARACTERS; i++) {
      char c = text.charAt(i);
      if (Chars.isDigit(c)) {
        groups += group == 0 ? 1 : 0;
        group++;
        digits++;
        end = i + 1;
        first = groups == 1 ? group : first;
      } else if (isSeparator(c) && joins(text, i)) {
        dots += c == '.' ? 1 : 0;
        group = 0;
      } else {
        break;
      }
    }
    boolean whole = i == text.length() || !Chars.isWord(text.charAt(i));
    // `+1000 2026-01-01` is a time zone, `+12.3456789012` a number.
    boolean long1 = groups == 1 ? digits >= LEAST_IN_ONE : digits >= LEAST_IN_GROUPS && first != 4;
    return whole && long1 && digits <= MOST_DIGITS && dots != 1 ? end : -1;
  }

  private static boolean isSeparator(char c) {
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
  }

  /// A separator stands between digits, at most two together: `+49 (30) 1234`.
  private static boolean joins(String text, int i) {
    if (i + 1 >= text.length()) {
      return false;
    }
    char next = text.charAt(i + 1);
    return Chars.isDigit(next)
        || ((next == '(' || next == ' ' || next == '-')
            && i + 2 < text.length()
            && Chars.isDigit(text.charAt(i + 2)));
  }
}
