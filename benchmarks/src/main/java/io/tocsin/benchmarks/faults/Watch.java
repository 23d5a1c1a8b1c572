package io.tocsin.benchmarks.faults;

import io.tocsin.benchmarks.faults.Run.Point;
import io.tocsin.benchmarks.faults.Run.Told;
import io.tocsin.benchmarks.faults.Scenario.Step;
import io.tocsin.benchmarks.faults.Scenario.Truth;
import io.tocsin.collector.web.ReleaseDetail;
import io.tocsin.collector.web.VerdictView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// One run from the learnt site to its end: gives the scenario's commands when they are due, and
/// follows what the collector says.
final class Watch {
  private static final long POLL_MILLIS = 500;
  private static final int MAX_POINTS = 60;
  private static final int MAX_SENTENCES = 5;
  private static final double SPEAKS = 1;

  private final Scenario scenario;
  private final Stage stage;
  private final CollectorApi collector;
  private final int deadlineSeconds;
  private final int innocentSeconds;
  private final Deque<Step> steps;
  private final List<Told> story = new ArrayList<>();
  private List<String> evidence = List.of();
  private long startedAt;
  private @Nullable ReleaseDetail last;

  /// @param deadlineSeconds how long a bad release is followed after its fault, at most
  /// @param innocentSeconds how long any other is
  Watch(
      Scenario scenario,
      Stage stage,
      CollectorApi collector,
      int deadlineSeconds,
      int innocentSeconds) {
    this.scenario = scenario;
    this.stage = stage;
    this.collector = collector;
    this.deadlineSeconds = deadlineSeconds;
    this.innocentSeconds = innocentSeconds;
    steps = new ArrayDeque<>(scenario.steps());
  }

  /// @param workload the shop's key
  /// @param ledgers folder of what the instances really did
  Run run(long seed, String workload, Path ledgers) throws IOException, InterruptedException {
    stage.check();
    stage.command(steps.removeFirst().command());
    startedAt = System.currentTimeMillis();
    while (!over()) {
      while (!steps.isEmpty() && after() + scenario.faultAfter() >= steps.getFirst().second()) {
        stage.command(steps.removeFirst().command());
      }
      stage.check();
      ReleaseDetail now = collector.release(workload, scenario.release());
      if (now != null) {
        last = now;
        hear(now.verdict());
      }
      Thread.sleep(POLL_MILLIS);
    }
    double watched = after();
    return result(seed, watched, LedgerLine.of(ledgers, "shop"));
  }

  /// Seconds since the fault.
  private double after() {
    return after(System.currentTimeMillis());
  }

  private double after(long atMillis) {
    return Math.round((atMillis - faultAt()) / 100.0) / 10.0;
  }

  private long faultAt() {
    return startedAt + 1_000L * scenario.faultAfter();
  }

  private boolean over() {
    ReleaseDetail.Response response = last == null ? null : last.response();
    if (scenario.truth() == Truth.BAD) {
      return after() > deadlineSeconds || (response != null && response.outcome() != null);
    }
    return after() > innocentSeconds || (response != null && response.verifiedAtMillis() != null);
  }

  private void hear(VerdictView verdict) {
    Told before = story.isEmpty() ? null : story.getLast();
    if (before == null
        || !before.word().equals(verdict.word())
        || !Objects.equals(before.cause(), verdict.cause())) {
      story.add(new Told(after(), verdict.word(), verdict.cause(), verdict.sentence()));
    }
    boolean called = before != null && before.word().equals("regressed");
    if (!called || evidence.isEmpty()) {
      evidence =
          verdict.signals().stream()
              .filter(signal -> signal.evidence() > SPEAKS)
              .limit(MAX_SENTENCES)
              .map(Watch::said)
              .toList();
    }
  }

  private static String said(VerdictView.Signal signal) {
    return String.format(
        Locale.ROOT, "%s (e = %.3g): %s", signal.signal(), signal.evidence(), signal.sentence());
  }

  private Run result(long seed, double watched, List<LedgerLine> ledger) {
    OptionalDouble callable =
        scenario.effect().callableAfter(ledger, "1.1", faultAt(), deadlineSeconds);
    ReleaseDetail release = last;
    ReleaseDetail.Response response = release == null ? null : release.response();
    List<String> refusals =
        response == null
            ? List.of()
            : response.preflight().stream()
                .filter(check -> Boolean.FALSE.equals(check.ok()))
                .map(check -> check.check() + ": " + check.detail())
                .toList();
    return new Run(
        scenario.word(),
        seed,
        scenario.truth(),
        startedAt,
        scenario.faultAfter(),
        release == null ? "none" : release.verdict().word(),
        release == null ? null : release.verdict().cause(),
        release == null ? null : release.verdict().contrast(),
        release == null ? null : seconds(release.firstAnomalyAtMillis()),
        release == null ? null : seconds(release.calledAtMillis()),
        response == null ? null : seconds(response.rolledBackAtMillis()),
        response == null ? null : seconds(response.verifiedAtMillis()),
        response == null ? null : response.state().word(),
        refusals,
        callable.isPresent()
            ? Double.valueOf(Math.round(10 * callable.getAsDouble()) / 10.0)
            : null,
        watched,
        story,
        evidence,
        curve(release));
  }

  private @Nullable Double seconds(@Nullable Long atMillis) {
    return atMillis == null ? null : Double.valueOf(after(atMillis));
  }

  private List<Point> curve(@Nullable ReleaseDetail release) {
    if (release == null) {
      return List.of();
    }
    List<ReleaseDetail.Point> all = release.timeline();
    List<Point> curve = new ArrayList<>();
    int step = Math.max(1, all.size() / MAX_POINTS);
    for (int i = 0; i < all.size(); i += step) {
      ReleaseDetail.Point point = all.get(i);
      curve.add(
          new Point(
              after(point.atMillis()),
              Math.round(100 * Math.log(Math.max(point.evidence(), 1e-9))) / 100.0));
    }
    return curve;
  }
}
