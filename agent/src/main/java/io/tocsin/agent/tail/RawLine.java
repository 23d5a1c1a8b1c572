package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Instance;

/// One framed line, multi-line messages joined, before redaction. Not to be kept.
///
/// @param instance who wrote it
/// @param text without framing and line end; at most the configured length
/// @param timeMillis the framing's stamp, else the time of arrival; epoch milliseconds
/// @param stamped whether `timeMillis` is the framing's stamp
/// @param ascii whether every character is known to be ASCII, which later stages then need not find
///   out; false says nothing
public record RawLine(
    Instance instance, String text, long timeMillis, boolean stamped, boolean ascii) {

  /// A line of which nobody looked at every character.
  public RawLine(Instance instance, String text, long timeMillis, boolean stamped) {
    this(instance, text, timeMillis, stamped, false);
  }
}
