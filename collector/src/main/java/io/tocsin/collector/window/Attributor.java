package io.tocsin.collector.window;

import io.tocsin.collector.ingest.WindowSummary;
import org.jspecify.annotations.Nullable;

/// Says whose a summary is. Implemented downstream, from what the platforms answered; pure, so that
/// the same log gives the same answers.
public interface Attributor {

  /// Workload and release of an instance, or null while nobody knows: the summary then waits.
  @Nullable Attribution attribute(WindowSummary.Instance instance);

  /// @param workload key
  /// @param release id; empty where the platform has no notion of one
  record Attribution(String workload, String release) {}
}
