package io.tocsin.benchmarks.faults;

import io.tocsin.benchmarks.faults.Effect.AtWork;
import io.tocsin.benchmarks.faults.Scenario.Step;
import io.tocsin.benchmarks.faults.Scenario.Truth;
import java.util.ArrayList;
import java.util.List;

/// Every story there is.
final class Scenarios {
  private static final double RATE = 60;
  // Half of the instances first. A bad release is held there until it should be known; an innocent
  // one must also survive that nothing old runs beside it any more.
  private static final Step HELD = new Step(0, "rollout shop 1.1 175");
  private static final Step ROLLOUT = new Step(0, "rollout shop 1.1 50");
  // A release without an error has one in ten thousand, or the first would be infinite evidence.
  private static final double NEVER = 1e-4;

  static final List<Scenario> ALL = all();

  private Scenarios() {}

  private static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    all.add(
        bad(
            "new-exception",
            "1 % of requests fail with an exception nobody has seen",
            "",
            "error-rate=0.01,error-on=all",
            new Effect.Share(LedgerLine::errors, NEVER, 0.01)));
    all.add(
        bad(
            "errors",
            "0.5 % of requests fail, then 2 %",
            "error-rate=0.005,error-on=all",
            "error-rate=0.02",
            new Effect.Share(LedgerLine::errors, 0.005, 0.02)));
    all.add(
        bad(
            "one-endpoint",
            "8 % of checkouts fail, a quarter of the requests",
            "",
            "error-rate=0.08",
            new Effect.Share(LedgerLine::errors, NEVER, 0.02)));
    // One request in twenty is slow; that log-normal shifted by ln 1.3 at sigma .5: one in 7.6.
    all.add(
        bad(
            "latency",
            "requests wait 30 % longer",
            "",
            "latency-factor=1.3",
            new Effect.Share(LedgerLine::slow, 0.05, 0.131)));
    all.add(
        bad(
            "leak",
            "2.5 MB a second are kept for ever: hours compressed into a minute",
            "",
            "leak-mb-per-second=2.5",
            new AtWork(line -> line.leakedMb() >= 8)));
    // Fewer requests than elsewhere: the host must have the time to serve them all.
    all.add(
        new Scenario(
            "cpu",
            "requests compute half as much again: 4 ms, then 6",
            Truth.BAD,
            "cpu-millis=4",
            "cpu-millis=6",
            RATE / 2,
            List.of(HELD),
            new AtWork(line -> line.requests() > 0 && line.spunMillis() >= 5 * line.requests()),
            0));
    all.add(
        bad(
            "crash-loop",
            "every start ends after 12 s",
            "",
            "exit-after-seconds=12",
            new Effect.Crashes(1 / 3_600.0, 1 / 13.0)));
    all.add(
        bad(
            "deadlock",
            "all requests hang from the tenth second on",
            "",
            "deadlock-after-seconds=10",
            new AtWork(line -> line.hung() > 0),
            10));
    all.add(
        bad(
            "log-flood",
            "twenty debug lines a request, left on",
            "",
            "debug-lines=20",
            new AtWork(line -> line.debugLines() > 0)));
    all.add(
        bad(
            "wrong-configuration",
            "the inventory's address is wrong",
            "",
            "inventory=http://127.0.0.1:9",
            new Effect.Share(LedgerLine::unavailable, NEVER, 0.6)));
    all.add(
        bad(
            "slow-start",
            "it listens after 25 s, the old one within one",
            "",
            "start-seconds=25",
            new AtWork(line -> !line.listening())));
    all.add(
        new Scenario(
            "one-instance",
            "5 % of requests fail on one of the new instances",
            Truth.ONE_INSTANCE,
            "",
            "error-rate=0.05,error-on=all,only-instance=1",
            RATE,
            List.of(HELD),
            new Effect.None(),
            0));

    all.add(innocent("clean", "nothing changes", "", ""));
    all.add(innocent("new-wording", "every line of the log is worded anew", "", "wording=2"));
    all.add(
        innocent(
            "start-up-lines", "four hundred more lines at the start", "", "start-up-lines=200"));
    all.add(
        innocent(
            "cold-caches",
            "requests wait thrice as long in the first eight seconds",
            "cold-seconds=8",
            ""));
    all.add(
        innocent(
            "more-traffic",
            "half as much traffic again, from the release on",
            "",
            "",
            new Step(0, "load shop 90")));
    all.add(
        innocent(
            "noisy-neighbour",
            "two processes take the host's cores for half a minute",
            "",
            "",
            new Step(5, "neighbour 2 30")));
    all.add(
        innocent(
            "dependency-outage",
            "the inventory begins to fail for everybody",
            "",
            "",
            new Step(3, "inventory fail")));
    all.add(
        innocent(
            "collector-restart",
            "the collector is away for eight seconds",
            "",
            "",
            new Step(10, "collector stop"),
            new Step(18, "collector start")));
    all.add(
        innocent(
            "agent-killed",
            "an agent is killed, the logs rotate, it comes back",
            "",
            "",
            new Step(10, "agent 1 kill"),
            new Step(12, "rotate shop"),
            new Step(15, "agent 1 start")));
    all.add(
        innocent(
            "clock-back",
            "one agent's clock steps back by 20 s",
            "",
            "",
            new Step(10, "clock -20")));
    all.add(
        innocent(
            "clock-forward",
            "one agent's clock steps forward by 20 s",
            "",
            "",
            new Step(10, "clock 20")));
    all.add(
        innocent(
            "cut-feed",
            "both agents are stopped",
            "",
            "",
            new Step(5, "agent 1 stop"),
            new Step(6, "agent 2 stop")));
    all.add(
        new Scenario(
            "tiny-traffic",
            "one request in two seconds to each instance",
            Truth.INNOCENT,
            "",
            "",
            0.5,
            List.of(ROLLOUT),
            new Effect.None(),
            0));
    all.add(
        innocent(
            "scale-out",
            "two more instances, of the new release",
            "",
            "",
            new Step(5, "scale shop 6")));
    all.add(
        innocent(
            "scale-in",
            "one of the old instances is taken away",
            "",
            "",
            new Step(10, "scale shop 3")));
    all.add(
        innocent(
            "two-releases",
            "the catalogue is released at the same moment",
            "",
            "",
            new Step(0, "rollout catalogue 1.1 50")));
    all.add(
        new Scenario(
            "bare-restart",
            "all instances are restarted, nothing is released",
            Truth.INNOCENT,
            "",
            "",
            RATE,
            List.of(new Step(0, "restart shop")),
            new Effect.None(),
            0));
    return List.copyOf(all);
  }

  private static Scenario bad(String word, String story, String old, String fresh, Effect effect) {
    return bad(word, story, old, fresh, effect, 0);
  }

  private static Scenario bad(
      String word, String story, String old, String fresh, Effect effect, int faultAfter) {
    return new Scenario(
        word, story, Truth.BAD, old, fresh, RATE, List.of(HELD), effect, faultAfter);
  }

  private static Scenario innocent(
      String word, String story, String old, String fresh, Step... beside) {
    List<Step> steps = new ArrayList<>(List.of(ROLLOUT));
    steps.addAll(List.of(beside));
    return new Scenario(word, story, Truth.INNOCENT, old, fresh, RATE, steps, new Effect.None(), 0);
  }
}
