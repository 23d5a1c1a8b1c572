package io.tocsin.agent.spool;

import java.nio.file.Path;

/// @param directory of this agent alone
/// @param maxBytes disk the spool may use before it drops the oldest segment, in bytes
/// @param segmentBytes a segment is closed when it has grown this large, in bytes
public record SpoolConfig(Path directory, long maxBytes, long segmentBytes) {

  public SpoolConfig {
    if (segmentBytes < 4_096 || maxBytes < 2 * segmentBytes) {
      throw new IllegalArgumentException(
          "max-bytes: expected at least twice the segment of %,d bytes, found %,d"
              .formatted(segmentBytes, maxBytes));
    }
  }

  /// 256 MiB in segments of 4 MiB: about two days of a busy agent.
  public static SpoolConfig in(Path directory) {
    return new SpoolConfig(directory, 256L << 20, 4L << 20);
  }
}
