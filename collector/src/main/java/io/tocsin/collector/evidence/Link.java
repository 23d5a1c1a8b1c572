package io.tocsin.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One thing that was decided, chained to the one before.
///
/// @param entry JSON of what happened; never reformatted, for the hash is over its very characters
/// @param previous hash of the link before; 64 zeros for the first
/// @param hash SHA-256 of `previous`, a line break and `entry`, hex
public record Link(String entry, String previous, String hash) {
  /// What the first link follows.
  public static final String START = "0".repeat(64);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static Link after(String previous, String entry) {
    return new Link(entry, previous, sha256(previous + "\n" + entry));
  }

  /// Whether the hash is that of what it says.
  boolean holds() {
    return hash.equals(sha256(previous + "\n" + entry));
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a link", e);
    }
  }

  /// A link as [#bytes] wrote it; null when a single byte is another, even one that JSON allows.
  static @Nullable Link read(byte[] bytes) {
    try {
      Link link = JSON.readValue(bytes, Link.class);
      boolean whole =
          link != null && link.entry != null && link.previous != null && link.hash != null;
      return whole && Arrays.equals(link.bytes(), bytes) ? link : null;
    } catch (IOException e) {
      return null;
    }
  }

  /// Of the text in UTF-8, 64 hex digits.
  public static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
