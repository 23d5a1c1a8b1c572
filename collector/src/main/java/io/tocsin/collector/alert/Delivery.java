package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One webhook for one route, durable until it is delivered: a row of the outbox.
///
/// @param route name
/// @param webhookId the same over all attempts and routes, so that receivers can drop repeats
/// @param type e.g. `incident.opened`
/// @param incident id; null for a test alert
/// @param notice of the incident, counted from 0: an earlier one is never sent after a later one
/// @param shape of the body; null in rows that an older release wrote
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
    int notice,
    @Nullable Shape shape,
    String body,
    long createdMillis,
    long dueMillis,
    int attempts,
    @Nullable String lastError,
    boolean dead) {
  private static final Comparator<Delivery> ORDER =
      Comparator.comparingInt(Delivery::notice).thenComparingLong(Delivery::createdMillis);

  Delivery failed(String error, long nextDueMillis) {
    return new Delivery(
        route,
        webhookId,
        type,
        incident,
        notice,
        shape,
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
        notice,
        shape,
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
        route, webhookId, type, incident, notice, shape, body, nowMillis, nowMillis, 0, lastError,
        false);
  }

  /// Whether it is an earlier notice of the same incident.
  boolean isBefore(Delivery other) {
    return incident != null && incident.equals(other.incident) && ORDER.compare(this, other) < 0;
  }

  /// Whether it says that something goes on which, as the store has it, is over or long forgotten.
  boolean isOver(StateStore store) {
    if (incident == null || type.equals(News.RESOLVED)) {
      return false;
    }
    Incident known = Rows.incident(store, incident);
    return known == null || known.state() == Incident.State.RESOLVED;
  }

  /// Whether the body is of another shape than this one, as far as that is known.
  boolean isOtherThan(Shape wanted) {
    return shape != null && shape != wanted;
  }
}
