package io.tocsin.collector.deployment;

/// How far a workload is on its way to a release.
public sealed interface Rollout {

  /// Instances that run the target.
  int onTarget();

  /// Those of them that are healthy.
  int healthy();

  /// Instances wanted.
  int desired();

  /// Under way.
  record Moving(int onTarget, int healthy, int desired) implements Rollout {}

  /// Every wanted instance runs the target and is healthy.
  record Done(int onTarget, int healthy, int desired) implements Rollout {}

  /// It will not get there by itself.
  ///
  /// @param reason as people read it, with what was found
  record Failed(String reason, int onTarget, int healthy, int desired) implements Rollout {}
}
