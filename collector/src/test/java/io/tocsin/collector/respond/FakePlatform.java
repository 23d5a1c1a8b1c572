package io.tocsin.collector.respond;

import io.tocsin.collector.deployment.Finding;
import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.PlatformException;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.RollbackMark;
import io.tocsin.collector.deployment.Rollout;
import io.tocsin.collector.deployment.Situation;
import io.tocsin.collector.deployment.Submission;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A platform in memory that does what a test tells it. One workload is enough.
final class FakePlatform implements Platform {
  final List<String> sent = new CopyOnWriteArrayList<>();
  volatile Release running;
  volatile boolean locks = true;
  volatile @Nullable String unreachable;
  volatile boolean finishes = true;
  volatile List<String> notes = List.of();
  volatile RollbackMark mark = RollbackMark.ALLOWED;
  volatile @Nullable String owner;
  volatile @Nullable String failure;
  volatile boolean deleted;

  /// Runs inside a rollback, before the write.
  volatile Runnable beforeWrite = () -> {};

  /// Whether the write happens, and whether its answer is lost.
  volatile boolean lostBefore;

  volatile boolean lostAfter;

  FakePlatform(Release running) {
    this.running = running;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public boolean locks() {
    return locks;
  }

  @Override
  public void watch(List<Release> known, Consumer<Observation> sink) {}

  @Override
  public Situation look(String workload) {
    if (deleted) {
      throw new PlatformException(Fault.NOT_FOUND, workload + " is not there");
    }
    return new Situation(
        workload, running, false, null, false, owner, mark, 4, 4, notes, running.id());
  }

  @Override
  public @Nullable String unreachable(Release target) {
    return unreachable;
  }

  @Override
  public Submission rollBack(Release bad, Release target, Situation seen) {
    beforeWrite.run();
    sent.add(target.id());
    if (lostBefore) {
      throw new PlatformException(Fault.UNCERTAIN, "connection reset");
    }
    if (!running.id().equals(seen.lock())) {
      return new Submission.Conflict(running.id() + " is deployed");
    }
    running = target;
    if (lostAfter) {
      throw new PlatformException(Fault.UNCERTAIN, "connection reset");
    }
    return new Submission.Accepted();
  }

  @Override
  public boolean sent(Release bad, Release target) {
    return sent.contains(target.id());
  }

  @Override
  public Rollout progress(Release target) {
    String why = failure;
    if (why != null) {
      return new Rollout.Failed(why, 1, 1, 4);
    }
    return finishes ? new Rollout.Done(4, 4, 4) : new Rollout.Moving(2, 2, 4);
  }

  @Override
  public List<Finding> examine() {
    return List.of();
  }

  @Override
  public void close() {}
}
