package io.tocsin.agent.tail;

import java.util.Map;
import java.util.TreeMap;

/// What became of one instance's logs so far.
final class Counters {
  private long bytesOnDisk;
  private long bytesRead;
  private long bytesLost;
  private long linesRead;
  private long gaps;
  private final Map<String, Long> dropped = new TreeMap<>();

  void read(long bytes) {
    bytesRead += bytes;
  }

  /// Bytes were gone before they could be read; how many is a lower bound.
  void gap(long bytes) {
    gaps++;
    bytesLost += bytes;
  }

  void line() {
    linesRead++;
  }

  void drop(String cause) {
    drop(cause, 1);
  }

  void drop(String cause, long lines) {
    dropped.merge(cause, lines, Long::sum);
  }

  Progress progress(long lag, long lagMillis, boolean catchingUp) {
    bytesOnDisk = Math.max(bytesOnDisk, bytesRead + bytesLost + lag);
    return new Progress(
        bytesOnDisk, bytesRead, linesRead, dropped, gaps, lag, lagMillis, catchingUp);
  }
}
