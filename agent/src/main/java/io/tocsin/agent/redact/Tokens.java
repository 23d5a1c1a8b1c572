package io.tocsin.agent.redact;

/// Secrets that are known by their looks, wherever they stand.
final class Tokens {

  /// How far behind an access key id the secret half is looked for.
  private static final int NEAR = 200;

  private static final int AWS_SECRET = 40;

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;
  private int noJwtBefore;
  private int awsUntil;

  Tokens(Line line, Masking masking) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
  }

  /// Masks the token that begins here, if one does.
  ///
  /// @param c the character here: a letter or digit that begins a word or stands behind `_`, `.`,
  ///   `-`
  boolean token(int from, char c) {
    if (masking.hidesIdentities() && Chars.isHex(c) && address(from)) {
      return true;
    }
    if (Chars.isDigit(c)) {
      int end = Cards.end(text, from);
      line.looked(19);
      if (end > 0) {
        masking.mask(from, end, Kind.CARD);
        return true;
      }
      return false;
    }
    int iban = c <= 'Z' ? Ibans.end(text, from) : -1;
    if (iban > 0) {
      masking.mask(from, iban, Kind.IBAN);
      return true;
    }
    Shapes.Shape shape = Shapes.at(text, from);
    if (shape != null) {
      int end = Shapes.end(text, from, shape);
      line.looked(end - from);
      masking.mask(from, end, shape.kind());
      awsUntil = shape.kind() == Kind.AWS ? end + NEAR : awsUntil;
      return true;
    }
    return c == 'e' && from >= noJwtBefore && text.startsWith("eyJ", from) && jwt(from);
  }

  private boolean jwt(int from) {
    int head = from;
    while (head < length && (Chars.isWord(text.charAt(head)) || text.charAt(head) == '-')) {
      head++;
    }
    int end = head;
    while (end < length && Chars.isTokenChar(text.charAt(end))) {
      end++;
    }
    line.looked(end - from);
    noJwtBefore = end;
    if (head - from < 10 || end - head < 5 || text.charAt(head) != '.') {
      return false;
    }
    masking.mask(from, line.trim(head, end), Kind.JWT);
    return true;
  }

  /// The secret half of a pair of AWS keys has no mark of its own: 40 characters of base64.
  boolean awsSecret(int from) {
    if (from >= awsUntil) {
      return false;
    }
    int end = from;
    while (end < length && end - from <= AWS_SECRET && isBase64(text.charAt(end))) {
      end++;
    }
    line.looked(end - from);
    if (end - from != AWS_SECRET) {
      return false;
    }
    masking.mask(from, end, Kind.AWS);
    return true;
  }

  private static boolean isBase64(char c) {
    return Chars.isAlnum(c) || c == '/' || c == '+';
  }

  /// Masks the token behind `Bearer`, which ends here.
  void bearer(int from) {
    int start = line.blanks(from);
    int end = start;
    while (start > from && end < length && isCredential(text.charAt(end))) {
      end++;
    }
    line.looked(end - start);
    if (end - start >= 16) {
      masking.mask(start, end, Kind.TOKEN);
    } else {
      masking.at = Math.max(masking.at, start);
    }
  }

  private static boolean isCredential(char c) {
    return Chars.isTokenChar(c) || c == '~' || c == '+' || c == '/' || c == '=';
  }

  /// Masks the network address that begins here, if one does.
  boolean address(int from) {
    int end = Addresses.end(text, from);
    line.looked(45);
    if (end > 0) {
      masking.mask(from, end, Kind.ADDRESS);
    }
    return end > 0;
  }
}
