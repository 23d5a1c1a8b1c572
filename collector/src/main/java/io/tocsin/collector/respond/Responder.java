package io.tocsin.collector.respond;

import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.respond.Response.State;
import io.tocsin.collector.store.StateStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Verdicts in, rollbacks out. Safe for use by many threads.
///
/// Facts may come twice: a response is known by its workload and release. What a fact decides is on
/// disk when [#accept] returns; platforms are asked and told on the executor alone.
public final class Responder implements AutoCloseable {
  private final RespondConfig config;
  private final Book book;
  private final Rollbacks rollbacks;
  private final LongSupplier clock;
  private final ScheduledThreadPoolExecutor work;

  /// Goes on with what an earlier collector left; start the platforms' watching first.
  ///
  /// @param platforms by which workloads can be taken back, at most one a name
  /// @param clock epoch milliseconds
  /// @param work one thread, this responder's own; shut down on close
  /// @param changed sees each response after each change, on that thread
  public static Responder start(
      RespondConfig config,
      StateStore store,
      List<Platform> platforms,
      LongSupplier clock,
      ScheduledThreadPoolExecutor work,
      Consumer<Response> changed) {
    Map<String, Platform> byName = new LinkedHashMap<>();
    platforms.forEach(p -> byName.put(p.name(), new Discreet(p)));
    var responder = new Responder(config, store, byName, clock, work, changed);
    responder.book.all().stream().map(Book.Key::of).forEach(responder.rollbacks::resume);
    return responder;
  }

  private Responder(
      RespondConfig config,
      StateStore store,
      Map<String, Platform> platforms,
      LongSupplier clock,
      ScheduledThreadPoolExecutor work,
      Consumer<Response> changed) {
    this.config = config;
    this.clock = clock;
    this.work = work;
    // Questions run out in minutes; closing does not wait for that.
    work.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.book = new Book(store, response -> tell(response, changed));
    this.rollbacks = new Rollbacks(config, book, platforms, clock, work);
  }

  /// Takes in a fact; quick, and durable on return.
  public synchronized void accept(Fact fact) {
    switch (fact) {
      case Fact.ReleaseNoticed(ReleaseEvent event) -> noticed(event);
      case Fact.Judged(Verdict verdict, boolean _) -> judged(verdict);
      case Fact.Ranked ranked ->
          book.change(ranked.workload(), s -> s.ranked(ranked.release(), ranked.rank()));
      case Fact.Verified verified -> verified(verified);
      case Fact.SharedCause shared ->
          shared
              .workloads()
              .forEach(w -> book.change(w, s -> s.suffering(shared.ended() ? "" : shared.cause())));
      case Fact.FeedDead dead -> book.change(dead.workload(), s -> s.heard(!dead.ended()));
      case Fact.Unusual _, Fact.Disturbance _, Fact.Guessing _, Fact.Learning _ -> {}
    }
  }

  /// What was done about a release; empty when nothing had to be.
  public Optional<Response> response(String workload, String release) {
    return Optional.ofNullable(book.get(new Book.Key(workload, release)));
  }

  /// The same as the chain has it: its newest link is about this very state and verdict.
  public Optional<Response> written(String workload, String release) {
    return Optional.ofNullable(book.written(new Book.Key(workload, release)));
  }

  /// All responses, at most 1,000, oldest first.
  public List<Response> all() {
    return book.all();
  }

  /// A person's answer to a question.
  ///
  /// @param verdictHash of the verdict that the person saw
  /// @param by who it is, as the edge knows them
  public synchronized Answer answer(
      String workload, String release, Answer.Choice choice, String verdictHash, String by) {
    Book.Key key = new Book.Key(workload, release);
    Response asked = book.get(key);
    if (asked == null || asked.state() != State.ASKED) {
      String state = asked == null ? "nothing was decided" : asked.state().word();
      return new Answer.NotAsked("nothing is asked about this release now: " + state);
    }
    long now = clock.getAsLong();
    Long deadline = asked.deadlineMillis();
    if (deadline != null && now >= deadline) {
      return new Answer.NotAsked("the question has expired");
    }
    if (!asked.verdictHash().equals(verdictHash)) {
      return new Answer.Stale("the verdict is now: " + asked.grounds().sentence());
    }
    return switch (choice) {
      case TAKE_BACK -> {
        Response taken =
            asked
                .step("answered", "done", now, by + " said: take it back")
                .in(State.DECIDED, by + " said: take it back.");
        if (!book.replace(asked, taken)) {
          yield new Answer.Stale("it was weighed again in this moment; look once more");
        }
        rollbacks.advanceSoon(key);
        yield new Answer.Taken(taken);
      }
      case KEEP -> {
        Response kept =
            asked
                .step("answered", "done", now, by + " said: keep it")
                .in(State.KEPT, by + " said: keep it.");
        if (!book.replace(asked, kept, Standing::disagreed)) {
          yield new Answer.Stale("it was weighed again in this moment; look once more");
        }
        yield new Answer.Taken(kept);
      }
    };
  }

  /// Stops everything, or arms it again. Once a stop has returned, nothing is sent; what a platform
  /// has taken before is finished by the platform, because half a rollback is worse than either.
  public void killSwitch(boolean stopped, String by) {
    rollbacks.stop(new KillSwitch(stopped, clock.getAsLong(), by));
  }

  /// Chains what a person did beside responses, such as sending a webhook again.
  public void noted(String by, String act) {
    book.put(new Note(clock.getAsLong(), by, act));
  }

  public KillSwitch killSwitch() {
    return book.killSwitch();
  }

  /// Autonomy in force for a workload: what is configured, lowered by what went wrong.
  public Autonomy autonomy(String workload) {
    return config.autonomy(workload).atMost(book.standing(workload).ceiling());
  }

  /// Decisions about a workload that turned out right and wrong.
  public TrackRecord record(String workload) {
    Standing standing = book.standing(workload);
    return new TrackRecord(standing.agreed(), standing.wrong());
  }

  /// Hash over everything decided so far, 64 hex digits; zeros when nothing was.
  public String chainHead() {
    return book.chain().head();
  }

  /// Where the chain of evidence is broken, as people read it; empty when it holds.
  public Optional<String> chainBroken() {
    return book.chain().broken();
  }

  /// Everything decided, link by link.
  public Chain chain() {
    return book.chain();
  }

  /// Chains a verdict of another kind than the one before; durable on return, so that whoever is
  /// told of it gets a head that is over it. Once, also where it comes again after a crash.
  ///
  /// @param kept what the shelf holds of the release; null when nothing
  public void chained(Verdict verdict, Shelf.@Nullable Kept kept) {
    book.put(verdict, kept);
  }

  /// What decisions were worth.
  public record TrackRecord(int agreed, int wrong) {}

  /// Ends the executor; what is on disk is gone on with after the next start.
  @Override
  public void close() {
    work.shutdown();
    work.close();
  }

  private void noticed(ReleaseEvent event) {
    var from = event.from();
    var to = event.to();
    book.change(event.workload(), standing -> standing.seen(to.id(), to.name()));
    Response open = from == null ? null : book.get(new Book.Key(event.workload(), from.id()));
    if (open == null || event.byTocsin() || !open.state().open()) {
      return;
    }
    boolean agreed = to.id().equals(open.baseline());
    String how = agreed ? "Somebody took it back" : to.name() + " was deployed";
    Response closed =
        open.step("stopped", "done", clock.getAsLong(), how)
            .in(State.ANSWERED_ELSEWHERE, how + " first.");
    book.replace(open, closed, s -> agreed ? s.right(config.recordNeeded()) : s);
  }

  private void judged(Verdict verdict) {
    switch (verdict.outcome()) {
      case Outcome.Regressed _ -> regressed(verdict);
      case Outcome.Healthy _, Outcome.Undecided _, Outcome.CannotJudge _, Outcome.Superseded _ ->
          withdraw(verdict);
    }
  }

  private void regressed(Verdict verdict) {
    Book.Key key = new Book.Key(verdict.workload(), verdict.release());
    Response before = book.get(key);
    if (before == null || before.state() == State.WITHDRAWN) {
      book.put(decided(verdict, before));
    } else if (!before.state().open() || before.approved()) {
      return;
    } else {
      Response newer = on(verdict, before);
      // A question keeps the verdict that it was asked on, or no answer would ever be in time;
      // unless it was asked only until there is enough to act without one.
      boolean frozen =
          before.state() == State.ASKED
              && before.autonomy() == Autonomy.ASK
              && before.grounds().contrast() == verdict.contrast()
              && before.baseline().equals(verdict.baseline());
      if (!frozen) {
        book.refresh(before, newer);
      }
    }
    rollbacks.weighSoon(key);
  }

  private Response decided(Verdict verdict, @Nullable Response before) {
    String name = book.standing(verdict.workload()).nameOf(verdict.release());
    Grounds grounds = Grounds.of(verdict);
    Response blank =
        new Response(
            verdict.workload(),
            verdict.release(),
            name,
            verdict.baseline(),
            autonomy(verdict.workload()),
            State.DECIDED,
            grounds.sentence(),
            null,
            List.of(),
            before == null ? List.of() : before.steps(),
            grounds,
            "",
            "",
            null,
            null);
    return on(verdict, blank).step("decided", "done", clock.getAsLong(), grounds.sentence());
  }

  private static Response on(Verdict verdict, Response response) {
    String json = Ledger.json(verdict);
    return response.on(
        verdict.baseline(), Grounds.of(verdict), json, Ledger.hash(verdict.workload(), json));
  }

  private void withdraw(Verdict verdict) {
    Response open = book.get(new Book.Key(verdict.workload(), verdict.release()));
    if (open != null && open.state().open() && open.state() != State.WITHDRAWN) {
      String why = "the verdict is now: " + verdict.outcome().word();
      book.put(
          open.step("stopped", "done", clock.getAsLong(), why)
              .in(State.WITHDRAWN, "Withdrawn, " + why + "."));
    }
  }

  private void verified(Fact.Verified fact) {
    Response back = book.get(new Book.Key(fact.workload(), fact.release()));
    if (back == null || (back.state() != State.ROLLED_BACK && back.state() != State.RUNNING)) {
      return;
    }
    VerificationOutcome outcome = fact.outcome();
    State state =
        switch (outcome) {
          case HELPED -> State.HELPED;
          case DID_NOT_HELP -> State.DID_NOT_HELP;
          case MADE_WORSE -> State.MADE_WORSE;
        };
    long now = clock.getAsLong();
    String how = outcome == VerificationOutcome.HELPED ? "done" : "failed";
    book.put(
        back.step("verified", how, now, fact.sentence()).in(state, fact.sentence()).verified(now),
        standing ->
            outcome == VerificationOutcome.HELPED
                ? standing.right(config.recordNeeded())
                : standing.wrongRollback(back.autonomy()));
  }

  private void tell(Response response, Consumer<Response> changed) {
    try {
      work.execute(() -> changed.accept(response));
    } catch (RejectedExecutionException e) {
      // Whoever listens closes too, and reads all responses after the next start.
    }
  }
}
