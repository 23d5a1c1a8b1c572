package io.tocsin.agent.redact;

/// A line out of the middle of a private key whose beginning was not seen: the agent was started,
/// or killed and started again, while it was written.
final class KeyBody {

  // Lines of base64 in PEM files have 64 characters (RFC 7468), in those of OpenSSH 70, in MIME 76.
  private static final int LEAST = 60;
  private static final int MOST = 80;

  private KeyBody() {}

  /// Whether the line is nothing but such base64, perhaps indented as in YAML. Digests in hex are
  /// not, nor are paths: they lack one of the four sorts of characters that so much base64 has.
  static boolean is(String text) {
    int from = 0;
    int length = text.length();
    while (from < length && Chars.isBlank(text.charAt(from))) {
      from++;
    }
    while (length > from && Chars.isSpace(text.charAt(length - 1))) {
      length--;
    }
    if (length - from < LEAST || length - from > MOST) {
      return false;
    }
    boolean digit = false;
    boolean upper = false;
    boolean lower = false;
    boolean beyondHex = false;
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      if (!Chars.isAlnum(c) && c != '+' && c != '/' && (c != '=' || i < length - 2)) {
        return false;
      }
      upper |= c >= 'A' && c <= 'Z';
      lower |= c >= 'a' && c <= 'z';
      digit |= Chars.isDigit(c);
      beyondHex |= !Chars.isHex(c);
    }
    return upper && lower && digit && beyondHex;
  }
}
