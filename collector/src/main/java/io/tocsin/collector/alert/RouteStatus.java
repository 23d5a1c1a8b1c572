package io.tocsin.collector.alert;

import org.jspecify.annotations.Nullable;

/// How a route does. The counters run since the start; waiting and dead are what the store holds.
///
/// @param host where it goes, without the path, which may be a password
/// @param dropped dead letters beyond the bound, the oldest first
public record RouteStatus(
    String name,
    String host,
    int waiting,
    int dead,
    long delivered,
    long failedAttempts,
    long dropped,
    @Nullable Long lastDeliveredMillis,
    @Nullable String lastError) {}
