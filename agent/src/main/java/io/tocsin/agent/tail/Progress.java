package io.tocsin.agent.tail;

import java.util.Map;

/// What has become of one instance's logs. Counters grow from the start of the agent and never
/// fall.
///
/// @param bytesOnDisk appended to its files, as seen
/// @param bytesRead read from them
/// @param linesRead framed lines handed on
/// @param linesDropped not handed on, by cause (`too-long` counts lines cut, which are handed on
///   too)
/// @param gaps places where bytes were gone before they could be read
/// @param bytesLag on disk and unread now
/// @param lagMillis age of the oldest unread byte now, as far as known
/// @param catchingUp whether what is read now was written before the agent looked
public record Progress(
    long bytesOnDisk,
    long bytesRead,
    long linesRead,
    Map<String, Long> linesDropped,
    long gaps,
    long bytesLag,
    long lagMillis,
    boolean catchingUp) {

  public static final Progress NONE = new Progress(0, 0, 0, Map.of(), 0, 0, 0, false);

  public Progress {
    linesDropped = Map.copyOf(linesDropped);
  }
}
