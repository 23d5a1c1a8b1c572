package io.tocsin.collector.deployment;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One deployment system: notices releases, and takes a bad one back when told to.
///
/// All methods are safe for use by many threads. Those that ask the system may take seconds and
/// throw [PlatformException]; nobody calls them from a loop that must not wait.
public interface Platform extends AutoCloseable {

  /// First segment of the keys of its workloads, e.g. `directory`.
  String name();

  /// Whether [#rollBack] is refused by the system itself when somebody acted in between. Without
  /// such a lock, nothing is rolled back unasked unless one collector is declared to be the only
  /// one.
  boolean locks();

  /// Starts noticing, once. Returns at once; what is seen goes to `sink` from the platform's own
  /// thread, in order for one workload. A rollback that was accepted before a restart of the
  /// collector goes on from here.
  ///
  /// A [ReleaseEvent] is sent only when the release differs from the last known one, so a repeated
  /// start sends nothing twice, and a release made while nobody watched is noticed at the start. A
  /// [Placement] may be repeated.
  ///
  /// @param known last release noticed of each workload, at most one a workload
  /// @param sink must be quick; what it throws at is told again later
  void watch(List<Release> known, Consumer<Observation> sink);

  /// How things stand now. Changes nothing.
  ///
  /// @param workload key; of this platform
  /// @throws PlatformException [PlatformException.Fault#NOT_FOUND] when it is not deployed here
  Situation look(String workload);

  /// Why the system could not run `target` again, e.g. that its image, folder or revision is gone;
  /// null when it could. Changes nothing.
  @Nullable String unreachable(Release target);

  /// Takes `bad` back to the named `target`, never to "the previous one". Returns when the system
  /// has accepted or not, without waiting for instances. Sent again after it was accepted it
  /// changes nothing: the answer is [Submission.Accepted] or [Submission.Conflict].
  ///
  /// @param seen the look at which the decision was made; its lock makes the write fail when
  ///   anybody has changed the release since
  /// @throws PlatformException [PlatformException.Fault#UNCERTAIN] when the write may or may not
  ///   have happened: look again before anything else
  Submission rollBack(Release bad, Release target, Situation seen);

  /// Whether the last rollback that was sent from here is that of `bad` to `target`, whatever
  /// became of it: else somebody else went that way. Changes nothing.
  boolean sent(Release bad, Release target);

  /// How far the workload is on its way to `target`. Instances of the bad release that the system
  /// would leave standing for ever are cleared away meanwhile.
  Rollout progress(Release target);

  /// Whether the system answers and grants what this needs, each with how to grant it; at most
  /// tens. Changes nothing, and tells what is wrong instead of throwing it.
  List<Finding> examine();

  /// Stops noticing. A rollback under way is left as it stands, and goes on after the next start.
  @Override
  void close();
}
