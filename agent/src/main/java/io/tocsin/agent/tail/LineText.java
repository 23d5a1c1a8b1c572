package io.tocsin.agent.tail;

import java.nio.charset.StandardCharsets;

/// Bytes of a line to text.
final class LineText {
  private LineText() {}

  /// UTF-8, what is not becoming U+FFFD; without a final `\r`.
  ///
  /// @param plain whether all bytes are known to be printable ASCII or tabs, but for a final `\r`
  static String decode(byte[] bytes, int from, int to, boolean plain) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (plain) {
      return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
    String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    for (int i = from; i < end; i++) {
      if (bytes[i] == 0 || bytes[i] == '\u001b') {
        return clean(text);
      }
    }
    return text;
  }

  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127) {
        return false;
      }
    }
    return true;
  }

  /// Without NULs and without the escape sequences that colour a terminal (ECMA-48 CSI).
  static String clean(String text) {
    if (text.indexOf('\0') < 0 && text.indexOf('\u001b') < 0) {
      return text;
    }
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\u001b' && i + 1 < text.length() && text.charAt(i + 1) == '[') {
        i += 2;
        while (i < text.length() && (text.charAt(i) < '@' || text.charAt(i) > '~')) {
          i++;
        }
      } else if (c != '\0' && c != '\u001b') {
        out.append(c);
      }
    }
    return out.toString();
  }

  /// Cuts to a length in UTF-16 units, never within a surrogate pair.
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
