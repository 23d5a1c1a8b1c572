package io.tocsin.collector.deployment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a workload stands with its platform at one moment.
///
/// @param workload key
/// @param running the release that the platform wants to run now
/// @param rolloutRunning whether instances are still being moved to `running`; no obstacle to
///   taking it back
/// @param otherRollout what else is moving the workload, as people read it, e.g. `a rollback
///   started by the platform`; null when nothing does
/// @param paused whether the platform would accept a write and move nothing
/// @param owner who would undo a rollback, e.g. `Argo CD application shop`; null when nobody would
/// @param mark what `running` is marked with
/// @param desired instances wanted
/// @param healthy instances that run, of whatever release
/// @param notes what a person should know before a rollback and that is no obstacle, each as people
///   read it
/// @param lock opaque: what [Platform#rollBack] holds against the present when it writes; empty
///   when the platform has none
public record Situation(
    String workload,
    Release running,
    boolean rolloutRunning,
    @Nullable String otherRollout,
    boolean paused,
    @Nullable String owner,
    RollbackMark mark,
    int desired,
    int healthy,
    List<String> notes,
    String lock) {
  public Situation {
    notes = List.copyOf(notes);
  }
}
