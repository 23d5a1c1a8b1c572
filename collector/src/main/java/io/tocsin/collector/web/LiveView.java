package io.tocsin.collector.web;

import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.ingest.AgentView;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Moment;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.respond.KillSwitch;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.web.Board.Stretch;
import io.tocsin.collector.web.ReleaseDetail.Thresholds;
import io.tocsin.v1.AgentStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The page's queries, answered from the board and from the stages' own books.
public final class LiveView implements View {
  private static final int MAX_RELEASES = 1_000;
  private static final long SILENT_AFTER_MILLIS = 30_000;
  private static final long LATE_MILLIS = 15_000;

  private final Board board;
  private final Charts charts;
  private final Sources sources;
  private final LongSupplier clock;
  private final Thresholds thresholds;

  private LiveView(
      Board board, Charts charts, Sources sources, LongSupplier clock, Thresholds thresholds) {
    this.board = board;
    this.charts = charts;
    this.sources = sources;
    this.clock = clock;
    this.thresholds = thresholds;
  }

  /// A view over what the store holds, kept up by [#committed].
  ///
  /// @param sources asked only when somebody looks
  public static LiveView over(
      StateStore store, Sources sources, LongSupplier clock, Thresholds thresholds) {
    return new LiveView(new Board(store), new Charts(store), sources, clock, thresholds);
  }

  /// Takes in what the monitors committed.
  public void committed(List<Numbered> facts, List<Moment> moments) {
    board.committed(facts, moments);
  }

  /// Takes in what the responder did.
  public void responded(Response response) {
    board.publish(
        "response",
        clock.getAsLong(),
        response.workload(),
        response.release(),
        null,
        response.sentence());
  }

  @Override
  public Status status() {
    long now = clock.getAsLong();
    long newest = board.newestWindowEnd();
    Long behind = newest == 0 ? null : (Long) Math.max(0, now - newest);
    List<Incident> incidents = sources.openIncidents();
    List<Response> responses = sources.responses();
    KillSwitch kill = sources.killSwitch();
    return new Status(
        sources.version(),
        sources.startedAtMillis(),
        now,
        behind,
        behind != null && behind > LATE_MILLIS ? "no agent has sent a window since" : null,
        sources.ingest(),
        new Status.KillSwitch(
            kill.stopped(),
            kill.sinceMillis(),
            kill.by(),
            count(responses, Response.State.SENDING, Response.State.RUNNING)),
        incidents.size(),
        (int)
            board.workloads(WorkloadLife::state).stream().filter(s -> s == State.ON_WATCH).count(),
        count(responses, Response.State.ASKED),
        sources.log(),
        sources.storeBytes(),
        sources.rssBytes(),
        sources.flows());
  }

  @Override
  public Overview overview() {
    return Overview.of(
        workloads(), sources.agents().size(), lastNeed(), board.completeness(), null);
  }

  @Override
  public List<WorkloadRow> workloads() {
    return board.workloads(this::row).stream()
        .sorted(
            Comparator.comparing(WorkloadRow::state)
                .thenComparing(row -> row.release() == null)
                .thenComparing(WorkloadRow::key))
        .toList();
  }

  @Override
  public Optional<WorkloadDetail> workload(String workload) {
    List<Known> templates = sources.templates(workload);
    return board.workload(
        workload, life -> WorkloadDetails.of(life, row(life), openIncident(workload), templates));
  }

  @Override
  public Optional<Series> series(String workload, long fromMillis, long toMillis) {
    // What the board knows is copied under its lock; the charts are read outside it.
    record Copied(List<Series.Flag> flags, @Nullable String watched, Map<String, String> names) {}
    Optional<Copied> copied =
        board.workload(
            workload,
            life -> {
              List<Series.Flag> flags = new ArrayList<>();
              Map<String, String> names = new HashMap<>();
              for (ReleaseLife release : life.releases()) {
                long at = release.event.atMillis();
                names.put(release.event.to().id(), release.event.to().name());
                Release from = release.event.from();
                if (from != null) {
                  names.putIfAbsent(from.id(), from.name());
                }
                if (at >= fromMillis && at < toMillis) {
                  flags.add(new Series.Flag(at, release.event.to().name(), true));
                }
              }
              ReleaseLife newest = life.newest();
              boolean compared = newest != null && newest.event.from() != null;
              return new Copied(
                  flags, compared && newest != null ? newest.event.to().id() : null, names);
            });
    return copied.map(found -> {
      List<Series.Span> spans = new ArrayList<>();
      for (Incident incident : sources.incidents(MAX_RELEASES)) {
        if (incident.workloads().contains(workload) && incident.sinceMillis() < toMillis) {
          spans.add(
              new Series.Span(incident.id(), incident.sinceMillis(), incident.resolvedMillis()));
        }
      }
      return charts.series(
          charts.points(workload, fromMillis, toMillis),
          fromMillis,
          toMillis,
          found.watched,
          release -> found.names.getOrDefault(release, release),
          found.flags,
          spans);
    });
  }

  @Override
  public List<ReleaseRow> releases() {
    List<ReleaseRow> rows = new ArrayList<>();
    for (List<ReleaseRow> each : board.workloads(this::judged)) {
      rows.addAll(each);
    }
    rows.sort(
        Comparator.comparing((ReleaseRow row) -> row.askedUntilMillis() == null)
            .thenComparingLong(row -> -row.deployedAtMillis()));
    return rows.subList(0, Math.min(MAX_RELEASES, rows.size()));
  }

  @Override
  public Optional<ReleaseDetail> release(String workload, String release) {
    Optional<Stretch> stretch =
        board
            .workload(
                workload,
                life ->
                    Optional.ofNullable(life.release(release))
                        .map(r -> new Stretch(workload, release, r.firstFact, r.lastFact)))
            .flatMap(found -> found);
    return stretch.flatMap(facts -> {
      // Facts are read outside the board's lock: the monitors wait for it.
      List<ReleaseDetail.Point> timeline = board.timeline(facts);
      return board
          .workload(
              workload,
              life ->
                  Optional.ofNullable(life.release(release))
                      .map(found -> detail(life, found, timeline)))
          .flatMap(found -> found);
    });
  }

  @Override
  public Evidence evidence() {
    return sources.evidence();
  }

  @Override
  public List<DoctorRow> doctor() {
    return sources.doctor();
  }

  @Override
  public GateAnswer gate(GateQuestion question) {
    // Of this workload alone: it is asked every few seconds, and the newest of all may leave it
    // out.
    List<ReleaseRow> rows = board.workload(question.workload(), this::judged).orElse(List.of());
    return GateAnswer.of(question, rows, sources.announcements(question.workload()));
  }

  @Override
  public boolean knows(String workload) {
    return board.workload(workload, life -> true).orElse(false);
  }

  @Override
  public List<IncidentRow> incidents() {
    return sources.incidents(MAX_RELEASES).stream()
        .sorted(
            Comparator.comparing((Incident i) -> i.resolvedMillis() != null)
                .thenComparingLong(i -> -i.sinceMillis()))
        .map(IncidentDetails::row)
        .toList();
  }

  @Override
  public Optional<IncidentDetail> incident(String id) {
    return sources
        .incident(id)
        .map(incident -> IncidentDetails.of(incident, sources, clock.getAsLong()));
  }

  @Override
  public List<AgentRow> agents() {
    long now = clock.getAsLong();
    return sources.agents().stream()
        .map(agent -> row(agent, now, board.completeness(agent.id())))
        .sorted(
            Comparator.comparing((AgentRow row) -> row.state().equals("live"))
                .thenComparing(AgentRow::id))
        .toList();
  }

  @Override
  public Policy policy() {
    return sources.policy();
  }

  @Override
  public List<Silence> silences() {
    return sources.silences();
  }

  @Override
  public List<DeadLetter> deadLetters() {
    return sources.deadLetters().stream()
        .map(dead ->
            new DeadLetter(
                dead.route(),
                dead.webhookId(),
                dead.type(),
                dead.incident(),
                dead.createdMillis(),
                dead.attempts(),
                Objects.requireNonNullElse(dead.lastError(), "")))
        .toList();
  }

  @Override
  public long newestEvent() {
    return board.newestEvent();
  }

  @Override
  public Events eventsAfter(long id, int limit) {
    return board.eventsAfter(id, limit);
  }

  private WorkloadRow row(WorkloadLife life) {
    ReleaseLife newest = life.newest();
    Release current = life.current;
    Response response =
        newest == null ? null : sources.response(life.key, newest.event.to().id()).orElse(null);
    Long asked =
        response != null && response.state() == Response.State.ASKED
            ? response.deadlineMillis()
            : null;
    Incident incident = openIncident(life.key);
    List<@Nullable Double> spark = new ArrayList<>();
    life.spark().forEach(spark::add);
    return new WorkloadRow(
        life.key,
        Names.group(life.key),
        Names.workload(life.key),
        null,
        life.state(),
        WorkloadDetails.sentence(life, response),
        life.sinceMillis,
        current == null ? null : current.id(),
        current == null ? null : current.name(),
        rank(newest),
        life.moment == null ? 0 : life.moment.window().instances().size(),
        WorkloadDetails.requestsPerSecond(life),
        WorkloadDetails.completeness(life),
        incident == null ? null : (Integer) (int) Math.round(100 * incident.risk()),
        learning(life),
        asked,
        spark);
  }

  private static WorkloadRow.@Nullable Learning learning(WorkloadLife life) {
    var learning = life.learning;
    if (learning == null) {
      return new WorkloadRow.Learning(0, null);
    }
    return learning.progress() >= 1
        ? null
        : new WorkloadRow.Learning(learning.progress(), learning.readyAtMillis());
  }

  private static @Nullable String rank(@Nullable ReleaseLife newest) {
    if (newest == null) {
      return null;
    }
    Rank rank = newest.rank;
    return rank != null ? rank.word() : newest.event.from() == null ? null : "on watch";
  }

  private List<ReleaseRow> judged(WorkloadLife life) {
    return life.releases().stream()
        .filter(release -> release.event.from() != null)
        .map(release -> row(life, release))
        .toList();
  }

  private ReleaseRow row(WorkloadLife life, ReleaseLife release) {
    Verdict verdict = release.verdict;
    Response response = sources.response(life.key, release.event.to().id()).orElse(null);
    Release from = release.event.from();
    return new ReleaseRow(
        life.key,
        Names.workload(life.key),
        release.event.to().id(),
        release.event.to().name(),
        from == null ? null : from.name(),
        release.event.atMillis(),
        release.word(),
        verdict == null ? "No window since the release yet." : VerdictView.of(verdict).sentence(),
        verdict == null ? 1 : VerdictView.eValue(verdict.logE()),
        verdict == null ? 1 : VerdictView.eValue(verdict.maxLogE()),
        response == null ? null : Responses.state(response.state()),
        response != null && response.state() == Response.State.ASKED
            ? response.deadlineMillis()
            : null,
        release.event.byTocsin());
  }

  private ReleaseDetail detail(
      WorkloadLife life, ReleaseLife release, List<ReleaseDetail.Point> timeline) {
    String id = release.event.to().id();
    Release from = release.event.from();
    Verdict full = sources.verdict(life.key, id).orElse(release.verdict);
    VerdictView verdict =
        full == null ? Responses.noVerdictYet(release.event.atMillis()) : VerdictView.of(full);
    Response response = sources.response(life.key, id).orElse(null);
    Incident incident = openIncident(life.key);
    return new ReleaseDetail(
        life.key,
        Names.workload(life.key),
        null,
        id,
        release.event.to().name(),
        from == null ? null : from.id(),
        from == null ? null : from.name(),
        release.event.atMillis(),
        release.firstAnomalyAt,
        release.calledAt,
        life.moment == null ? 0 : life.moment.window().instances().size(),
        release.newer,
        incident == null ? null : incident.id(),
        thresholds,
        verdict,
        timeline,
        response == null ? null : Responses.of(response, sources.record(life.key)),
        response == null ? "" : response.verdictHash());
  }

  private static AgentRow row(AgentView agent, long now, @Nullable Double completeness) {
    boolean heard = now - agent.lastHeardMillis() < SILENT_AFTER_MILLIS;
    boolean live = agent.live() && heard;
    AgentStatus status = agent.status();
    // What was said before the collector started, or before it fell silent, is not known to hold
    // now.
    boolean known = live && status.getRssBytes() > 0;
    boolean told = agent.account().flow().getWindowsSealed() > 0;
    List<String> says = new ArrayList<>();
    if (!live) {
      long seconds = (now - agent.lastHeardMillis()) / 1_000;
      says.add(
          agent.live()
              ? "Not heard for " + seconds + " s."
              : "Disconnected " + seconds + " s ago.");
    }
    if (agent.batchesMissed() > 0) {
      says.add(agent.batchesMissed() + " batches were given up by its spool.");
    }
    if (Math.abs(agent.skewMillis()) > 2_000) {
      says.add("Its clock is off by " + agent.skewMillis() / 1000 + " s.");
    }
    long due = status.getBytesLag();
    return new AgentRow(
        agent.id(),
        agent.host(),
        agent.version(),
        live ? "live" : "silent",
        String.join(" ", says),
        agent.lastHeardMillis(),
        known ? (Long) agent.skewMillis() : null,
        known ? (Long) status.getRssBytes() : null,
        known ? (Double) status.getCpuCores() : null,
        known ? (Long) status.getLinesRead() : null,
        agent.linesReceived(),
        known ? (Long) status.getLinesDropped() : null,
        known ? (Long) status.getWindowsSealed() : null,
        agent.windowsReceived(),
        known && told ? windows(agent.account()) : null,
        known && told ? lines(agent.account()) : null,
        known ? (Long) status.getSpoolRecords() : null,
        known ? (Long) status.getSpoolBytes() : null,
        known ? (Long) due : null,
        known ? (Long) status.getFiles() : null,
        known ? completeness : null,
        status.getUnreadableList(),
        status.getMaskedMap(),
        agent.instances());
  }

  private static AgentRow.Flow windows(AgentView.Account account) {
    var flow = account.flow();
    return AgentRow.Flow.of(
        flow.getWindowsSealed(),
        account.windowsReceived(),
        flow.getWindowsGivenUp(),
        flow.getWindowsWaiting());
  }

  private static AgentRow.Flow lines(AgentView.Account account) {
    var flow = account.flow();
    return AgentRow.Flow.of(
        flow.getLinesSealed(),
        account.linesReceived(),
        flow.getLinesGivenUp(),
        flow.getLinesWaiting());
  }

  private @Nullable String lastNeed() {
    return sources.incidents(1).stream().findFirst().map(Incident::title).orElse(null);
  }

  private @Nullable Incident openIncident(String workload) {
    return sources.openIncidents().stream()
        .filter(incident -> incident.workloads().contains(workload))
        .findFirst()
        .orElse(null);
  }

  private static int count(List<Response> responses, Response.State... states) {
    return (int) responses.stream().filter(r -> List.of(states).contains(r.state())).count();
  }
}
