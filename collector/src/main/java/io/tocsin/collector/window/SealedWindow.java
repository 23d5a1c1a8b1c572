package io.tocsin.collector.window;

import io.tocsin.collector.ingest.WindowSummary;
import java.util.List;

/// Everything known of one workload in one window, sealed: what comes later is another batch.
///
/// @param workload key of what is deployed, e.g. `directory/host1/srv/shop`
/// @param startMillis inclusive, epoch milliseconds
/// @param endMillis exclusive
/// @param instances that reported, ordered by instance id
/// @param silent ids of live instances that did not report in time
/// @param skewMillis largest difference between the clock of an agent that reported and the
///   collector's, by its newest message
/// @param late whether this is a batch of summaries that came after the window's seal: history and
///   completeness only, never scored or judged again
public record SealedWindow(
    String workload,
    long startMillis,
    long endMillis,
    List<InstanceWindow> instances,
    List<String> silent,
    long skewMillis,
    boolean late) {

  public SealedWindow {
    instances = List.copyOf(instances);
    silent = List.copyOf(silent);
  }

  /// One instance's part.
  ///
  /// @param release that the instance runs; empty when unknown after the wait for attribution
  /// @param ageMillis age of the instance at the window's end; negative when its start is unknown
  /// @param summary what its agent counted
  public record InstanceWindow(String release, long ageMillis, WindowSummary summary) {
    public String instance() {
      return summary.instance().id();
    }
  }
}
