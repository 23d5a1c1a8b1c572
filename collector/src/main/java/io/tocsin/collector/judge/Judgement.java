package io.tocsin.collector.judge;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One release on watch, from its event until another release comes or it is given up. Pure: time
/// is the windows' own. Confined to one thread.
///
/// Feed it every sealed window, also an empty one where nothing came: silence is counted in
/// windows. Regressed is final (Ville's inequality holds for the first crossing); healthy stands
/// until a later window turns it into regressed.
public final class Judgement {

  private static final int MAX_EVIDENCE = 40;
  // An e-value of 2: a harmless release is there at most half of the time, and only for a while.
  private static final double SUSPECTED = StrictMath.log(2);

  private final JudgeConfig config;
  private State now;

  /// Everything a judgement knows, as plain values; restores to equal verdicts, bit for bit.
  ///
  /// @param release id judged
  /// @param releaseName what people call it
  /// @param baseline id compared with; empty when there is none
  /// @param sinceMillis when the platform changed
  /// @param atMillis end of the newest window taken in
  public record State(
      String workload,
      String release,
      String releaseName,
      String baseline,
      long sinceMillis,
      long atMillis,
      Standard standard,
      Tracks tracks,
      Feed feed,
      double maxLogE,
      Standing standing) {}

  /// An [Outcome] as plain values.
  record Standing(String word, String cause, String text, long untilMillis) {
    static Standing of(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Healthy o -> new Standing(o.word(), "", o.sentence(), 0);
        case Outcome.Regressed o -> new Standing(o.word(), "", o.sentence(), 0);
        case Outcome.Undecided o -> new Standing(o.word(), "", o.missing(), o.untilMillis());
        case Outcome.CannotJudge o -> new Standing(o.word(), o.cause(), o.sentence(), 0);
        case Outcome.Superseded o -> new Standing(o.word(), "", o.by(), 0);
      };
    }

    Outcome outcome() {
      return switch (word) {
        case "healthy" -> new Outcome.Healthy(text);
        case "regressed" -> new Outcome.Regressed(text);
        case "undecided so far" -> new Outcome.Undecided(text, untilMillis);
        case "cannot judge" -> new Outcome.CannotJudge(cause, text);
        case "superseded" -> new Outcome.Superseded(text);
        default ->
            throw new IllegalStateException(
                "a judgement's snapshot stands at \"%s\", which is no outcome".formatted(word));
      };
    }
  }

  private Judgement(JudgeConfig config, State state) {
    this.config = config;
    this.now = state;
  }

  /// Puts the event's new release on watch against what `baseline` has learnt of the old one.
  public static Judgement begin(JudgeConfig config, Baseline baseline, ReleaseEvent event) {
    Release from = event.from();
    boolean comparable =
        from != null
            && from.id().equals(baseline.release())
            && baseline.known()
            && !from.id().equals(event.to().id());
    Standard standard = Standard.of(config, baseline);
    Outcome outcome =
        comparable
            ? new Outcome.Undecided(
                "needs a new instance that has run for "
                    + Sentences.duration(config.startUpMillis() / 1000.0),
                event.atMillis() + config.giveUpMillis())
            : new Outcome.CannotJudge(
                "no-baseline", "Nothing to compare with. No release ran here long enough before.");
    return new Judgement(
        config,
        new State(
            event.workload(),
            event.to().id(),
            event.to().name(),
            comparable ? baseline.release() : "",
            event.atMillis(),
            event.atMillis(),
            standard,
            Tracks.NONE,
            Feed.expecting(standard.instances()),
            0,
            Standing.of(outcome)));
  }

  public static Judgement restore(JudgeConfig config, State state) {
    return new Judgement(config, state);
  }

  public State snapshot() {
    return now;
  }

  /// Takes in the next window of the workload. Windows that came late or began before the release
  /// change nothing.
  ///
  /// @param surroundings what others know of this very window
  public Verdict accept(SealedWindow window, TemplateBook book, Surroundings surroundings) {
    boolean superseded = now.standing.outcome() instanceof Outcome.Superseded;
    if (window.late() || window.startMillis() < now.sinceMillis || superseded) {
      return verdict();
    }
    boolean disturbed =
        surroundings.sharedCause() != null
            || skewed(surroundings)
            || beganBefore(window, surroundings);
    Feed feed = now.feed.next(window, now.release, now.tracks.newIds());
    Tracks tracks =
        disturbed || now.baseline.isEmpty()
            ? now.tracks
            : now.tracks.next(
                config,
                now.standard,
                now.release,
                now.baseline,
                window,
                book,
                surroundings.anomalous());
    Findings findings = Findings.of(tracks, now.standard, config);
    double maxLogE = StrictMath.max(now.maxLogE, findings.logE());
    State next = with(window.endMillis(), tracks, feed, maxLogE, now.standing);
    Outcome outcome = decide(next, findings, surroundings, disturbed);
    now = with(window.endMillis(), tracks, feed, maxLogE, Standing.of(outcome));
    return verdict(findings);
  }

  /// Another release came before an answer; an answer already given stays.
  public Judgement supersede(String by) {
    Outcome outcome = now.standing.outcome();
    boolean answered = outcome instanceof Outcome.Regressed || outcome instanceof Outcome.Healthy;
    Standing standing = answered ? now.standing : Standing.of(new Outcome.Superseded(by));
    now = with(now.atMillis, now.tracks, now.feed, now.maxLogE, standing);
    return this;
  }

  /// The state after the newest window.
  public Verdict verdict() {
    return verdict(Findings.of(now.tracks, now.standard, config));
  }

  private State with(long atMillis, Tracks tracks, Feed feed, double maxLogE, Standing standing) {
    return new State(
        now.workload,
        now.release,
        now.releaseName,
        now.baseline,
        now.sinceMillis,
        atMillis,
        now.standard,
        tracks,
        feed,
        maxLogE,
        standing);
  }

  private Verdict verdict(Findings findings) {
    List<Evidence> strongest =
        findings.all().stream()
            .map(Finding::evidence)
            .sorted(Comparator.comparingDouble(Evidence::logE).reversed())
            .limit(MAX_EVIDENCE)
            .toList();
    return new Verdict(
        now.workload,
        now.release,
        now.baseline,
        now.atMillis,
        now.standing.outcome(),
        now.tracks.contrast(),
        findings.logE(),
        now.maxLogE,
        now.feed.completeness(),
        now.tracks.instances(true),
        now.tracks.instances(false),
        null,
        strongest,
        missing(now).bySignal());
  }

  private Outcome decide(
      State next, Findings findings, Surroundings surroundings, boolean disturbed) {
    Outcome before = now.standing.outcome();
    double bar = -StrictMath.log(config.alphaVerdict());
    boolean complete = next.feed.completeness() >= config.minCompleteness();
    if (before instanceof Outcome.Regressed) {
      return before;
    }
    if (findings.agreedLogE() >= bar && complete && !disturbed && !next.feed.dead()) {
      return new Outcome.Regressed(
          "%s regressed. %s".formatted(next.releaseName, findings.strongest()));
    }
    if (before instanceof Outcome.Healthy) {
      return before;
    }
    String cause = surroundings.sharedCause();
    if (cause != null) {
      boolean earlier = surroundings.sinceMillis() < next.sinceMillis;
      return new Outcome.CannotJudge(
          "shared-cause",
          "Shared cause. %s since %s%s."
              .formatted(
                  cause,
                  Sentences.clock(surroundings.sinceMillis()),
                  earlier ? ", before release " + next.releaseName : ""));
    }
    if (skewed(surroundings)) {
      return new Outcome.CannotJudge(
          "clock-skew",
          "Clocks differ by %s ms, at most one window of %s ms can be judged."
              .formatted(
                  Sentences.number((double) surroundings.skewMillis()),
                  Sentences.number((double) config.windowMillis())));
    }
    if (next.feed.dead()) {
      return new Outcome.CannotJudge("feed-dead", deadFeed(next.feed));
    }
    if (disturbed) {
      return new Outcome.CannotJudge(
          "began-before",
          "It began before the release. The workload has deviated since %s, %s came at %s, and nothing old runs beside it."
              .formatted(
                  Sentences.clock(surroundings.disturbedMillis()),
                  next.releaseName,
                  Sentences.clock(next.sinceMillis)));
    }
    if (next.baseline.isEmpty()) {
      return before;
    }
    return undisturbed(next, findings, complete, bar);
  }

  private Outcome undisturbed(State next, Findings findings, boolean complete, double bar) {
    boolean called = findings.logE() >= bar;
    if (!complete && (called || next.feed.measured())) {
      return new Outcome.CannotJudge(
          "incomplete",
          "The feed is incomplete. %s of bytes read, %s needed."
              .formatted(
                  Sentences.percent(next.feed.completeness()),
                  Sentences.percent(config.minCompleteness())));
    }
    if (called) {
      return findings.onOneNode()
          ? new Outcome.CannotJudge(
              "one-node-only",
              "Only new instances on one node are harmed: look at the node first. "
                  + findings.strongest())
          : new Outcome.CannotJudge(
              "one-instance-only", "Too few of the new instances agree. " + findings.strongest());
    }
    boolean baked = next.atMillis - next.sinceMillis >= config.fastBakeMillis();
    // Primary signals alone would call a leak healthy while its evidence grows.
    Optional<String> leaning = findings.leaning();
    boolean suspected = findings.logE() > SUSPECTED || leaning.isPresent();
    boolean refutedCounts =
        !next.tracks.counts().isEmpty()
            && next.tracks.contrast() != null
            && next.tracks.counts().values().stream().allMatch(CountTrack::refuted);
    if (baked && refutedCounts && !suspected && complete) {
      return new Outcome.Healthy(
          "%s is healthy. Worse than the margin is refuted for %s."
              .formatted(next.releaseName, String.join(", ", signals(next.tracks))));
    }
    Missing missing = missing(next);
    if (next.atMillis - next.sinceMillis >= config.giveUpMillis()) {
      return new Outcome.CannotJudge(
          "too-little-traffic",
          "Too little to judge by within %s: %s."
              .formatted(Sentences.duration(config.giveUpMillis() / 1000.0), missing.sentence()));
    }
    return new Outcome.Undecided(
        refutedCounts && leaning.isPresent()
            ? leaning.get().replaceFirst("\\.$", "")
            : missing.sentence(),
        next.sinceMillis + config.giveUpMillis());
  }

  private Missing missing(State state) {
    return new Missing(config, state.standard, state.tracks, state.sinceMillis, state.atMillis);
  }

  private static List<String> signals(Tracks tracks) {
    return tracks.counts().keySet().stream().map(Primary::signal).toList();
  }

  /// What began before the release is not its doing. Old instances beside it would show that by
  /// themselves.
  private boolean beganBefore(SealedWindow window, Surroundings surroundings) {
    long since = surroundings.disturbedMillis();
    return since > 0
        && since + config.windowMillis()
            <= now.sinceMillis // else it may be the release's own window
        && window.instances().stream().noneMatch(part -> part.release().equals(now.baseline));
  }

  private boolean skewed(Surroundings surroundings) {
    return surroundings.skewMillis() > config.windowMillis();
  }

  private String deadFeed(Feed feed) {
    return "The feed is dead on %d of %d instances since %s. %s of windows since the release, %s needed."
        .formatted(
            feed.silent(),
            feed.instances(),
            Sentences.clock(feed.silentSince()),
            Sentences.percent(feed.completeness()),
            Sentences.percent(config.minCompleteness()));
  }
}
