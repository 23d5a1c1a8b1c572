package io.tocsin.agent.template;

import io.tocsin.agent.redact.CleanLine;
import org.jspecify.annotations.Nullable;

/// A request that a line of an access log tells of.
///
/// @param status by HTTP, 100 to 599
/// @param millis how long it took, 0 and up; NaN when the line does not say
public record Request(int status, double millis) {

  /// The request that a line tells of; null when it is no line of an access log. Safe for use by
  /// many threads.
  public static @Nullable Request of(CleanLine line) {
    return AccessLine.request(line.text());
  }
}
