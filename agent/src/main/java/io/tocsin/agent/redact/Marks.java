package io.tocsin.agent.redact;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Writes and counts marks. Equal secrets get equal marks on this host and on no other: 24 bits of
/// HMAC-SHA256 tell values apart in a log and are far too few to confirm a guess.
final class Marks {

  static final String HEAD = "<secret:";

  private static final int DIGITS = 6;

  private final Mac mac;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  Marks(byte[] hostKey) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(hostKey, "HmacSHA256"));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new RedactionException("cannot make marks: " + e.getMessage(), e);
    }
  }

  void append(StringBuilder out, Kind kind, String secret) {
    counts.merge(kind, 1L, Long::sum);
    byte[] hash = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
    out.append(HEAD).append(kind.label()).append(':');
    for (int i = 0; i < DIGITS / 2; i++) {
      out.append(Character.forDigit((hash[i] >> 4) & 15, 16));
      out.append(Character.forDigit(hash[i] & 15, 16));
    }
    out.append('>');
  }

  /// Exclusive end of the mark whose [#HEAD] is here, or -1 when it is none.
  static int end(String text, int from) {
    int i = from + HEAD.length();
    while (i < text.length() && text.charAt(i) >= 'a' && text.charAt(i) <= 'z' && i - from < 32) {
      i++;
    }
    int close = i + 1 + DIGITS;
    if (close >= text.length() || text.charAt(i) != ':' || text.charAt(close) != '>') {
      return -1;
    }
    for (int digit = i + 1; digit < close; digit++) {
      if (!Chars.isHex(text.charAt(digit))) {
        return -1;
      }
    }
    return close + 1;
  }

  Map<String, Long> counts() {
    Map<String, Long> byLabel = new TreeMap<>();
    counts.forEach((kind, count) -> byLabel.put(kind.label(), count));
    return byLabel;
  }
}
