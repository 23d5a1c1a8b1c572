package io.tocsin.agent.template;

import io.tocsin.agent.instance.Instance;

/// A line, as far as counting needs it.
///
/// @param instance who wrote it
/// @param template id given to the line at once; it never changes, [Template#into] may point on
/// @param level as the line states it
/// @param timeMillis epoch milliseconds; see [io.tocsin.agent.tail.RawLine]
/// @param stamped whether the framing carried the time
/// @param login whether its words, those of its message in JSON, may tell of an attempt to log in;
///   see [Login#of]
public record LogEvent(
    Instance instance,
    long template,
    Level level,
    long timeMillis,
    boolean stamped,
    boolean login) {}
