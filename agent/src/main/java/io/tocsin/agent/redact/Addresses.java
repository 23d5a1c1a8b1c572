package io.tocsin.agent.redact;

/// Addresses of the internet protocol, version 4 and 6 (RFC 4291, 2.2; RFC 5952), as they stand in
/// text: not versions of five numbers, not times of day.
final class Addresses {

  private static final int MOST = 45;
  private static final int GROUPS = 8;

  private Addresses() {}

  /// Exclusive end of the address that starts here, or -1.
  static int end(String text, int from) {
    if (from > 0 && !Chars.isEscaped(text, from)) {
      char before = text.charAt(from - 1);
      if (Chars.isWord(before) || before == '.') {
        return -1;
      }
    }
    // `client:10.0.0.9` and `::ffff:10.0.0.9` alike, so that these have one pseudonym.
    int end = Chars.isDigit(text.charAt(from)) ? four(text, from) : -1;
    return end > 0 ? end : behindGroup(text, from) ? -1 : six(text, from);
  }

  /// Whether a colon in front belongs to an address that begins earlier.
  private static boolean behindGroup(String text, int from) {
    if (from == 0 || text.charAt(from - 1) != ':') {
      return false;
    }
    int i = from - 1;
    while (i > 0 && from - i < 6 && Chars.isHex(text.charAt(i - 1))) {
      i--;
    }
    boolean word = i > 0 && Chars.isWord(text.charAt(i - 1));
    return i == from - 1 ? i > 0 && text.charAt(i - 1) == ':' : !word;
  }

  private static int four(String text, int from) {
    int i = from;
    for (int part = 0; part < 4; part++) {
      int begin = i;
      int value = 0;
      while (i < text.length() && i - begin < 3 && Chars.isDigit(text.charAt(i))) {
        value = 10 * value + text.charAt(i) - '0';
        i++;
      }
      if (i == begin || value > 255) {
        return -1;
      }
      if (part < 3) {
        if (i >= text.length() || text.charAt(i) != '.') {
          return -1;
        }
        i++;
      }
    }
    return free(text, i) ? i : -1;
  }

  private static int six(String text, int from) {
    int groups = 0;
    boolean shortened = false;
    boolean digits = false;
    int i = from;
    while (i < text.length() && i - from <= MOST) {
      if (text.startsWith("::", i)) {
        if (shortened) {
          return -1;
        }
        shortened = true;
        i += 2;
      } else if (i > from && text.charAt(i) == ':' && groups > 0) {
        if (i + 1 >= text.length() || !Chars.isHex(text.charAt(i + 1))) {
          break; // a colon behind the address
        }
        i++;
      } else if (i > from && text.charAt(i - 1) != ':') {
        break;
      }
      int begin = i;
      while (i < text.length() && i - begin < 5 && Chars.isHex(text.charAt(i))) {
        digits |= Chars.isDigit(text.charAt(i));
        i++;
      }
      if (i - begin > 4) {
        return -1;
      }
      if (i == begin) {
        break; // a shortened one may end here
      }
      groups++;
    }
    // `::` alone is any address, and C++ and Perl write it between names: `a::b` is none.
    boolean enough = shortened ? groups > 0 && groups < GROUPS : groups == GROUPS;
    return enough && digits && free(text, i) ? i : -1;
  }

  private static boolean free(String text, int end) {
    if (end == text.length()) {
      return true;
    }
    char after = text.charAt(end);
    boolean more = end + 1 < text.length() && Chars.isWord(text.charAt(end + 1));
    return !Chars.isWord(after) && !(after == '.' && more);
  }
}
