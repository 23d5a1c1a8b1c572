package io.tocsin.collector.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a route does. The counters run since the start; waiting and dead are what the store holds.
///
/// @param host where it goes, without the path, which may be a password
/// @param shape what its receiver reads
/// @param owners whose workloads it is told of; empty: all
/// @param dropped dead letters beyond the bound, the oldest first, and news of what was over before
///   it could be told
public record RouteStatus(
    String name,
    String host,
    Shape shape,
    List<String> owners,
    int waiting,
    int dead,
    long delivered,
    long failedAttempts,
    long dropped,
    @Nullable Long lastDeliveredMillis,
    @Nullable String lastError) {
  public RouteStatus {
    owners = List.copyOf(owners);
  }
}
