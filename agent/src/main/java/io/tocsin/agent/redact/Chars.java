package io.tocsin.agent.redact;

/// Classes of ASCII characters; everything else is in none of them.
final class Chars {

  private static final boolean[] WORD = new boolean[128];

  static {
    for (char c = 0; c < WORD.length; c++) {
      WORD[c] = isAlnum(c) || c == '_';
    }
  }

  private Chars() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isAlnum(char c) {
    return isLetter(c) || isDigit(c);
  }

  static boolean isWord(char c) {
    return c < WORD.length && WORD[c];
  }

  /// Whether an escape ends in front of this place, so that its letters belong to no word: `\n` of
  /// JSON, a backslash with `u` and four digits, `%20` of URLs.
  static boolean isEscaped(String text, int at) {
    return (at >= 2 && text.charAt(at - 2) == '\\' && "nrtbf".indexOf(text.charAt(at - 1)) >= 0)
        || (at >= 3
            && text.charAt(at - 3) == '%'
            && isHex(text.charAt(at - 2))
            && isHex(text.charAt(at - 1)))
        || (at >= 4
            && text.startsWith("\\x", at - 4)
            && isHex(text.charAt(at - 2))
            && isHex(text.charAt(at - 1)))
        || (at >= 6 && text.startsWith("\\u", at - 6))
        || (at >= 9 && text.regionMatches(true, at - 9, "\\x5cu", 0, 5))
        || Escapes.isColoured(text, at);
  }

  static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  static boolean isSpace(char c) {
    return isBlank(c) || c == '\n' || c == '\r';
  }

  static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }

  /// base64url and the dot that joins parts of a token.
  static boolean isTokenChar(char c) {
    return isWord(c) || c == '-' || c == '.';
  }
}
