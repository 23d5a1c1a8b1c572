package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Instance;

/// One framed line, multi-line messages joined, before redaction. Not to be kept.
///
/// @param instance who wrote it
/// @param text without framing and line end; at most the configured length
/// @param timeMillis the framing's stamp, else the time of arrival; epoch milliseconds
/// @param stamped whether `timeMillis` is the framing's stamp
public record RawLine(Instance instance, String text, long timeMillis, boolean stamped) {}
