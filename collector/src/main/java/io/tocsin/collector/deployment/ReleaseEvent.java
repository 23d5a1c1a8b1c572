package io.tocsin.collector.deployment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The platform deployed, or finished deploying, another release. An input of the monitors:
/// appended to the log before anybody reads it.
///
/// @param workload key of what is deployed
/// @param from what ran before; null when the collector saw the workload for the first time
/// @param to what is deployed now
/// @param atMillis when the platform changed, epoch milliseconds by the collector's clock
/// @param byTocsin whether this is our own rollback
/// @param rollbackForbidden whether the release is marked `tocsin.io/rollback: forbidden`
/// @param alsoChanged other workloads that changed with it, e.g. of one stack
public record ReleaseEvent(
    String workload,
    @Nullable Release from,
    Release to,
    long atMillis,
    boolean byTocsin,
    boolean rollbackForbidden,
    List<String> alsoChanged)
    implements Observation {
  public ReleaseEvent {
    alsoChanged = List.copyOf(alsoChanged);
  }
}
