package io.tocsin.collector.alert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Ids that their content makes, so that a replay makes them again.
final class Ids {
  private Ids() {}

  /// The first 16 hex digits of the SHA-256 of the parts, each with its length before it.
  static String hash(String... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  static String incident(String subject, String kind, long sinceMillis) {
    return "%012x-%s".formatted(sinceMillis, hash(subject, kind, String.valueOf(sinceMillis)));
  }
}
