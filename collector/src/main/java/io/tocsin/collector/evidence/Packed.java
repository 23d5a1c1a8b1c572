package io.tocsin.collector.evidence;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/// Text as it lies on the shelf: UTF-8 in zlib's format. The hash is over the text, so another
/// zlib's bytes are as good.
public final class Packed {
  // A row is a window, or the start of a watch with 10,000 templates: less than 8 MB of text.
  private static final int MAX_BYTES = 32 << 20;

  private Packed() {}

  static byte[] of(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @throws IllegalArgumentException when it is damaged, or too long to be a row
  public static String text(byte[] packed) {
    try (var in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] text = in.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw new IllegalArgumentException("a row of more than %d bytes".formatted(MAX_BYTES));
      }
      return new String(text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("a row that cannot be unpacked: " + e.getMessage(), e);
    }
  }
}
