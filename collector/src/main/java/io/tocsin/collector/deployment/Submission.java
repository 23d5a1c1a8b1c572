package io.tocsin.collector.deployment;

/// What a platform answered to a rollback. Accepted is not done: see [Rollout].
public sealed interface Submission {

  /// The platform is on its way to the target.
  record Accepted() implements Submission {}

  /// Somebody acted since the look; nothing was written. Whoever gets this decides anew or stops.
  ///
  /// @param changed what is different, as people read it
  record Conflict(String changed) implements Submission {}

  /// The platform cannot or must not; nothing was written.
  ///
  /// @param why as people read it
  /// @param safeWay what a person can do instead
  record Refused(String why, String safeWay) implements Submission {}
}
