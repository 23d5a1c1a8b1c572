package io.tocsin.agent.metrics;

import io.tocsin.agent.instance.Instance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one instance's gauges and counters say of one stretch of time: rates are already a
/// second's, counts already differences.
///
/// @param instance whose it is
/// @param values finite, by name (`process.cpu.cores`, `cgroup.memory.bytes`, …), at most 256
/// @param requests null when the service exposes none, or its counters were reset within the
///   stretch
/// @param alive whether the process was there at the end
/// @param restarts 1 in the first stretch of an incarnation that follows another one; else 0
/// @param oomKills within the stretch, by the cgroup's count, or by the machine's when it ended
/// @param ready whether the endpoint answered; null when there is none
public record Reading(
    Instance instance,
    Map<String, Double> values,
    @Nullable Requests requests,
    boolean alive,
    int restarts,
    int oomKills,
    @Nullable Boolean ready) {

  public Reading {
    values = Map.copyOf(values);
  }

  /// Requests that ended within the stretch.
  ///
  /// @param total all
  /// @param failed the service's fault: HTTP 5xx, gRPC INTERNAL and the like
  /// @param rejected the client's fault: HTTP 4xx
  /// @param upperMillis upper bounds of the latency buckets, ascending, the last may be infinite;
  ///   empty when only counts are known
  /// @param bucketCounts per bucket, not cumulative; as long as `upperMillis`
  /// @param sumMillis total time spent
  /// @param calls what the service asked of its peers; at most 32
  public record Requests(
      long total,
      long failed,
      long rejected,
      List<Double> upperMillis,
      List<Long> bucketCounts,
      double sumMillis,
      List<Calls> calls) {
    public Requests {
      upperMillis = List.copyOf(upperMillis);
      bucketCounts = List.copyOf(bucketCounts);
      calls = List.copyOf(calls);
      if (upperMillis.size() != bucketCounts.size()) {
        throw new IllegalArgumentException(
            upperMillis.size() + " bounds for " + bucketCounts.size() + " buckets");
      }
    }
  }

  /// Outgoing calls to one peer.
  ///
  /// @param peer as the service names it
  /// @param total all
  /// @param failed ended in an error
  /// @param sumMillis total time spent
  public record Calls(String peer, long total, long failed, double sumMillis) {}
}
