package io.tocsin.collector.deployment;

/// What a platform notices by itself. An input of the log: appended before anybody reads it.
public sealed interface Observation permits ReleaseEvent, Placement {

  /// Key of the workload that it is about.
  String workload();
}
