package io.tocsin.agent.redact;

/// Numbers of payment cards: 13 to 19 digits of a known issuer with a right check digit (Luhn;
/// ISO/IEC 7812-1), in one piece or in groups of four (American Express: 4-6-5) with single spaces
/// or dashes between.
final class Cards {

  private static final int MOST = 19;

  /// Digits before the first separator.
  private static final int FIRST = 4;

  private Cards() {}

  /// Exclusive end of the card number that starts at this digit, or -1.
  static int end(String text, int from) {
    // Most numbers are short: that is seen before anything is made ready for a long one.
    if (from + FIRST > text.length() || !startsFree(text, from)) {
      return -1;
    }
    for (int i = from + 1; i < from + FIRST; i++) {
      if (!Chars.isDigit(text.charAt(i))) {
        return -1;
      }
    }
    int[] digits = new int[MOST];
    int count = 0;
    int group = 0;
    int end = from;
    int best = -1; // numbers may follow a card: 4111 1111 1111 1111 123
    char separator = 0;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (Chars.isDigit(c)) {
        if (count == MOST) {
          return best;
        }
        digits[count++] = c - '0';
        group++;
        end++;
      } else if ((c == ' ' || c == '-')
          && (separator == 0 ? count == FIRST : c == separator && (group == 4 || group == 6))
          && end + 1 < text.length()
          && Chars.isDigit(text.charAt(end + 1))) {
        best = isCard(digits, count) ? end : best;
        separator = c;
        group = 0;
        end++;
      } else {
        break;
      }
    }
    return isCard(digits, count) && endsFree(text, end) ? end : best;
  }

  private static boolean isCard(int[] digits, int count) {
    return count >= 13 && issued(digits, count) && luhn(digits, count);
  }

  /// Not the tail of an identifier such as `blk_-1608999687919862906`, of a decimal or of hex.
  private static boolean startsFree(String text, int from) {
    if (from == 0 || Chars.isEscaped(text, from)) {
      return true;
    }
    char before = text.charAt(from - 1);
    if (Chars.isWord(before) || before == '.') {
      return false;
    }
    if (before != '-') {
      return true;
    }
    boolean word = false;
    int back = from - 2;
    for (; back >= 0 && from - back < 16 && Chars.isWord(text.charAt(back)); back--) {
      word |= Chars.isLetter(text.charAt(back)) && !Chars.isHex(text.charAt(back));
    }
    // The head of an identifier ends in an underscore (blk_-16), a number in front is a range.
    return back == from - 2 || (word && text.charAt(from - 2) != '_');
  }

  private static boolean endsFree(String text, int end) {
    if (end == text.length()) {
      return true;
    }
    char after = text.charAt(end);
    boolean more = end + 1 < text.length() && Chars.isAlnum(text.charAt(end + 1));
    return !Chars.isWord(after) && !((after == '.' || after == '-') && more);
  }

  private static boolean issued(int[] d, int count) {
    int two = d[0] * 10 + d[1];
    int four = two * 100 + d[2] * 10 + d[3];
    if (d[0] == 4) {
      return count == 13 || count == 16 || count == 19;
    }
    if (two == 34 || two == 37) {
      return count == 15;
    }
    if (two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059)) {
      return count == 14;
    }
    if (two == 62) {
      return count >= 16;
    }
    boolean sixteen =
        (two >= 51 && two <= 55)
            || (four >= 2221 && four <= 2720)
            || four == 6011
            || two == 65
            || (four >= 6440 && four <= 6499)
            || (four >= 3528 && four <= 3589);
    return sixteen && count == 16;
  }

  private static boolean luhn(int[] digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int digit = digits[count - 1 - i] << (i & 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
  }
}
