package io.tocsin.agent.metrics;

import java.nio.file.Path;

/// What the sampler needs to be told.
///
/// @param scrapeEveryMillis how often each endpoint is scraped, 1,000 to 60,000; the length of a
///   window, so that each window has one
/// @param proc where procfs is mounted; cgroups and filesystems are found through its
///   `self/mountinfo`. An agent in a container that watches its node mounts the node's one
///   elsewhere
public record MetricsConfig(long scrapeEveryMillis, Path proc) {

  public MetricsConfig {
    if (scrapeEveryMillis < 1_000 || scrapeEveryMillis > 60_000) {
      throw new IllegalArgumentException(
          "metrics.scrape-every: expected 1,000 to 60,000 ms, found " + scrapeEveryMillis);
    }
  }

  /// One scrape a window, of this machine.
  public static MetricsConfig forWindows(long windowMillis) {
    return new MetricsConfig(windowMillis, Path.of("/proc"));
  }
}
