package io.tocsin.collector;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.agent.config.Setting;
import io.tocsin.collector.alert.Alerter;
import io.tocsin.collector.alert.Delivery;
import io.tocsin.collector.alert.Feedback;
import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.alert.IncidentBook;
import io.tocsin.collector.deployment.Announcement;
import io.tocsin.collector.deployment.Announcements;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.ingest.AgentView;
import io.tocsin.collector.ingest.IngestServer;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.Refusal;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.MonitorLoop;
import io.tocsin.collector.respond.KillSwitch;
import io.tocsin.collector.respond.Responder;
import io.tocsin.collector.respond.Responder.TrackRecord;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.web.Actor;
import io.tocsin.collector.web.Commands;
import io.tocsin.collector.web.DoctorRow;
import io.tocsin.collector.web.Evidence;
import io.tocsin.collector.web.Policy;
import io.tocsin.collector.web.Refused;
import io.tocsin.collector.web.Silence;
import io.tocsin.collector.web.Sources;
import io.tocsin.collector.web.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What people ask of the stages, and tell them. Safe for use by many threads once it is seated.
final class Desk implements Sources, Commands {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4_096;

  private final CollectorConfig config;
  private final List<Setting> settings;
  private final StateStore store;
  private final InputLog inputs;
  private final MonitorLoop monitors;
  private final LongSupplier clock;
  private final IncidentBook incidents;
  private final Announcements announcements;
  private final long started;
  private @Nullable Stages stages;
  private Supplier<List<Policy.TokenName>> tokens = List::of;

  private record Stages(
      IngestServer ingest,
      Responder respond,
      Alerter alert,
      Conclusions conclusions,
      Doctor doctor) {}

  Desk(
      CollectorConfig config,
      List<Setting> settings,
      StateStore store,
      InputLog inputs,
      MonitorLoop monitors,
      LongSupplier clock) {
    this.config = config;
    this.settings = settings;
    this.store = store;
    this.inputs = inputs;
    this.monitors = monitors;
    this.clock = clock;
    this.incidents = new IncidentBook(store);
    this.announcements = new Announcements(store);
    this.started = clock.getAsLong();
  }

  /// The stages opened after it; nobody asks before.
  void seat(
      IngestServer ingest,
      Responder respond,
      Alerter alert,
      Conclusions conclusions,
      List<Platform> platforms) {
    var live =
        new Doctor.Live(
            ingest::agents,
            alert::routes,
            () -> respond.chainBroken().orElse(""),
            () -> respond.killSwitch().stopped());
    var doctor =
        new Doctor(
            config.data().directory(), config.alert().routes(), platforms, live, System::nanoTime);
    stages = new Stages(ingest, respond, alert, conclusions, doctor);
  }

  @Override
  public List<DoctorRow> doctor() {
    return seated().doctor.rows();
  }

  void tokens(Supplier<List<Policy.TokenName>> names) {
    tokens = names;
  }

  void bindTo(MeterRegistry metrics) {
    gauge(metrics, "tocsin.log.appended", () -> (double) inputs.newest(), "inputs ever appended");
    gauge(metrics, "tocsin.log.consumed", () -> (double) monitors.consumed(), "inputs consumed");
    gauge(metrics, "tocsin.store.bytes", () -> (double) store.sizeBytes(), "on disk, roughly");
    gauge(metrics, "tocsin.agents", () -> (double) agents().size(), "ever heard");
    gauge(
        metrics,
        "tocsin.agents.live",
        () -> (double) agents().stream().filter(AgentView::live).count(),
        "connected now");
    gauge(
        metrics,
        "tocsin.windows.received",
        () -> (double) agents().stream().mapToLong(AgentView::windowsReceived).sum(),
        "durable here");
    gauge(
        metrics,
        "tocsin.lines.received",
        () -> (double) agents().stream().mapToLong(AgentView::linesReceived).sum(),
        "counted in windows that are durable here");
    for (Refusal kind : Refusal.values()) {
      FunctionCounter.builder(
              "tocsin.agents.refused", this, desk -> desk.seated().ingest.refused(kind))
          .tag("why", kind.word())
          .description("connections and streams turned away since the start")
          .register(metrics);
    }
    gauge(metrics, "tocsin.incidents.open", () -> (double) openIncidents().size(), "open now");
    gauge(
        metrics,
        "tocsin.rollbacks.stopped",
        () -> killSwitch().stopped() ? 1.0 : 0.0,
        "1 while the kill switch is on");
  }

  private static void gauge(
      MeterRegistry metrics, String name, Supplier<Number> value, String help) {
    Gauge.builder(name, value).description(help).register(metrics);
  }

  @Override
  public String version() {
    return Collector.VERSION;
  }

  @Override
  public long startedAtMillis() {
    return started;
  }

  @Override
  public String ingest() {
    return config.listen().agents().host() + ":" + seated().ingest.port();
  }

  @Override
  public Collection<AgentView> agents() {
    return seated().ingest.agents();
  }

  @Override
  public Status.Log log() {
    return new Status.Log(inputs.newest(), monitors.consumed());
  }

  @Override
  public List<Status.Flow> flows() {
    long delivered = 0;
    long dead = 0;
    long waiting = 0;
    for (var route : seated().alert.routes()) {
      delivered += route.delivered();
      dead += route.dead() + route.dropped();
      waiting += route.waiting();
    }
    long newest = inputs.newest();
    long consumed = monitors.consumed();
    return List.of(
        new Status.Flow("inputs", newest, consumed, 0, newest - consumed),
        new Status.Flow("alerts", delivered + dead + waiting, delivered, dead, waiting));
  }

  @Override
  public long storeBytes() {
    return store.sizeBytes();
  }

  @Override
  public @Nullable Long rssBytes() {
    try {
      return Long.parseLong(Files.readString(STATM).split(" ")[1]) * PAGE_BYTES;
    } catch (IOException e) {
      return null; // not Linux
    }
  }

  @Override
  public List<Incident> incidents(int limit) {
    return incidents.newest(limit);
  }

  @Override
  public List<Incident> openIncidents() {
    return seated().conclusions.open();
  }

  @Override
  public Optional<Incident> incident(String id) {
    return Optional.ofNullable(incidents.get(id));
  }

  @Override
  public List<Delivery> deliveries(String incident) {
    return Stream.concat(deadLetters().stream(), seated().alert.waiting(1_000).stream())
        .filter(delivery -> incident.equals(delivery.incident()))
        .toList();
  }

  @Override
  public List<Delivery> deadLetters() {
    return seated().alert.deadLetters(1_000);
  }

  @Override
  public List<Silence> silences() {
    return seated().conclusions.silences().stream().map(Desk::shown).toList();
  }

  @Override
  public List<Response> responses() {
    return seated().respond.all();
  }

  @Override
  public Optional<Response> response(String workload, String release) {
    return seated().respond.response(workload, release);
  }

  @Override
  public TrackRecord record(String workload) {
    return seated().respond.record(workload);
  }

  @Override
  public List<Announcement> announcements(String workload) {
    return announcements.of(workload);
  }

  @Override
  public List<Known> templates(String workload) {
    return monitors.templates(workload);
  }

  @Override
  public Optional<Verdict> verdict(String workload, String release) {
    return monitors.verdict(workload, release);
  }

  @Override
  public KillSwitch killSwitch() {
    return seated().respond.killSwitch();
  }

  @Override
  public Evidence evidence() {
    return new Dossier(seated().respond, store, clock);
  }

  @Override
  public String chainHead() {
    return seated().respond.chainHead();
  }

  @Override
  public Optional<String> chainBroken() {
    return seated().respond.chainBroken();
  }

  @Override
  public Policy policy() {
    return new Policy(
        settings("budget."),
        config.respond().rules().stream()
            .map(rule ->
                new Policy.Autonomy(
                    rule.workloads(), rule.autonomy().word(), "", source("respond.rules")))
            .toList(),
        settings("respond."),
        seated().alert.routes().stream()
            .map(route ->
                new Policy.Route(
                    route.name(),
                    route.owners().isEmpty()
                        ? "every incident"
                        : "owner=" + String.join(", ", route.owners()),
                    route.shape().spoken() + " to " + route.host(),
                    route.lastDeliveredMillis(),
                    route.dead()))
            .toList(),
        tokens.get());
  }

  @Override
  public Done answer(Actor by, String workload, String release, Answer answer, String verdictHash) {
    var choice =
        switch (answer) {
          case TAKE_BACK -> io.tocsin.collector.respond.Answer.Choice.TAKE_BACK;
          case KEEP -> io.tocsin.collector.respond.Answer.Choice.KEEP;
        };
    return switch (seated().respond.answer(workload, release, choice, verdictHash, by.name())) {
      case io.tocsin.collector.respond.Answer.Taken(var response) -> new Done(response.sentence());
      case io.tocsin.collector.respond.Answer.Stale(String changed) ->
          throw new Refused(
              Refused.Why.CHANGED,
              "an answer to the verdict that stands",
              changed,
              "body.verdictHash",
              "read the release again, then answer");
      case io.tocsin.collector.respond.Answer.NotAsked(String why) ->
          throw new Refused(
              Refused.Why.CHANGED,
              "a question that waits",
              why,
              "release " + release,
              "see the release's page for what was done");
    };
  }

  @Override
  public Done announce(Announcement announcement) {
    // Chained before it counts: a gate may rest on it.
    seated()
        .respond
        .noted(
            announcement.by(),
            "announce %s of %s%s"
                .formatted(
                    announcement.name(),
                    announcement.workload(),
                    announcement.anyName() ? ", under any name" : ""));
    announcements.add(announcement);
    return new Done(
        "%s of %s is announced. It is judged once a platform or an agent sees it."
            .formatted(announcement.name(), announcement.workload()));
  }

  @Override
  public Done killSwitch(Actor by, boolean stopped) {
    seated().respond.killSwitch(stopped, by.name());
    return new Done(stopped ? "All rollbacks are stopped." : "Rollbacks are armed.");
  }

  @Override
  public Done feedback(Actor by, String incident, Label label) {
    Incident found =
        incident(incident)
            .orElseThrow(() ->
                new Refused(
                    Refused.Why.NOT_FOUND,
                    "an incident",
                    incident,
                    "path",
                    "see /api/incidents for those there are"));
    seated().conclusions.label(found, Feedback.of(label.word()));
    return new Done("Noted: " + label.word() + ".");
  }

  @Override
  public Done unlearn(Actor by, String workload, long fromMillis, long untilMillis) {
    seated()
        .respond
        .noted(
            by.name(),
            "unlearn %s from %s until %s"
                .formatted(
                    workload, Instant.ofEpochMilli(fromMillis), Instant.ofEpochMilli(untilMillis)));
    MonitorLoop.unlearn(inputs, workload, fromMillis, untilMillis);
    return new Done("Taken out of what is learnt. A fit without it follows with the next window.");
  }

  @Override
  public Silence silence(Actor by, String workload, @Nullable String incident, long forMillis) {
    if (incident != null) {
      // Held back wholesale, the next incident of the workload would go untold.
      throw new Refused(
          Refused.Why.MALFORMED,
          "a silence of a whole workload",
          "one of incident " + incident,
          "body.incident",
          "leave it out, or mark the incident as expected");
    }
    long now = clock.getAsLong();
    var silence =
        io.tocsin.collector.alert.Silence.of(workload, now, now + forMillis, "", by.name());
    seated().conclusions.silence(silence);
    return shown(silence);
  }

  @Override
  public Done unsilence(Actor by, String silence) {
    seated().conclusions.endSilence(silence);
    return new Done("Alerts go out again.");
  }

  @Override
  public Done sendAgain(Actor by, String route, String webhookId) {
    boolean there =
        deadLetters().stream()
            .anyMatch(dead -> dead.route().equals(route) && dead.webhookId().equals(webhookId));
    if (there) {
      seated().respond.noted(by.name(), "send again " + webhookId + " to " + route);
    }
    Alerter.Again again =
        there ? seated().alert.sendAgain(route, webhookId) : Alerter.Again.NO_SUCH_LETTER;
    return switch (again) {
      case ON_ITS_WAY -> new Done("On its way to " + route + " again, under the id it had.");
      case NO_SUCH_LETTER ->
          throw new Refused(
              Refused.Why.NOT_FOUND,
              "a dead letter of route " + route,
              webhookId,
              "path",
              "see /api/dead-letters for those there are; it may have been sent again already");
      case NO_SUCH_ROUTE ->
          throw new Refused(
              Refused.Why.CHANGED,
              "a route that is configured",
              route,
              "alert.routes",
              "add it again, and start the collector again");
      case OTHER_SHAPE ->
          throw new Refused(
              Refused.Why.CHANGED,
              "a letter of the shape that route " + route + " has now",
              "one of another shape",
              "alert.routes",
              "read the incident on the page; what comes next has the route's shape");
      case OVER ->
          throw new Refused(
              Refused.Why.CHANGED,
              "a letter of an incident that goes on",
              "one that is over",
              "path",
              "leave it: the receiver would keep an alert that nothing ends");
    };
  }

  @Override
  public Done testAlert(Actor by) {
    List<String> routes = seated().alert.testAlert();
    if (routes.isEmpty()) {
      throw new Refused(
          Refused.Why.CHANGED,
          "a route",
          "none",
          "alert.routes",
          "add one to the configuration and start the collector again");
    }
    return new Done("Sent to " + String.join(", ", routes) + ".");
  }

  private static Silence shown(io.tocsin.collector.alert.Silence silence) {
    return new Silence(
        silence.id(),
        silence.workloads(),
        silence.by(),
        silence.fromMillis(),
        silence.untilMillis(),
        0);
  }

  private List<Policy.Setting> settings(String prefix) {
    return settings.stream()
        .filter(setting -> setting.key().startsWith(prefix))
        .map(setting -> new Policy.Setting(setting.key(), setting.value(), null, setting.source()))
        .toList();
  }

  private String source(String key) {
    return settings.stream()
        .filter(setting -> setting.key().startsWith(key))
        .map(Setting::source)
        .findFirst()
        .orElse("default");
  }

  private Stages seated() {
    return requireNonNull(stages, "asked before the collector was started");
  }
}
