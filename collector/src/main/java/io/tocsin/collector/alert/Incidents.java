package io.tocsin.collector.alert;

import io.tocsin.collector.alert.Incident.Condition;
import io.tocsin.collector.alert.Incident.State;
import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Outcome.CannotJudge;
import io.tocsin.collector.judge.Outcome.Healthy;
import io.tocsin.collector.judge.Outcome.Regressed;
import io.tocsin.collector.judge.Outcome.Superseded;
import io.tocsin.collector.judge.Outcome.Undecided;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.profile.Guess;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Facts in, incidents and webhooks out, as values: no I/O, clock or threads, so that the same
/// inputs in the same order give the same outcomes. Confined to one thread, which writes the rows
/// of each [Outcome] in the order in which it got them.
///
/// A workload has at most one open incident. What several share has one of its own, and takes in
/// theirs, unless a release explains them. An incident stays open while a condition goes on (dead
/// feed, disturbance, regressed release, shared cause) and is over when the last has ended, or,
/// with anomalies alone, after the quiet time.
public final class Incidents {
  /// How far an incident may have begun before the shared cause that takes it in was noticed.
  private static final long MERGE_SLACK_MILLIS = Duration.ofMinutes(5).toMillis();

  private final AlertConfig config;
  private final Map<String, Incident> open = new TreeMap<>();
  private final Map<String, String> openOf = new HashMap<>();
  private final Map<String, Deployed> deployed = new HashMap<>();
  private final Map<String, Silence> silences = new TreeMap<>();

  public Incidents(AlertConfig config) {
    this.config = config;
  }

  /// As the rows of all outcomes left it.
  public static Incidents restore(AlertConfig config, StateStore store) {
    var incidents = new Incidents(config);
    Rows.incidents(store).stream()
        .filter(incident -> incident.state() == State.OPEN)
        .forEach(incidents::remember);
    Rows.deployed(store).forEach(d -> incidents.deployed.put(d.workload(), d));
    Rows.silences(store).forEach(s -> incidents.silences.put(s.id(), s));
    return incidents;
  }

  /// @param chainHead of the evidence so far, for the bodies
  public Outcome accept(Fact fact, String chainHead) {
    var step = new Step(fact.atMillis(), chainHead);
    switch (fact) {
      case Fact.ReleaseNoticed noticed -> released(noticed.event(), step);
      case Fact.Judged judged -> judged(judged.verdict(), judged.changed(), step);
      case Fact.Unusual unusual -> unusual(unusual.anomaly(), step);
      case Fact.Disturbance disturbance -> disturbed(disturbance, step);
      case Fact.SharedCause shared -> shared(shared, step);
      case Fact.FeedDead dead -> feedDead(dead, step);
      case Fact.Guessing(String workload, Guess guess) -> guessed(workload, guess, step);
      case Fact.Verified verified -> verified(verified, step);
      case Fact.Learning _, Fact.Ranked _ -> {}
    }
    return step.outcome();
  }

  /// Time passed: what was quiet for long enough is over, and so are silences.
  public Outcome tick(long nowMillis, String chainHead) {
    var step = new Step(nowMillis, chainHead);
    for (Silence silence : List.copyOf(silences.values())) {
      if (silence.untilMillis() <= nowMillis) {
        silences.remove(silence.id());
        step.rows.add(Rows.silenceEnded(silence.id()));
      }
    }
    for (Incident incident : List.copyOf(open.values())) {
      var draft = new Draft(incident);
      long quiet = nowMillis - incident.lastAdverseMillis();
      if (incident.ongoing().isEmpty() && quiet >= config.quiet().toMillis()) {
        draft.resolve(nowMillis);
        step.save(draft, true);
      } else if (incident.noticesMade() == 0 && step.tells(draft)) {
        step.save(draft, true); // its silence is over and it is not
      }
    }
    return step.outcome();
  }

  /// What people say of an incident, open or not. A false alarm and what was expected are over by
  /// that.
  ///
  /// @param incident as it is in the store
  public Outcome label(Incident incident, Feedback label, long nowMillis, String chainHead) {
    var step = new Step(nowMillis, chainHead);
    var draft = new Draft(open.getOrDefault(incident.id(), incident));
    draft.labelled(label, nowMillis);
    if (label != Feedback.REAL && draft.is(State.OPEN)) {
      draft.resolve(nowMillis);
    }
    step.save(draft, draft.is(State.RESOLVED) && incident.state() == State.OPEN);
    return step.outcome();
  }

  /// From now on, no webhooks for these workloads but those that say "resolved".
  public Outcome silence(Silence silence) {
    silences.put(silence.id(), silence);
    return new Outcome(List.of(), List.of(), List.of(Rows.silence(silence)));
  }

  /// Ends one early. An id that is none changes nothing.
  public Outcome endSilence(String id) {
    return silences.remove(id) == null
        ? Outcome.NOTHING
        : new Outcome(List.of(), List.of(), List.of(Rows.silenceEnded(id)));
  }

  /// Greatest risk first.
  public List<Incident> open() {
    return open.values().stream()
        .sorted(Comparator.comparingDouble(Incident::risk).reversed().thenComparing(Incident::id))
        .toList();
  }

  /// Those in force at the newest tick.
  public List<Silence> silences() {
    return List.copyOf(silences.values());
  }

  private void released(ReleaseEvent event, Step step) {
    var now =
        new Deployed(
            event.workload(),
            event.to().id(),
            event.to().name(),
            event.atMillis(),
            event.byTocsin());
    deployed.put(now.workload(), now);
    step.rows.add(Rows.deployed(now));
    Incident incident = own(event.workload());
    // Our own rollback ends nothing yet: its verification will say.
    if (incident != null
        && !event.byTocsin()
        && incident.ongoing().contains(Condition.REGRESSED)
        && !event.to().id().equals(incident.release())) {
      var draft = new Draft(incident);
      draft.ongoing.remove(Condition.REGRESSED);
      step.save(draft, false);
    }
  }

  private void judged(Verdict verdict, boolean changed, Step step) {
    Incident incident = own(verdict.workload());
    if (!changed || (incident == null && !Sentences.isRegressed(verdict))) {
      return; // also: what people called a false alarm does not come back at the next window
    }
    if (Sentences.isRegressed(verdict)) {
      boolean news = incident == null || !incident.ongoing().contains(Condition.REGRESSED);
      var draft = draft(incident, verdict.workload(), verdict.atMillis());
      String name = releaseName(verdict);
      draft.explainedBy(verdict.release(), name);
      draft.ongoing.add(Condition.REGRESSED);
      draft.judged(verdict.outcome().word(), verdict.atMillis());
      draft.worse(
          Severity.HIGH,
          Ranks.impact(verdict),
          Ranks.confidence(verdict),
          Sentences.regressed(verdict, name),
          verdict.atMillis());
      step.save(draft, news);
    } else if (incident != null && verdict.release().equals(incident.release())) {
      var draft = new Draft(incident);
      draft.judged(verdict.outcome().word(), verdict.atMillis());
      switch (verdict.outcome()) {
        case Healthy h -> draft.ongoing.remove(Condition.REGRESSED);
        case Superseded s -> draft.ongoing.remove(Condition.REGRESSED);
        // What was said stands until something else is known.
        case Regressed r -> {}
        case Undecided u -> {}
        case CannotJudge c -> {}
      }
      step.save(draft, false);
    }
  }

  private void unusual(Anomaly anomaly, Step step) {
    Incident incident = ownOrShared(anomaly.workload());
    var draft = draft(incident, anomaly.workload(), anomaly.windowEndMillis());
    if (incident == null) {
      explain(draft, anomaly.workload());
    }
    Severity severity = Ranks.severity(anomaly);
    boolean news = incident != null && severity.compareTo(incident.severity()) > 0;
    // What was said of a release or a shared cause says more than the next anomaly does.
    String says =
        incident == null || (news && !incident.shared())
            ? Sentences.unusual(anomaly)
            : incident.title();
    draft.anomaly(anomaly);
    draft.worse(
        severity,
        Ranks.impact(anomaly),
        Ranks.confidence(anomaly),
        says,
        anomaly.windowEndMillis());
    step.save(draft, news);
  }

  /// Holds an incident open and makes it wide; the anomalies behind it are what opens one.
  private void disturbed(Fact.Disturbance disturbance, Step step) {
    Incident incident = own(disturbance.workload());
    if (incident == null) {
      return;
    }
    var draft = new Draft(incident);
    if (disturbance.ended()) {
      ended(draft, Condition.DISTURBED, true, step);
    } else if (draft.ongoing.add(Condition.DISTURBED)) {
      draft.worse(incident.severity(), 1, 0, incident.title(), disturbance.atMillis());
      step.save(draft, false);
    }
  }

  private void feedDead(Fact.FeedDead dead, Step step) {
    Incident incident = own(dead.workload());
    if (dead.ended()) {
      if (incident != null) {
        var draft = new Draft(incident);
        ended(draft, Condition.FEED_DEAD, !draft.hasAnomalies(), step);
      }
      return;
    }
    var draft = draft(incident, dead.workload(), dead.sinceMillis());
    boolean news = draft.ongoing.add(Condition.FEED_DEAD);
    // That it cannot be seen is certain; that it suffers is not: half.
    draft.worse(Severity.MEDIUM, 0.5, 1, Sentences.feedDead(dead), dead.atMillis());
    step.save(draft, news);
  }

  /// One episode of a workload is one condition, however many sources take part.
  private void guessed(String workload, Guess guess, Step step) {
    Incident incident = own(workload);
    if (guess.news() == Guess.News.ENDED) {
      if (incident != null) {
        var draft = new Draft(incident);
        ended(draft, Condition.GUESSING, !draft.hasAnomalies(), step);
      }
      return;
    }
    boolean in = guess.news() == Guess.News.CAME_IN;
    var draft = draft(incident, workload, guess.sinceMillis());
    boolean news = draft.ongoing.add(Condition.GUESSING) || in;
    // Attempts are certain and harm nobody yet; whoever came in after them may be the owner at
    // last.
    draft.worse(
        in ? Severity.HIGH : Severity.MEDIUM,
        in ? 1 : 0.1,
        in ? 0.5 : 1,
        Sentences.guessed(workload, guess),
        guess.atMillis());
    step.save(draft, news);
  }

  private void shared(Fact.SharedCause shared, Step step) {
    var fresh =
        new Draft(
            shared.workload() + "/" + shared.cause(),
            true,
            shared.workloads(),
            shared.sinceMillis());
    Incident incident = open.get(fresh.id);
    if (shared.ended()) {
      if (incident != null) {
        ended(new Draft(incident), Condition.SHARED_CAUSE, true, step);
      }
      return;
    }
    var draft = incident == null ? fresh : new Draft(incident);
    draft.workloads.addAll(shared.workloads());
    draft.ongoing.add(Condition.SHARED_CAUSE);
    draft.worse(Severity.HIGH, 1, 0.9, Sentences.shared(shared), shared.atMillis());
    for (String workload : shared.workloads()) {
      Incident own = own(workload);
      if (own != null
          && !own.ongoing().contains(Condition.REGRESSED)
          && own.sinceMillis() >= shared.sinceMillis() - MERGE_SLACK_MILLIS) {
        draft.takeIn(own);
        var member = new Draft(own);
        member.said(Sentences.partOf(shared), shared.atMillis());
        member.mergeInto(draft.id, shared.atMillis());
        step.save(member, true);
      }
    }
    step.save(draft, false);
  }

  private void verified(Fact.Verified verified, Step step) {
    Incident incident = own(verified.workload());
    if (verified.outcome() == VerificationOutcome.HELPED) {
      if (incident != null) {
        var draft = new Draft(incident);
        draft.said(verified.sentence(), verified.atMillis());
        draft.ongoing.removeAll(List.of(Condition.REGRESSED, Condition.DISTURBED));
        if (draft.ongoing.isEmpty()) {
          draft.resolve(verified.atMillis());
        }
        step.save(draft, true);
      }
      return;
    }
    var draft = draft(incident, verified.workload(), verified.atMillis());
    // The release was not the cause, so that it no longer holds the incident open; anomalies do.
    draft.ongoing.remove(Condition.REGRESSED);
    draft.worse(Severity.CRITICAL, 1, 1, verified.sentence(), verified.atMillis());
    step.save(draft, true);
  }

  private void ended(Draft draft, Condition condition, boolean conclusive, Step step) {
    if (draft.ongoing.remove(condition)) {
      boolean over = conclusive && draft.ongoing.isEmpty();
      if (over) {
        draft.resolve(step.atMillis);
      }
      step.save(draft, over);
    }
  }

  private void explain(Draft draft, String workload) {
    Deployed newest = deployed.get(workload);
    if (newest != null
        && !newest.byTocsin()
        && newest.atMillis() <= draft.sinceMillis
        && draft.sinceMillis - newest.atMillis() <= config.watch().toMillis()) {
      draft.explainedBy(newest.release(), newest.name());
    }
  }

  private String releaseName(Verdict verdict) {
    Deployed newest = deployed.get(verdict.workload());
    return newest != null && newest.release().equals(verdict.release())
        ? newest.name()
        : verdict.release();
  }

  private static Draft draft(@Nullable Incident incident, String workload, long sinceMillis) {
    return incident == null
        ? new Draft(workload, false, List.of(workload), sinceMillis)
        : new Draft(incident);
  }

  private @Nullable Incident own(String workload) {
    String id = openOf.get(workload);
    return id == null ? null : open.get(id);
  }

  private @Nullable Incident ownOrShared(String workload) {
    Incident own = own(workload);
    return own != null
        ? own
        : open.values().stream()
            .filter(i -> i.shared() && i.workloads().contains(workload))
            .findFirst()
            .orElse(null);
  }

  private void remember(Incident incident) {
    open.put(incident.id(), incident);
    if (!incident.shared()) {
      openOf.put(incident.workloads().getFirst(), incident.id());
    }
  }

  private void forget(Incident incident) {
    open.remove(incident.id());
    openOf.values().remove(incident.id());
  }

  /// What one input does.
  private final class Step {
    private final long atMillis;
    private final String chainHead;
    private final Map<String, Incident> changed = new LinkedHashMap<>();
    private final List<Delivery> webhooks = new ArrayList<>();
    private final List<Change> rows = new ArrayList<>();

    Step(long atMillis, String chainHead) {
      this.atMillis = atMillis;
      this.chainHead = chainHead;
    }

    /// @param news whether those who were told already should hear of it
    void save(Draft draft, boolean news) {
      Incident before = draft.incident();
      List<Route> routes = config.routesFor(before.workloads());
      List<Route> joining = joining(before, routes);
      String type = noticeType(before, news);
      if (type != null && (before.state() == State.RESOLVED || tells(draft))) {
        tell(draft, type, routes.stream().filter(route -> !joining.contains(route)).toList());
      }
      if (!joining.isEmpty()) {
        tell(draft, News.OPENED, joining);
      }
      Incident after = draft.incident();
      changed.put(after.id(), after);
      if (after.state() == State.OPEN) {
        remember(after);
      } else {
        forget(after);
      }
    }

    /// Routes that an incident which goes on had not before: it took in workloads of others, whose
    /// own incidents end with that, and to them it is new.
    private List<Route> joining(Incident now, List<Route> routes) {
      Incident known = open.get(now.id());
      if (known == null || known.noticesMade() == 0 || now.state() == State.RESOLVED) {
        return List.of();
      }
      boolean heard =
          now.workloads().stream().anyMatch(w -> !known.workloads().contains(w) && !silenced(w));
      List<Route> had = config.routesFor(known.workloads());
      return heard ? routes.stream().filter(route -> !had.contains(route)).toList() : List.of();
    }

    private void tell(Draft draft, String type, List<Route> routes) {
      Incident about = draft.incident();
      int notice = about.noticesMade();
      String id = "msg_" + Ids.hash(about.id(), type, String.valueOf(notice));
      News told = News.of(about, type, id, atMillis, config, chainHead);
      for (Route route : routes) {
        webhooks.add(
            new Delivery(
                route.name(),
                id,
                type,
                about.id(),
                notice,
                route.shape(),
                Shape.body(told, route),
                atMillis,
                atMillis,
                0,
                null,
                false));
      }
      draft.noticed(type, atMillis, id);
    }

    /// Whether there is a route for it, and a workload of it that is not silenced.
    boolean tells(Draft draft) {
      return !config.routesFor(draft.workloads).isEmpty()
          && draft.workloads.stream().anyMatch(w -> !silenced(w));
    }

    private @Nullable String noticeType(Incident incident, boolean news) {
      boolean told = incident.noticesMade() > 0;
      if (incident.state() == State.RESOLVED) {
        return told && news ? News.RESOLVED : null;
      }
      return told ? (news ? News.UPDATED : null) : News.OPENED;
    }

    private boolean silenced(String workload) {
      return silences.values().stream().anyMatch(s -> s.covers(workload, atMillis));
    }

    Outcome outcome() {
      changed.values().forEach(incident -> rows.add(Rows.incident(incident)));
      webhooks.forEach(webhook -> rows.add(Rows.delivery(webhook)));
      return new Outcome(List.copyOf(changed.values()), webhooks, rows);
    }
  }
}
