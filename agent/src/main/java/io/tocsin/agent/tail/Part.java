package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Json;
import io.tocsin.agent.instance.LogFile.Framing;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one physical line holds: a line of the log, or a part of one.
///
/// @param bytes not to be kept
/// @param plain whether all of them are known to be printable ASCII or tabs, but for a final `\r`
/// @param stampMillis by the framing, epoch milliseconds; meaningless unless `stamped`
/// @param stream `stdout` and `stderr` are joined apart from each other
/// @param complete whether the line ends here
record Part(
    byte[] bytes,
    int from,
    int to,
    boolean plain,
    long stampMillis,
    boolean stamped,
    String stream,
    boolean complete) {

  /// @return null when the line does not follow the framing
  static @Nullable Part of(Framing framing, byte[] bytes, int from, int to, boolean plain) {
    return switch (framing) {
      case PLAIN -> new Part(bytes, from, to, plain, 0, false, "", true);
      case CRI -> cri(bytes, from, to, plain);
      case DOCKER_JSON -> docker(bytes, from, to);
      case JOURNAL -> throw new IllegalStateException("a journal has no lines");
    };
  }

  /// `2026-01-31T10:00:00.123456789Z stdout F text`; tags may follow the `F`, after colons.
  private static @Nullable Part cri(byte[] bytes, int from, int to, boolean plain) {
    int stampEnd = space(bytes, from, to);
    int streamEnd = space(bytes, stampEnd + 1, to);
    int tagEnd = space(bytes, streamEnd + 1, to);
    if (streamEnd >= to || streamEnd + 1 >= to) {
      return null;
    }
    byte tag = bytes[streamEnd + 1];
    if (tag != 'P' && tag != 'F') {
      return null;
    }
    try {
      return new Part(
          bytes,
          Math.min(tagEnd + 1, to),
          to,
          plain,
          millis(ascii(bytes, from, stampEnd)),
          true,
          ascii(bytes, stampEnd + 1, streamEnd),
          tag == 'F');
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// `{"log":"text\n","stream":"stdout","time":"2026-01-31T10:00:00.123456789Z"}`
  private static @Nullable Part docker(byte[] bytes, int from, int to) {
    try {
      var object = Json.object(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      if (!(object.get("log") instanceof String log)) {
        return null;
      }
      boolean complete = log.endsWith("\n");
      byte[] text = log.getBytes(StandardCharsets.UTF_8);
      return new Part(
          text,
          0,
          complete ? text.length - 1 : text.length,
          false,
          millis(Json.text(object, "time")),
          true,
          Json.text(object, "stream"),
          complete);
    } catch (IllegalArgumentException | DateTimeException e) {
      return null;
    }
  }

  private static long millis(String stamp) {
    return Instant.parse(stamp).toEpochMilli();
  }

  private static int space(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != ' ') {
      i++;
    }
    return i;
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
