package io.tocsin.collector.deployment;

import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One workload of the `directory` platform: its folder, and the rollback that may be under way.
/// Safe for use by many threads: the intent and the lock are guarded by `this`.
final class DirectoryWorkload {
  private static final Logger log = LoggerFactory.getLogger(DirectoryWorkload.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final ReleaseFolder folder;
  private final RestartCommand restart;
  private final Duration instanceDeadline;
  private final Path intentFile;
  private final ExecutorService rollbacks;
  private @Nullable RollbackIntent intent;
  // Held from the write until every instance is restarted: a second collector gets a conflict.
  private @Nullable FileChannel held;

  DirectoryWorkload(
      ReleaseFolder folder,
      RestartCommand restart,
      Duration instanceDeadline,
      Path intentFile,
      ExecutorService rollbacks) {
    this.folder = folder;
    this.restart = restart;
    this.instanceDeadline = instanceDeadline;
    this.intentFile = intentFile;
    this.rollbacks = rollbacks;
    this.intent = RollbackIntent.read(intentFile);
  }

  ReleaseFolder folder() {
    return folder;
  }

  /// Whether a change is our own rollback. The same change made by hand later is not.
  synchronized boolean isOurs(@Nullable Release from, Release to) {
    return intent != null
        && !intent.noticed()
        && from != null
        && intent.bad().equals(from.id())
        && intent.target().equals(to.id());
  }

  /// Our own rollback was handed on as a release event.
  synchronized void noticed() {
    update(RollbackIntent::seen);
  }

  synchronized Situation look() {
    String current = folder.current();
    List<FolderInstance> instances = folder.instances();
    return new Situation(
        folder.workload(),
        release(current),
        !instances.stream().allMatch(i -> i.runs(current)),
        intent != null && intent.moving() ? "Tocsin is taking it back to " + intent.target() : null,
        false,
        null,
        folder.rollbackForbidden(current) ? RollbackMark.FORBIDDEN : RollbackMark.ALLOWED,
        instances.size(),
        (int) instances.stream().filter(FolderInstance::running).count(),
        /* notes= */ List.of(),
        current);
  }

  synchronized Submission rollBack(Release bad, Release target, Situation seen) {
    String current = folder.current();
    if (current.equals(target.id()) && isIntent(bad, target)) {
      return new Submission.Accepted();
    }
    if (!current.equals(seen.lock()) || !current.equals(bad.id())) {
      return new Submission.Conflict(
          "%s/current points at %s now, not at %s".formatted(folder.path(), current, bad.id()));
    }
    if (folder.rollbackForbidden(bad.id())) {
      return new Submission.Refused(
          bad.name() + " is marked: rollback forbidden",
          "deploy a release that mends it, or remove .tocsin-rollback from its folder");
    }
    if (!folder.has(target.id())) {
      return new Submission.Refused(
          folder.releaseFolder(target.id()) + " is not there",
          "put the folder of " + target.name() + " back, or deploy another release");
    }
    FileChannel lock = tryLock();
    if (lock == null) {
      return new Submission.Conflict(
          "another collector holds %s/.tocsin.lock".formatted(folder.path()));
    }
    held = lock;
    try {
      intent = RollbackIntent.begun(bad, target);
      intent.write(intentFile);
      // The last look before the write: what is left between the two is the time of one rename.
      if (!folder.current().equals(bad.id())) {
        finish(i -> i.failed("somebody moved current first"));
        return new Submission.Conflict(
            "%s/current points at %s now".formatted(folder.path(), folder.current()));
      }
      folder.pointAt(target.id());
    } catch (IOException e) {
      String why = "%s/current cannot be moved: %s".formatted(folder.path(), e);
      finish(i -> i.failed(why));
      return new Submission.Refused(
          why, "let the collector's user write in that folder, or move the link by hand");
    }
    rollbacks.execute(this::restartInstances);
    return new Submission.Accepted();
  }

  /// Goes on with what a killed collector left half done. What it had not sent is not sent here:
  /// whoever decided it decides again.
  synchronized void resume() {
    if (intent == null || !intent.moving() || held != null) {
      return;
    }
    if (!folder.current().equals(intent.target())) {
      update(i -> i.failed("interrupted before current was moved"));
      return;
    }
    held = tryLock();
    if (held != null) {
      log.info("{}: going on to {} after a restart", folder.workload(), intent.target());
      rollbacks.execute(this::restartInstances);
    }
  }

  synchronized boolean sent(Release bad, Release target) {
    return intent != null && intent.bad().equals(bad.id()) && intent.target().equals(target.id());
  }

  synchronized Rollout progress(Release target) {
    List<FolderInstance> instances = folder.instances();
    int desired = instances.size();
    int there = (int) instances.stream().filter(i -> i.release().equals(target.id())).count();
    int healthy = (int) instances.stream().filter(i -> i.runs(target.id())).count();
    String current = folder.current();
    if (!current.equals(target.id())) {
      String why = "%s/current points at %s now".formatted(folder.path(), current);
      return new Rollout.Failed(why, there, healthy, desired);
    }
    RollbackIntent now = intent;
    if (now != null && now.target().equals(target.id())) {
      if (now.moving()) {
        return new Rollout.Moving(there, healthy, desired);
      }
      if (!now.failed().isEmpty() && healthy < desired) {
        return new Rollout.Failed(now.failed(), there, healthy, desired);
      }
    }
    return healthy == desired
        ? new Rollout.Done(there, healthy, desired)
        : new Rollout.Failed(
            "%d of %d instances run %s and nobody is restarting the others"
                .formatted(healthy, desired, target.name()),
            there,
            healthy,
            desired);
  }

  synchronized void release() {
    unlock();
  }

  Release release(String name) {
    return new Release(folder.workload(), name, name);
  }

  private void restartInstances() {
    String target = target();
    try {
      for (FolderInstance instance : folder.instances()) {
        if (!instance.runs(target)) {
          String trouble = restart(instance.name(), target);
          if (!trouble.isEmpty()) {
            // One that does not come up is reason to leave the others as they are: they answer.
            log.warn("{}: rollback to {} stopped: {}", folder.workload(), target, trouble);
            finish(i -> i.failed(trouble));
            return;
          }
        }
      }
      finish(RollbackIntent::done);
      log.info("{}: every instance runs {} again", folder.workload(), target);
    } catch (InterruptedException e) {
      // The collector closes; the intent stays as it is and goes on after the next start.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("{}: rollback to {} stopped", folder.workload(), target, e);
      finish(i -> i.failed(String.valueOf(e.getMessage())));
    }
  }

  private String restart(String instance, String target) throws InterruptedException {
    String current = folder.current();
    if (!current.equals(target)) {
      return "%s/current points at %s now".formatted(folder.path(), current);
    }
    String trouble = restart.run(instance);
    if (!trouble.isEmpty()) {
      return trouble;
    }
    Path its = folder.path().resolve("instances").resolve(instance);
    long deadline = System.nanoTime() + instanceDeadline.toNanos();
    while (!FolderInstance.read(its).runs(target)) {
      if (System.nanoTime() > deadline) {
        FolderInstance found = FolderInstance.read(its);
        return "instance %s should run %s within %d s; it %s"
            .formatted(
                instance,
                target,
                instanceDeadline.toSeconds(),
                found.running() ? "runs " + found.release() : "does not run");
      }
      Thread.sleep(LOOK_EVERY);
    }
    return "";
  }

  private synchronized String target() {
    if (intent == null) {
      throw new IllegalStateException(folder.workload() + ": no rollback under way");
    }
    return intent.target();
  }

  private boolean isIntent(Release bad, Release target) {
    return intent != null && intent.failed().isEmpty() && sent(bad, target);
  }

  private synchronized void finish(UnaryOperator<RollbackIntent> change) {
    update(change);
    unlock();
  }

  private synchronized void update(UnaryOperator<RollbackIntent> change) {
    if (intent != null) {
      intent = change.apply(intent);
      intent.write(intentFile);
    }
  }

  private @Nullable FileChannel tryLock() {
    try {
      var channel =
          FileChannel.open(
              folder.path().resolve(".tocsin.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        // Held within this JVM, which is as good as held by another.
      }
      channel.close();
      return null;
    } catch (IOException e) {
      throw new PlatformException(
          Fault.FORBIDDEN, folder.path() + "/.tocsin.lock cannot be locked: " + e, e);
    }
  }

  private void unlock() {
    try {
      if (held != null) {
        held.close();
      }
    } catch (IOException e) {
      log.warn("{}/.tocsin.lock cannot be closed: {}", folder.path(), e.getMessage());
    } finally {
      held = null;
    }
  }
}
