package io.tocsin.collector.judge;

import org.jspecify.annotations.Nullable;

/// What one primary signal still lacks for either answer, at the rates so far (STATISTICS item 11).
///
/// @param signal stable name; see [Evidence]
/// @param healthLogE natural logarithm of the e-value against "as bad as the margin for health"
/// @param refuted whether that ever sufficed: this signal stands in the way of health no more
/// @param toHealthy further exposure of the new arm until it is refuted; null when never
/// @param toRegressed further exposure until this signal alone calls it; null when never
/// @param exposure `requests`, `lines` or `instance-seconds`
/// @param forHealthy the same in words, e.g. "About 5,300 more requests, 4 minutes."
/// @param forRegressed the same in words
public record Needed(
    String signal,
    double healthLogE,
    boolean refuted,
    @Nullable Double toHealthy,
    @Nullable Double toRegressed,
    String exposure,
    String forHealthy,
    String forRegressed) {}
