package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// A webhook that was given up: kept until somebody sends it again.
///
/// @param webhookId the same over all attempts and routes
/// @param type e.g. `incident.opened`
/// @param incident id; null for a test alert
/// @param attempts made
/// @param error what the last one met
public record DeadLetter(
    String route,
    String webhookId,
    String type,
    @Nullable String incident,
    long createdMillis,
    int attempts,
    String error) {}
