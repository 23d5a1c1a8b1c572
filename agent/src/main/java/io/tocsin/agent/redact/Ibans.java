package io.tocsin.agent.redact;

/// International bank account numbers: a country, two check digits, and as many characters as that
/// country's have (ISO 13616 registry), with remainder 1 by 97 (ISO 7064), in one piece or in
/// groups of four with single spaces or dashes between.
final class Ibans {

  private static final String LENGTHS =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29"
          + "ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30"
          + "KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24"
          + "PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29"
          + "VA22VG24XK20YE30";

  private static final int GROUP = 4;
  private static final byte[] BY_COUNTRY = byCountry();

  private Ibans() {}

  /// Exclusive end of the number that starts here, or -1.
  static int end(String text, int from) {
    int length = from + GROUP <= text.length() ? length(text, from) : 0;
    if (length == 0) {
      return -1;
    }
    // The first four characters come last for the check, so they are added to the sum at the end.
    int remainder = 0;
    int count = GROUP;
    char separator = 0;
    int i = from + GROUP;
    for (; i < text.length() && count < length; i++) {
      char c = text.charAt(i);
      if (Chars.isDigit(c) || isCapital(c)) {
        remainder = append(remainder, c);
        count++;
      } else if ((c == ' ' || c == '-')
          && count % GROUP == 0
          && (count == GROUP ? true : c == separator)
          && text.charAt(i - 1) != c) {
        separator = c;
      } else {
        return -1;
      }
    }
    if (count < length || (i < text.length() && Chars.isWord(text.charAt(i)))) {
      return -1;
    }
    for (int head = from; head < from + GROUP; head++) {
      remainder = append(remainder, text.charAt(head));
    }
    return remainder == 1 ? i : -1;
  }

  /// Characters that a number with this beginning has; 0 when it is none.
  private static int length(String text, int from) {
    char a = text.charAt(from);
    char b = text.charAt(from + 1);
    return isCapital(a)
            && isCapital(b)
            && Chars.isDigit(text.charAt(from + 2))
            && Chars.isDigit(text.charAt(from + 3))
        ? BY_COUNTRY[26 * (a - 'A') + b - 'A']
        : 0;
  }

  /// Letters count 10 to 35.
  private static int append(int remainder, char c) {
    return Chars.isDigit(c)
        ? (10 * remainder + c - '0') % 97
        : (100 * remainder + 10 + c - 'A') % 97;
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static byte[] byCountry() {
    byte[] lengths = new byte[26 * 26];
    for (int i = 0; i < LENGTHS.length(); i += 4) {
      int country = 26 * (LENGTHS.charAt(i) - 'A') + LENGTHS.charAt(i + 1) - 'A';
      lengths[country] = Byte.parseByte(LENGTHS.substring(i + 2, i + 4));
    }
    return lengths;
  }
}
