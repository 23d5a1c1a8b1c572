package io.tocsin.agent.redact;

/// What is found by a sign in its middle: passwords of URLs, e-mail, telephone numbers, secrets of
/// Microsoft Entra.
final class Signs {

  private static final int MAIL_NAME = 64;
  private static final int MAIL_HOST = 253;
  private static final int AUTHORITY = 300;

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;

  Signs(Line line, Masking masking) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
  }

  /// What matters behind an escape: the sign of an address, the signs behind a scheme.
  void escape() {
    if (text.regionMatches(true, masking.at, "%3A%2F%2F", 0, 9)) {
      userInfo(masking.at + 9, true);
    } else if (Escapes.decoded(text, masking.at) == '@') {
      mail(Escapes.end(text, masking.at));
    } else if (Escapes.decoded(text, masking.at) == '+') {
      phone();
    } else {
      masking.at++;
    }
  }

  /// Password in a URL. A raw slash in it is taken for one when what follows `user:` is no port.
  ///
  /// @param escaped whether its signs are escapes, as of a URL within a URL
  void userInfo(int from, boolean escaped) {
    int sign = -1;
    int colon = -1;
    int behind = 0; // the colon
    boolean port = true;
    int size;
    for (int i = from; i < length && i - from < AUTHORITY; i += size) {
      int end = escaped ? Escapes.end(text, i) : i;
      char c = end > i ? Escapes.decoded(text, i) : text.charAt(i);
      size = Math.max(1, end - i);
      line.looked(1);
      if (Chars.isSpace(c) || Chars.isQuote(c) || c == '<' || c == '>') {
        break;
      }
      if ((c == '/' || c == '?' || c == '#') && (sign >= 0 || colon < 0 || port)) {
        break;
      }
      if (c == '@') {
        sign = i;
      } else if (c == ':' && colon < 0) {
        colon = i;
        behind = i + size;
      } else if (colon >= 0 && !Chars.isDigit(c)) {
        port = false;
      }
    }
    masking.at = from;
    if (sign < 0) {
      return;
    }
    if (colon >= 0 && colon < sign) {
      masking.mask(behind, sign, Kind.URL);
    } else if (sign - from >= 16) {
      masking.mask(from, sign, Kind.URL);
    }
    masking.at = sign + 1;
  }

  /// @param host behind the sign
  void mail(int host) {
    int from = masking.at;
    while (from > masking.copied
        && masking.at - from < MAIL_NAME
        && isMailName(text.charAt(from - 1))) {
      from--;
    }
    int end = host;
    while (end < length && end - masking.at <= MAIL_HOST && isMailHost(text.charAt(end))) {
      end++;
    }
    line.looked(end - from);
    end = line.trim(host, end);
    int dot = end - 1;
    while (dot > host && text.charAt(dot) != '.') {
      dot--;
    }
    if (from < masking.at && dot > host && isTopLevel(dot + 1, end)) {
      masking.mask(from, end, Kind.EMAIL);
    } else {
      masking.at++;
    }
  }

  private static boolean isMailName(char c) {
    return Chars.isTokenChar(c) || c == '%' || c == '+';
  }

  private static boolean isMailHost(char c) {
    return Chars.isAlnum(c) || c == '-' || c == '.' || (c > 127 && Character.isLetter(c));
  }

  /// Letters of any script, or what DNS makes of them: `xn--p1ai` (RFC 5891).
  private boolean isTopLevel(int from, int to) {
    if (text.regionMatches(true, from, "xn--", 0, 4)) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (!Character.isLetter(text.charAt(i))) {
        return false;
      }
    }
    return to - from >= 2;
  }

  void phone() {
    int end = Phones.end(text, masking.at);
    line.looked(28);
    if (end > 0) {
      masking.mask(masking.at, end, Kind.PHONE);
    } else {
      masking.at++;
    }
  }

  void entra() {
    int from = CloudSecrets.entraBegin(text, masking.at);
    line.looked(40);
    if (from >= masking.copied) {
      masking.mask(from, CloudSecrets.entraEnd(text, masking.at), Kind.AZURE);
    } else {
      masking.at++;
    }
  }
}
