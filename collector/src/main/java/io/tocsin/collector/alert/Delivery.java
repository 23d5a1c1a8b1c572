package io.tocsin.collector.alert;

import org.jspecify.annotations.Nullable;

/// One webhook for one route, durable until it is delivered: a row of the outbox.
///
/// @param route name
/// @param webhookId the same over all attempts and routes, so that receivers can drop repeats
/// @param type e.g. `incident.opened`
/// @param incident id; null for a test alert
/// @param body JSON as it is signed and sent, the same at every attempt
/// @param dueMillis when the next attempt is due
/// @param attempts made so far
/// @param lastError what the newest failed attempt met; null before the first
/// @param dead whether it was given up: kept, listed, sent again only when asked
public record Delivery(
    String route,
    String webhookId,
    String type,
    @Nullable String incident,
    String body,
    long createdMillis,
    long dueMillis,
    int attempts,
    @Nullable String lastError,
    boolean dead) {

  Delivery failed(String error, long nextDueMillis) {
    return new Delivery(
        route,
        webhookId,
        type,
        incident,
        body,
        createdMillis,
        nextDueMillis,
        attempts + 1,
        error,
        false);
  }

  Delivery givenUp(String error) {
    return new Delivery(
        route,
        webhookId,
        type,
        incident,
        body,
        createdMillis,
        dueMillis,
        attempts + 1,
        error,
        true);
  }

  /// As if it were new, under the same webhook id.
  Delivery again(long nowMillis) {
    return new Delivery(
        route, webhookId, type, incident, body, nowMillis, nowMillis, 0, lastError, false);
  }
}
