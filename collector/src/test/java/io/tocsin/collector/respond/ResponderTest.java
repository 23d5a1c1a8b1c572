package io.tocsin.collector.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.collector.deployment.FolderBench;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.PlatformException;
import io.tocsin.collector.deployment.PlatformException.Fault;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.deployment.RollbackMark;
import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.Evidence;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Placebo;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.respond.Answer.Choice;
import io.tocsin.collector.respond.Response.Check;
import io.tocsin.collector.respond.Response.State;
import io.tocsin.collector.respond.Response.Step;
import io.tocsin.collector.store.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResponderTest {
  private static final String SHOP = "fake/host1/shop";

  private final StateStore store = StateStore.inMemory();
  private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
  private final FakePlatform platform = new FakePlatform(release("1.1"));
  private final List<Response> told = new CopyOnWriteArrayList<>();
  private final List<Responder> open = new ArrayList<>();
  private Responder responder = start(config(Autonomy.ACT));

  @AfterEach
  void stop() {
    open.forEach(Responder::close);
    store.close();
  }

  @Test
  void aRegressedReleaseIsTakenBackToTheOneThatRanWell() {
    shopRuns();
    responder.accept(judged(regressed()));
    Response back = awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).containsExactly("1.0");
    assertThat(back.preflight()).allMatch(Check::ok);
    assertThat(back.steps())
        .extracting(Step::name)
        .containsExactly("decided", "preflight", "sent", "accepted", "rolled out");
    assertThat(back.rolledBackAtMillis()).isEqualTo(now.get());

    responder.accept(verified(VerificationOutcome.HELPED));
    Response helped = awaitState(State.HELPED);
    assertThat(helped.outcome()).isEqualTo("helped");
    assertThat(helped.verifiedAtMillis()).isEqualTo(now.get());
    assertThat(responder.record(SHOP)).isEqualTo(new Responder.TrackRecord(1, 0));
    await().until(() -> told.contains(helped));
  }

  @Test
  void eachStepIsOnDiskBeforeItIsDone() {
    shopRuns();
    List<State> onDisk = new CopyOnWriteArrayList<>();
    platform.beforeWrite = () -> onDisk.add(new Ledger(store).responses().getFirst().state());
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    assertThat(onDisk).containsExactly(State.SENDING);
  }

  @ParameterizedTest
  @EnumSource(
      value = Autonomy.class,
      names = {"OBSERVE", "RECOMMEND", "ASK"})
  void lessAutonomySendsNothing(Autonomy autonomy) {
    responder = start(config(autonomy));
    shopRuns();
    responder.accept(judged(regressed()));
    awaitState(
        switch (autonomy) {
          case OBSERVE -> State.NOT_ASKED;
          case RECOMMEND -> State.RECOMMENDED;
          case ASK, ACT -> State.ASKED;
        });
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void aWorkloadThatNoRuleNamesIsOnlyObserved() {
    responder = start(RespondConfig.of(List.of()));
    assertThat(responder.autonomy(SHOP)).isEqualTo(Autonomy.OBSERVE);
  }

  @Test
  void actingIsEarnedUnlessTheConfigurationSaysOtherwise() {
    responder = start(RespondConfig.of(List.of(new RespondConfig.Rule("*", Autonomy.ACT))));
    shopRuns();
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ASKED).sentence()).contains("0 of 3 right decisions in a row");
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void aYesToTheVerdictThatStandsIsDone() {
    Response asked = asked();
    assertThat(answer(Choice.TAKE_BACK, asked.verdictHash())).isInstanceOf(Answer.Taken.class);
    awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).containsExactly("1.0");
  }

  @Test
  void aYesToAnotherVerdictIsRefused() {
    asked();
    assertThat(answer(Choice.TAKE_BACK, "0".repeat(64)))
        .isInstanceOfSatisfying(
            Answer.Stale.class, s -> assertThat(s.changed()).contains("five times as many errors"));
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void newNumbersOfTheSameQuestionDoNotMakeAnAnswerStale() {
    Response asked = asked();
    responder.accept(judged(verdict("1.1", 20, Contrast.CONCURRENT, 1, "agent-1", "agent-2")));
    assertThat(answer(Choice.TAKE_BACK, asked.verdictHash())).isInstanceOf(Answer.Taken.class);
  }

  @Test
  void aQuestionExpires() {
    Response asked = asked();
    now.addAndGet(Duration.ofMinutes(15).toMillis());
    assertThat(answer(Choice.TAKE_BACK, asked.verdictHash())).isInstanceOf(Answer.NotAsked.class);
    responder.accept(judged(regressed()));
    awaitState(State.EXPIRED);
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void aNoIsKeptAndCounted() {
    Response asked = asked();
    answer(Choice.KEEP, asked.verdictHash());
    responder.accept(judged(regressed()));
    assertThat(state()).isEqualTo(State.KEPT);
    assertThat(responder.record(SHOP)).isEqualTo(new Responder.TrackRecord(0, 1));
  }

  @Test
  void whoeverTakesItBackByHandAgrees() {
    asked();
    responder.accept(new Fact.ReleaseNoticed(event("1.1", "1.0", false)));
    assertThat(state()).isEqualTo(State.ANSWERED_ELSEWHERE);
    assertThat(responder.record(SHOP)).isEqualTo(new Responder.TrackRecord(1, 0));
  }

  @Test
  void aVerdictThatNoLongerStandsWithdrawsTheQuestion() {
    asked();
    var cannot = new Outcome.CannotJudge("shared-cause", "the inventory fails for all");
    responder.accept(
        judged(
            new Verdict(
                SHOP, "1.1", "1.0", now.get(), cannot, null, 0, 9, 1, 2, 2, null, List.of(),
                List.of())));
    assertThat(state()).isEqualTo(State.WITHDRAWN);
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void aTargetThatIsGoneIsRefusedWithASafeWay() {
    shopRuns();
    platform.unreachable = "its folder is gone";
    responder.accept(judged(regressed()));
    assertRefused("target is there", "bring the target back");
  }

  @Test
  void aTargetThatNeverPassedHereIsRefused() {
    responder.accept(new Fact.ReleaseNoticed(event(SHOP, null, "1.0", false)));
    responder.accept(new Fact.ReleaseNoticed(event("1.0", "1.1", false)));
    responder.accept(judged(regressed()));
    assertRefused("target ran well here", "known to be good");
  }

  @Test
  void aTargetThatHadPassedAndThenRegressedIsRefused() {
    shopRuns();
    responder.accept(new Fact.Ranked(SHOP, now.get(), "1.0", now.get(), Rank.REGRESSED));
    responder.accept(judged(regressed()));
    assertRefused("target ran well here", "known to be good");
  }

  @Test
  void anotherOwnerIsNotFought() {
    shopRuns();
    platform.owner = "Argo CD application shop";
    responder.accept(judged(regressed()));
    assertRefused("nobody will fight it", "through its owner");
  }

  @Test
  void aMarkedReleaseIsNotTakenBack() {
    shopRuns();
    platform.mark = RollbackMark.FORBIDDEN;
    responder.accept(judged(regressed()));
    assertRefused("rollback allowed", "mend it forward");
  }

  @Test
  void aReleaseMarkedAskIsNeverTakenBackUnasked() {
    shopRuns();
    platform.mark = RollbackMark.ASK;
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ASKED).sentence()).contains("tocsin.io/rollback: ask");
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void whatAPersonShouldKnowIsAmongTheChecksAndStopsNothing() {
    shopRuns();
    platform.notes = List.of("an autoscaler sets the replicas");
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ROLLED_BACK).preflight())
        .anyMatch(c -> c.ok() && c.detail().equals("an autoscaler sets the replicas"));
  }

  @Test
  void whatWasNotReadIsNoGroundForARollback() {
    shopRuns();
    responder.accept(judged(verdict("1.1", 9, Contrast.CONCURRENT, 0.5, "agent-1", "agent-2")));
    assertRefused("completeness", "agents page");
  }

  @Test
  void oneKindOfEvidenceFromOneAgentIsNotEnoughAndASecondAgentMakesItSo() {
    shopRuns();
    responder.accept(judged(verdict("1.1", 9, Contrast.CONCURRENT, 1, "agent-1")));
    assertRefused("independent evidence", "another kind");
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
  }

  @Test
  void whatSeveralWorkloadsSufferFromIsNotBlamedOnARelease() {
    shopRuns();
    long at = now.get();
    responder.accept(
        new Fact.SharedCause("site", at, at, "inventory", List.of(SHOP, "fake/host1/b"), false));
    responder.accept(judged(regressed()));
    assertRefused("no shared cause", "mend what they share");
  }

  @Test
  void aDeadFeedRefuses() {
    shopRuns();
    responder.accept(new Fact.FeedDead(SHOP, now.get(), now.get(), List.of("2"), false));
    responder.accept(judged(regressed()));
    assertRefused("instances are heard", "bring the agents back");
  }

  @Test
  void beforeAndAfterOnlyAsks() {
    shopRuns();
    responder.accept(judged(verdict("1.1", 9, Contrast.BEFORE_AFTER, 1, "agent-1", "agent-2")));
    awaitState(State.ASKED);
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
  }

  @Test
  void beforeAndAfterActsWhereNoPlaceboLookedAsBadAndOthersStayedCalm() {
    shopRuns();
    Verdict alone = verdict("1.1", 9, Contrast.BEFORE_AFTER, 1, "agent-1", "agent-2");
    responder.accept(judged(alone.against(new Placebo(198, 0, 1))));
    assertThat(awaitState(State.ASKED).sentence()).contains("199 are needed");
    responder.accept(judged(alone.against(new Placebo(240, 2, 1))));
    responder.accept(judged(alone.against(new Placebo(240, 1, 0))));
    idle();
    assertThat(state()).isEqualTo(State.ASKED);
    responder.accept(judged(alone.against(new Placebo(240, 1, 1))));
    awaitState(State.ROLLED_BACK);
  }

  @Test
  void aPlatformWithoutALockOnlyAsks() {
    shopRuns();
    platform.locks = false;
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ASKED).sentence()).contains("no lock");
  }

  @Test
  void theSameReleaseIsNeverTakenBackTwice() {
    shopRuns();
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    responder.accept(verified(VerificationOutcome.HELPED));
    platform.running = release("1.1");
    responder.accept(new Fact.ReleaseNoticed(event("1.0", "1.1", false)));
    responder.accept(judged(regressed()));
    responder = start(config(Autonomy.ACT));
    responder.accept(judged(regressed()));
    idle();
    assertThat(platform.sent).hasSize(1);
  }

  @Test
  void soManyRollbacksAnHourAndNoMore() {
    shopRuns();
    for (String bad : List.of("1.1", "1.2", "1.3", "1.4")) {
      platform.running = release(bad);
      responder.accept(new Fact.ReleaseNoticed(event("1.0", bad, false)));
      responder.accept(judged(verdict(bad, 9, Contrast.CONCURRENT, 1, "agent-1", "agent-2")));
      await().until(() -> settled(bad));
    }
    assertThat(platform.sent).hasSize(3);
    assertThat(responder.response(SHOP, "1.4").orElseThrow().sentence()).contains("3 of 3");
    now.addAndGet(Duration.ofHours(1).toMillis() + 1);
    responder.accept(judged(verdict("1.4", 9, Contrast.CONCURRENT, 1, "agent-1", "agent-2")));
    await().until(() -> platform.sent.size() == 4);
  }

  @Test
  void aConflictStops() {
    shopRuns();
    platform.beforeWrite = () -> platform.running = release("1.2");
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ANSWERED_ELSEWHERE).sentence()).contains("1.2 is deployed");
    assertThat(platform.running.id()).isEqualTo("1.2");
  }

  @Test
  void aRollbackWhoseAnswerWasLostIsLookedForAndNotSentAgain() {
    shopRuns();
    platform.lostAfter = true;
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).hasSize(1);
    assertThat(responder.chain().links(0, 100))
        .extracting(each -> each.link().entry())
        .anyMatch(entry -> entry.contains("got no answer: connection reset"))
        .anyMatch(entry -> entry.contains("found accepted"));
  }

  @Test
  void whatAPlatformQuotesOfASpecificationIsInNoLink() {
    shopRuns();
    platform.failure =
        "HTTP 422, env[0]: Invalid value: \"correct horse\": {\"name\":\"A\",\"value\":\"sta\\\"ple\"},"
            + " DB_PASSWORD=battery of postgres://shop:hunter2@db/shop";
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.FAILED).sentence())
        .contains("HTTP 422, env[0]: Invalid value: \"…\"");
    assertThat(responder.chain().links(0, 100))
        .extracting(each -> each.link().entry())
        .anyMatch(entry -> entry.contains("HTTP 422"))
        .noneMatch(entry -> entry.matches("(?s).*(correct horse|sta..?ple|battery|hunter2).*"));
  }

  @Test
  void whatSomebodyElseTookBackWhileOursDidNotLeaveIsNotOurs() {
    shopRuns();
    platform.beforeWrite =
        () -> {
          platform.running = release("1.0");
          throw new PlatformException(Fault.UNAVAILABLE, "no answer to GET");
        };
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ANSWERED_ELSEWHERE).sentence())
        .isEqualTo("1.0 was deployed meanwhile.");
    assertThat(platform.sent).isEmpty();
  }

  @Test
  void aRollbackThatDidNotArriveIsWeighedAgainAndGivenUpAfterThree() {
    shopRuns();
    platform.lostBefore = true;
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.FAILED).needsPerson()).isTrue();
    assertThat(platform.sent).hasSize(3);
    assertThat(platform.running.id()).isEqualTo("1.1");
  }

  @ParameterizedTest
  @MethodSource("faultsBeforeTheWrite")
  void whatKeptARollbackFromBeingSentOnceIsNotTheEndOfIt(RuntimeException fault) {
    shopRuns();
    var first = new AtomicBoolean(true);
    platform.beforeWrite =
        () -> {
          if (first.getAndSet(false)) {
            throw fault;
          }
        };
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).hasSize(1);
  }

  static List<RuntimeException> faultsBeforeTheWrite() {
    return List.of(
        new PlatformException(Fault.UNAVAILABLE, "no answer to GET"),
        new UncheckedIOException(new IOException("no space left on device")));
  }

  @Test
  void aRollbackWhoseWorkloadIsDeletedMeanwhileIsOver() {
    shopRuns();
    platform.lostBefore = true;
    platform.beforeWrite = () -> platform.deleted = true;
    responder.accept(judged(regressed()));
    assertThat(awaitState(State.ANSWERED_ELSEWHERE).sentence())
        .isEqualTo("It was deleted meanwhile.");
    assertThat(platform.sent).hasSize(1);
  }

  @Test
  void aRolloutThatStopsShortGoesToAPerson() {
    shopRuns();
    platform.failure = "instance 2 does not run";
    responder.accept(judged(regressed()));
    Response failed = awaitState(State.FAILED);
    assertThat(failed.sentence()).contains("instance 2 does not run", "1 of 4");
    assertThat(failed.needsPerson()).isTrue();
  }

  @Test
  void aRolloutThatTakesTooLongGoesToAPerson() {
    shopRuns();
    platform.finishes = false;
    responder.accept(judged(regressed()));
    awaitState(State.RUNNING);
    now.addAndGet(Duration.ofMinutes(11).toMillis());
    awaitState(State.FAILED);
  }

  @ParameterizedTest
  @EnumSource(
      value = VerificationOutcome.class,
      names = {"DID_NOT_HELP", "MADE_WORSE"})
  void aWrongRollbackEscalatesAndTakesOneStepOfAutonomy(VerificationOutcome outcome) {
    shopRuns();
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    responder.accept(verified(outcome));
    responder.accept(verified(outcome));
    Response wrong = responder.response(SHOP, "1.1").orElseThrow();
    assertThat(wrong.outcome()).isEqualTo(outcome.word());
    assertThat(wrong.needsPerson()).isTrue();
    assertThat(responder.autonomy(SHOP)).isEqualTo(Autonomy.ASK);
    assertThat(responder.record(SHOP)).isEqualTo(new Responder.TrackRecord(0, 1));
    responder = start(config(Autonomy.ACT));
    assertThat(responder.autonomy(SHOP)).isEqualTo(Autonomy.ASK);
  }

  @Test
  void rightDecisionsInARowLiftADemotionByOneStep() {
    Standing demoted = Standing.NEW.wrongRollback(Autonomy.ASK);
    assertThat(demoted.ceiling()).isEqualTo(Autonomy.RECOMMEND);
    Standing lifted = demoted.right(3).right(3).right(3);
    assertThat(lifted.ceiling()).isEqualTo(Autonomy.ASK);
    assertThat(lifted.rightInARow()).isZero();
  }

  @Test
  void theKillSwitchHoldsThroughARestartUntilItIsArmed() {
    shopRuns();
    responder.killSwitch(true, "ann");
    responder = start(config(Autonomy.ACT));
    assertThat(responder.killSwitch()).isEqualTo(new KillSwitch(true, now.get(), "ann"));
    responder.accept(judged(regressed()));
    assertRefused("armed", "arm the kill switch");
    responder.killSwitch(false, "ann");
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
  }

  @Test
  void oncePulledTheKillSwitchHasSeenTheLastSend() throws InterruptedException {
    shopRuns();
    var sending = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    platform.beforeWrite =
        () -> {
          sending.countDown();
          awaitLatch(goOn);
        };
    responder.accept(judged(regressed()));
    awaitLatch(sending);
    List<Integer> sentAtReturn = new CopyOnWriteArrayList<>();
    Thread puller =
        Thread.ofVirtual()
            .start(() -> {
              responder.killSwitch(true, "ann");
              sentAtReturn.add(platform.sent.size());
            });
    await().until(() -> responder.killSwitch().stopped());
    goOn.countDown();
    puller.join();
    assertThat(sentAtReturn).containsExactly(1);
    awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).hasSize(1);
  }

  @Test
  void aCollectorThatDiedWhileSendingLooksBeforeItDoesAnything() {
    shopRuns();
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    Response sending =
        responder.response(SHOP, "1.1").orElseThrow().in(State.SENDING, "Taking 1.1 back.");
    new Ledger(store).put(sending, Standing.NEW);
    responder = start(config(Autonomy.ACT));
    awaitState(State.ROLLED_BACK);
    assertThat(platform.sent).hasSize(1);
  }

  @Test
  void whatAPersonDidBesideResponsesIsALinkOfTheChain() {
    String before = responder.chainHead();
    responder.noted("somebody", "send again msg_1 to pager");
    assertThat(responder.chainHead()).isNotEqualTo(before);
    assertThat(responder.chainBroken()).isEmpty();
    byte[] first = "c/\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(store.get(StateStore.Table.RESPONSES, first))
        .asString(StandardCharsets.UTF_8)
        .contains("somebody", "send again msg_1 to pager");
  }

  @Test
  void theChainHoldsAndATamperedLinkIsFound() {
    shopRuns();
    assertThat(responder.chainHead()).isEqualTo("0".repeat(64));
    responder.accept(judged(regressed()));
    awaitState(State.ROLLED_BACK);
    assertThat(responder.chainHead()).hasSize(64).isNotEqualTo("0".repeat(64));
    assertThat(responder.chainBroken()).isEmpty();
    byte[] first = "c/\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    byte[] link = store.get(StateStore.Table.RESPONSES, first);
    assertThat(link).isNotNull();
    String forged = new String(link, StandardCharsets.UTF_8).replace("1.1", "1.2");
    store.write(
        List.of(
            new StateStore.Change(
                StateStore.Table.RESPONSES, first, forged.getBytes(StandardCharsets.UTF_8))));
    assertThat(responder.chainBroken()).isPresent();
  }

  @Test
  void aRealRollbackInterruptedByADeathIsFinishedOnceByTheNextCollector(@TempDir Path directory) {
    String shop = "directory/host1/shop";
    try (var bench = new FolderBench(directory, 3)) {
      bench.deploy("1.1");
      bench.file("slow", "0.5");
      try (Platform first = bench.open();
          var dying = start(config(Autonomy.ACT), first)) {
        first.watch(List.of(bench.release("1.1")), observation -> {});
        dying.accept(new Fact.ReleaseNoticed(event(shop, null, "1.0", false)));
        dying.accept(new Fact.Ranked(shop, now.get(), "1.0", now.get(), Rank.PASSED));
        dying.accept(new Fact.ReleaseNoticed(event(shop, "1.0", "1.1", false)));
        dying.accept(judged(regressed(shop)));
        await().until(() -> bench.running().contains("1.0"));
      }
      assertThat(bench.running()).contains("1.1");
      bench.file("slow", null);
      try (Platform second = bench.open();
          var next = start(config(Autonomy.ACT), second)) {
        second.watch(List.of(bench.release("1.1")), observation -> {});
        next.accept(judged(regressed(shop)));
        await().until(() -> next.response(shop, "1.1").orElseThrow().state() == State.ROLLED_BACK);
        assertThat(bench.running()).containsExactly("1.0", "1.0", "1.0");
        assertThat(bench.restarts().stream().filter("1"::equals)).hasSize(1);
        assertThat(next.response(shop, "1.1").orElseThrow().steps())
            .filteredOn(step -> step.name().equals("sent"))
            .hasSize(1);
      }
    }
  }

  private Responder start(RespondConfig config) {
    return start(config, platform);
  }

  private Responder start(RespondConfig config, Platform on) {
    open.forEach(Responder::close);
    var work = new ScheduledThreadPoolExecutor(1);
    var started = Responder.start(config, store, List.of(on), now::get, work, told::add);
    open.add(started);
    return started;
  }

  private static RespondConfig config(Autonomy autonomy) {
    return new RespondConfig(
        List.of(new RespondConfig.Rule("*/host1/shop", autonomy)),
        true,
        3,
        0.9,
        1000,
        3,
        3,
        Duration.ofMinutes(15),
        Duration.ofMinutes(10),
        false);
  }

  /// 1.0 was here before Tocsin and ran well; 1.1 came after it.
  private void shopRuns() {
    responder.accept(new Fact.ReleaseNoticed(event(SHOP, null, "1.0", false)));
    responder.accept(new Fact.Ranked(SHOP, now.get(), "1.0", now.get(), Rank.PASSED));
    responder.accept(new Fact.ReleaseNoticed(event("1.0", "1.1", false)));
  }

  private Response asked() {
    responder = start(config(Autonomy.ASK));
    shopRuns();
    responder.accept(judged(regressed()));
    return awaitState(State.ASKED);
  }

  private Answer answer(Choice choice, String hash) {
    return responder.answer(SHOP, "1.1", choice, hash, "ann");
  }

  private void assertRefused(String check, String safeWay) {
    Response refused = awaitState(State.REFUSED);
    assertThat(refused.preflight())
        .filteredOn(c -> !c.ok() && c.needed() == Autonomy.ASK)
        .singleElement()
        .satisfies(c -> assertThat(c.check()).isEqualTo(check))
        .satisfies(c -> assertThat(c.safeWay()).contains(safeWay));
    assertThat(platform.sent).isEmpty();
  }

  private Response awaitState(State state) {
    await().until(() -> state() == state);
    return responder.response(SHOP, "1.1").orElseThrow();
  }

  private State state() {
    return responder.response(SHOP, "1.1").orElseThrow().state();
  }

  private boolean settled(String release) {
    State state = responder.response(SHOP, release).orElseThrow().state();
    return state == State.ROLLED_BACK || state == State.REFUSED;
  }

  /// Returns when everything that was to be weighed so far has been.
  private void idle() {
    long before = told.size();
    responder.accept(judged(verdict("9.9", 9, Contrast.CONCURRENT, 1, "agent-1")));
    await().until(() -> told.size() > before + 1);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Fact verified(VerificationOutcome outcome) {
    return new Fact.Verified(SHOP, now.get(), "1.1", "1.0", outcome, "it " + outcome.word());
  }

  private static Fact judged(Verdict verdict) {
    return new Fact.Judged(verdict, false);
  }

  private Verdict regressed() {
    return regressed(SHOP);
  }

  private Verdict regressed(String workload) {
    return verdict(workload, "1.1", 9, Contrast.CONCURRENT, 1, "agent-1", "agent-2");
  }

  private Verdict verdict(
      String release, double logE, Contrast contrast, double completeness, String... agents) {
    return verdict(SHOP, release, logE, contrast, completeness, agents);
  }

  private Verdict verdict(
      String workload,
      String release,
      double logE,
      Contrast contrast,
      double completeness,
      String... agents) {
    var evidence =
        new Evidence(
            "error-ratio",
            "primary",
            "requests",
            logE,
            0.6,
            "requests",
            50,
            1000,
            10,
            1000,
            List.of(),
            List.of(agents),
            "five times as many errors");
    return new Verdict(
        workload,
        release,
        "1.0",
        now.get(),
        new Outcome.Regressed("five times as many errors"),
        contrast,
        logE,
        logE,
        completeness,
        2,
        2,
        null,
        List.of(evidence),
        List.of());
  }

  private ReleaseEvent event(String from, String to, boolean byTocsin) {
    return event(SHOP, from, to, byTocsin);
  }

  private ReleaseEvent event(String workload, @Nullable String from, String to, boolean byTocsin) {
    Release before = from == null ? null : new Release(workload, from, from);
    Release after = new Release(workload, to, to);
    return new ReleaseEvent(workload, before, after, now.get(), byTocsin, false, List.of());
  }

  private static Release release(String name) {
    return new Release(SHOP, name, name);
  }
}
