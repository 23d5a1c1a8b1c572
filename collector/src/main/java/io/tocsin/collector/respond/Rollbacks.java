package io.tocsin.collector.respond;

import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.PlatformException;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.Rollout;
import io.tocsin.collector.deployment.Situation;
import io.tocsin.collector.deployment.Submission;
import io.tocsin.collector.respond.Response.Check;
import io.tocsin.collector.respond.Response.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes each response its next step: preflight, sending, following. All of it on one executor, so
/// two rollbacks are never weighed at the same time; each step is on disk before it is done, and
/// what a dead collector left is gone on with by asking the platform first.
final class Rollbacks {
  private static final Logger log = LoggerFactory.getLogger(Rollbacks.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  // A write whose answer was lost and that had not happened is sent anew; three times is a pattern.
  private static final int MAX_LOST = 3;

  private final RespondConfig config;
  private final Book book;
  private final Map<String, Platform> platforms;
  private final LongSupplier clock;
  private final ScheduledExecutorService work;
  // Held while something is being sent: whoever stops everything waits for it and then knows.
  private final ReentrantLock sending = new ReentrantLock();
  // What each response was last held up by; confined to the executor, and of those under way only.
  private final Map<Book.Key, String> troubles = new HashMap<>();

  Rollbacks(
      RespondConfig config,
      Book book,
      Map<String, Platform> platforms,
      LongSupplier clock,
      ScheduledExecutorService work) {
    this.config = config;
    this.book = book;
    this.platforms = platforms;
    this.clock = clock;
    this.work = work;
  }

  void advanceSoon(Book.Key key) {
    advanceIn(key, Duration.ZERO);
  }

  /// After a start: takes up what was under way, and lets an old question run out.
  void resume(Book.Key key) {
    Response response = book.get(key);
    Long deadline = response == null ? null : response.deadlineMillis();
    if (response != null && response.state() == State.ASKED && deadline != null) {
      advanceIn(key, Duration.ofMillis(Math.max(0, deadline - clock.getAsLong())));
    } else {
      advanceSoon(key);
    }
  }

  /// Weighs a response that nothing was sent for, on what is known now.
  void weighSoon(Book.Key key) {
    try {
      work.execute(() -> weigh(key));
    } catch (RejectedExecutionException e) {
      // The collector closes: the next judgement after its start weighs it.
    }
  }

  private void weigh(Book.Key key) {
    Response response = book.get(key);
    if (response == null || !response.state().open() || response.state() == State.WITHDRAWN) {
      return;
    }
    try {
      expire(response);
      if (response.equals(book.get(key))) {
        decide(response);
      }
    } catch (RuntimeException e) {
      log.warn("{} {}: cannot be weighed", key.workload(), response.releaseName(), e);
      Response left = book.get(key);
      if (left != null && left.state() == State.SENDING) {
        advanceIn(key, LOOK_EVERY);
      }
    }
  }

  private void advanceIn(Book.Key key, Duration delay) {
    try {
      var _ = work.schedule(() -> advance(key), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The collector closes: what is on disk is gone on with after the next start.
    }
  }

  /// Stops sending; returns when nothing is being sent any more.
  void stop(KillSwitch killSwitch) {
    book.put(killSwitch);
    sending.lock();
    try {
      log.warn("rollbacks {} by {}", killSwitch.stopped() ? "stopped" : "armed", killSwitch.by());
    } finally {
      sending.unlock();
    }
  }

  private void advance(Book.Key key) {
    Response response = book.get(key);
    if (response == null) {
      return;
    }
    try {
      switch (response.state()) {
        case DECIDED -> weigh(key);
        case SENDING -> findOut(response);
        case RUNNING -> follow(response);
        case ASKED -> expire(response);
        case NOT_ASKED,
            RECOMMENDED,
            REFUSED,
            ROLLED_BACK,
            HELPED,
            DID_NOT_HELP,
            MADE_WORSE,
            FAILED,
            EXPIRED,
            KEPT,
            WITHDRAWN,
            ANSWERED_ELSEWHERE -> {}
      }
      troubles.remove(key);
    } catch (RuntimeException e) {
      String trouble = e.toString();
      boolean underWay = !response.state().open();
      if (!underWay || !trouble.equals(troubles.put(key, trouble))) {
        log.warn("{} {}: {}", key.workload(), response.releaseName(), trouble);
      }
      if (underWay) {
        advanceIn(key, LOOK_EVERY);
      }
    }
  }

  private void decide(Response decided) {
    Standing standing = book.standing(decided.workload());
    Autonomy level = config.autonomy(decided.workload()).atMost(standing.ceiling());
    Platform platform = platform(decided.workload());
    Situation situation = null;
    String trouble = "no platform is configured for " + decided.workload();
    String unreachable = trouble;
    if (platform != null) {
      try {
        situation = platform.look(decided.workload());
        unreachable = platform.unreachable(target(decided));
      } catch (PlatformException e) {
        trouble = String.valueOf(e.getMessage());
        unreachable = trouble;
      }
    }
    long hourAgo = clock.getAsLong() - Duration.ofHours(1).toMillis();
    List<Check> checks =
        new Preflight(
                config,
                decided,
                standing,
                situation,
                trouble,
                unreachable,
                platform != null && platform.locks(),
                book.sentSince(hourAgo, decided.workload()),
                book.sentSince(hourAgo, null),
                book.killSwitch())
            .checks();
    choose(decided, decided.checked(level, checks), platform, situation);
  }

  private void choose(
      Response decided,
      Response checked,
      @Nullable Platform platform,
      @Nullable Situation situation) {
    long now = clock.getAsLong();
    Check obstacle = firstFailed(checked.preflight(), Autonomy.ASK);
    Check doubt = firstFailed(checked.preflight(), Autonomy.ACT);
    String why = obstacle == null ? "" : " It would not now: " + obstacle.detail() + ".";
    String target = book.standing(checked.workload()).nameOf(checked.baseline());
    String act = "take %s back to %s".formatted(checked.releaseName(), target);
    switch (checked.autonomy()) {
      case OBSERVE ->
          settle(
              decided,
              checked,
              State.NOT_ASKED,
              "Tocsin only observes; it would " + act + "." + why);
      case RECOMMEND ->
          settle(decided, checked, State.RECOMMENDED, "Tocsin recommends to " + act + "." + why);
      case ASK, ACT -> {
        boolean alone = checked.autonomy() == Autonomy.ACT && doubt == null;
        if (obstacle != null) {
          Response refused =
              checked.approved()
                  ? checked.step("stopped", "failed", now, obstacle.detail())
                  : checked;
          settle(decided, refused, State.REFUSED, "No rollback: %s.".formatted(obstacle.detail()));
        } else if ((alone || checked.approved()) && platform != null && situation != null) {
          Response sent =
              checked
                  .step(
                      "preflight",
                      "done",
                      now,
                      "all " + checked.preflight().size() + " checks made")
                  .in(
                      State.SENDING,
                      "Taking %s back to %s.".formatted(checked.releaseName(), target))
                  .step(
                      "sent",
                      "running",
                      now,
                      "to " + target + ", held against " + situation.lock());
          send(decided, sent, platform, situation);
        } else {
          ask(decided, checked, act, doubt);
        }
      }
    }
  }

  private void ask(Response decided, Response checked, String act, @Nullable Check doubt) {
    long now = clock.getAsLong();
    Long before = decided.deadlineMillis();
    long deadline = before == null ? now + config.askFor().toMillis() : before;
    String sentence =
        checked.autonomy() == Autonomy.ACT && doubt != null
            ? "Shall Tocsin %s? It does not by itself: %s.".formatted(act, doubt.detail())
            : "Shall Tocsin %s?".formatted(act);
    if (settle(decided, checked, State.ASKED, sentence, deadline)) {
      advanceIn(Book.Key.of(checked), Duration.ofMillis(Math.max(0, deadline - now)));
    }
  }

  private void send(Response decided, Response sent, Platform platform, Situation situation) {
    Submission answer;
    sending.lock();
    try {
      // The switch may have been thrown since the preflight: from here on it waits for us.
      if (book.killSwitch().stopped()) {
        weighSoon(Book.Key.of(decided));
        return;
      }
      if (!book.replace(decided, sent)) {
        return;
      }
      answer = platform.rollBack(release(sent), target(sent), situation);
    } catch (PlatformException e) {
      lost(sent, e);
      return;
    } finally {
      sending.unlock();
    }
    long now = clock.getAsLong();
    switch (answer) {
      case Submission.Accepted _ -> accepted(sent, "the platform took it");
      case Submission.Conflict(String changed) ->
          book.put(
              sent.step("stopped", "failed", now, changed)
                  .in(State.ANSWERED_ELSEWHERE, "Somebody acted first: %s.".formatted(changed)));
      case Submission.Refused(String why, String safeWay) ->
          book.put(
              sent.step("stopped", "failed", now, why)
                  .in(
                      State.FAILED,
                      "The platform refused: %s. Instead: %s.".formatted(why, safeWay)));
    }
  }

  private void lost(Response sent, PlatformException e) {
    // Whether trouble came before the write or after it, a look tells what became of it.
    if (e.fault() == Fault.UNCERTAIN || e.fault() == Fault.UNAVAILABLE) {
      log.warn("{}: a rollback got no answer: {}", sent.workload(), e.getMessage());
      advanceIn(Book.Key.of(sent), LOOK_EVERY);
      String act =
          "rollback of %s of %s got no answer: %s"
              .formatted(sent.releaseName(), sent.workload(), e.getMessage());
      book.put(new Note(clock.getAsLong(), "tocsin", act));
    } else {
      String trouble = String.valueOf(e.getMessage());
      book.put(
          sent.step("stopped", "failed", clock.getAsLong(), trouble)
              .in(State.FAILED, "The rollback could not be sent: %s.".formatted(trouble)));
    }
  }

  /// A rollback was being sent when the collector died, or its answer was lost: the platform knows.
  private void findOut(Response sent) {
    Platform platform = platform(sent.workload());
    if (platform == null) {
      return;
    }
    long now = clock.getAsLong();
    Release running;
    boolean ours;
    try {
      running = platform.look(sent.workload()).running();
      ours = platform.sent(release(sent), target(sent));
    } catch (PlatformException e) {
      if (e.fault() != Fault.NOT_FOUND) {
        throw e;
      }
      book.put(
          sent.step("stopped", "failed", now, "it was deleted")
              .in(State.ANSWERED_ELSEWHERE, "It was deleted meanwhile."));
      return;
    }
    if (running.id().equals(sent.baseline()) && ours) {
      accepted(sent, "found accepted: %s is deployed".formatted(running.name()));
    } else if (!running.id().equals(sent.release())) {
      book.put(
          sent.step("stopped", "failed", now, running.name() + " is deployed")
              .in(State.ANSWERED_ELSEWHERE, running.name() + " was deployed meanwhile."));
    } else if (sent.lostSends() + 1 >= MAX_LOST) {
      book.put(
          sent.step("sent", "failed", now, "did not reach the platform")
              .in(State.FAILED, "Sent %d times, and it never arrived.".formatted(MAX_LOST)));
    } else {
      // It did not happen. Everything is weighed again: time has passed.
      book.put(
          sent.step("sent", "failed", now, "did not reach the platform")
              .in(State.DECIDED, "Weighing it again: it did not reach the platform."));
      advanceSoon(Book.Key.of(sent));
    }
  }

  private void accepted(Response sent, String how) {
    long now = clock.getAsLong();
    book.put(
        sent.step(
                "sent", "done", sent.steps().getLast().atMillis(), sent.steps().getLast().detail())
            .step("accepted", "done", now, how)
            .in(State.RUNNING, sent.sentence())
            .until(now + config.rolloutDeadline().toMillis()));
    advanceSoon(Book.Key.of(sent));
  }

  private void follow(Response running) {
    Platform platform = platform(running.workload());
    long now = clock.getAsLong();
    Long deadline = running.deadlineMillis();
    boolean late = deadline != null && now > deadline;
    if (platform == null) {
      fail(running, "its platform is no longer configured");
      return;
    }
    Rollout rollout;
    try {
      rollout = platform.progress(target(running));
    } catch (PlatformException e) {
      if (!late) {
        throw e;
      }
      fail(running, "it was not seen to reach every instance in time: " + e.getMessage());
      return;
    }
    switch (rollout) {
      case Rollout.Moving _ when late -> fail(running, "it did not reach every instance in time");
      case Rollout.Moving _ -> advanceIn(Book.Key.of(running), LOOK_EVERY);
      case Rollout.Failed failed ->
          fail(
              running,
              "%s; %d of %d instances run the target"
                  .formatted(failed.reason(), failed.healthy(), failed.desired()));
      case Rollout.Done done -> {
        String all = "%d of %d instances run it".formatted(done.healthy(), done.desired());
        book.replace(
            running,
            running
                .step("rolled out", "done", now, all)
                .in(State.ROLLED_BACK, running.sentence() + " Done; watching whether it helped.")
                .rolledBack(now));
      }
    }
  }

  private void fail(Response running, String why) {
    book.replace(
        running,
        running
            .step("rolled out", "failed", clock.getAsLong(), why)
            .in(State.FAILED, "The rollback stopped short: %s.".formatted(why)));
  }

  private void expire(Response asked) {
    long now = clock.getAsLong();
    Long deadline = asked.deadlineMillis();
    if (deadline != null && now >= deadline) {
      book.replace(
          asked,
          asked
              .step("stopped", "done", now, "nobody answered in time")
              .in(State.EXPIRED, "Nobody answered in time; nothing was done."));
    }
  }

  private void settle(Response decided, Response checked, State state, String sentence) {
    settle(decided, checked, state, sentence, null);
  }

  /// Writes the outcome of a preflight when it is another than before; whether it was.
  private boolean settle(
      Response decided, Response checked, State state, String sentence, @Nullable Long deadline) {
    Response settled = checked.in(state, sentence);
    if (deadline != null) {
      settled = settled.until(deadline);
    }
    if (settled.asks(decided)) {
      book.refresh(decided, settled);
      return false;
    }
    String name = state == State.ASKED ? "asked" : "preflight";
    String how = state == State.REFUSED ? "failed" : "done";
    return book.replace(decided, settled.step(name, how, clock.getAsLong(), sentence));
  }

  private static @Nullable Check firstFailed(List<Check> checks, Autonomy needed) {
    return checks.stream()
        .filter(check -> !check.ok() && check.needed() == needed)
        .findFirst()
        .orElse(null);
  }

  private @Nullable Platform platform(String workload) {
    return platforms.get(workload.substring(0, Math.max(0, workload.indexOf('/'))));
  }

  private static Release release(Response response) {
    return new Release(response.workload(), response.release(), response.releaseName());
  }

  private Release target(Response response) {
    String name = book.standing(response.workload()).nameOf(response.baseline());
    return new Release(response.workload(), response.baseline(), name);
  }
}
