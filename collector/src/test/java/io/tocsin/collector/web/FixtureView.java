package io.tocsin.collector.web;

import io.tocsin.collector.deployment.Announcement;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.judge.Evidence.Part;
import io.tocsin.collector.web.WorkloadRow.Learning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A night in a shop: checkout-api 1.42.0 regressed and waits for an answer, posting-worker is
/// undecided, transcode's feed is dead, mailer learns. It is 03:12:40 when the story begins.
public final class FixtureView implements View, Commands {
  static final long NOW = Instant.parse("2026-11-12T03:12:40Z").toEpochMilli();
  public static final String CHECKOUT = "kubernetes/payments/checkout-api";
  static final String POSTING = "kubernetes/ledger/posting-worker";
  static final String TRANSCODE = "kubernetes/media/transcode";
  static final String MAILER = "docker/vm-7/mailer";
  public static final String LOG = "file/vm-7/var%2Flog%2Fapp.log";
  public static final String HASH = "9c417ae055b2";

  private static final long MINUTE = 60_000;
  private static final long DEPLOYED = Instant.parse("2026-11-12T02:58:20Z").toEpochMilli();
  private static final long DEADLINE = Instant.parse("2026-11-12T03:34:00Z").toEpochMilli();
  private static final ReleaseDetail.Thresholds THRESHOLDS =
      new ReleaseDetail.Thresholds(100, 1_000, 20, 120_000, 30 * MINUTE);

  private final long started = System.nanoTime();
  private final List<Event> events = new ArrayList<>();
  private boolean stopped;
  private @Nullable Answer answer;
  private @Nullable String sentAgain;
  private @Nullable Label label;
  private boolean feedQuiet;
  private boolean empty;
  private @Nullable String verdictHash = HASH;
  private final List<Announcement> announcements = new ArrayList<>();
  private @Nullable String word;
  private int gates;

  private Evidence evidence =
      new Evidence() {
        @Override
        public Links links(long from, int limit) {
          return new Links("0".repeat(64), List.of());
        }

        @Override
        public List<Shelf.Kept> kept() {
          return List.of();
        }

        @Override
        public Optional<Extract> extract(String workload, String release) {
          return Optional.empty();
        }
      };

  public void restOn(Evidence other) {
    evidence = other;
  }

  public long now() {
    return NOW + (System.nanoTime() - started) / 1_000_000;
  }

  public synchronized void emptyTheHouse() {
    empty = true;
  }

  public synchronized void changeTheVerdict() {
    verdictHash = "another";
  }

  /// Adds an event and returns its id.
  synchronized long happen(String kind, String sentence) {
    long id = newestEvent() + 1 + events.size() % 3; // ids rise, not always by one
    events.add(new Event(id, kind, now(), CHECKOUT, "1.42.0", null, sentence));
    return id;
  }

  synchronized void forgetEventsUntil(long id) {
    events.removeIf(e -> e.id() <= id);
    feedQuiet = true;
  }

  @Override
  public synchronized Status status() {
    return new Status(
        "0.1.0",
        NOW - 86_400_000L,
        now(),
        2_000L,
        null,
        "127.0.0.1:7601",
        new Status.KillSwitch(stopped, stopped ? now() : null, stopped ? "install" : null, 0),
        empty ? 0 : 1,
        empty ? 0 : 3,
        answer == null && !empty ? 1 : 0,
        new Status.Log(2_048_771, 2_048_702),
        4L << 30,
        217L << 20,
        List.of(
            new Status.Flow("lines", 41_208_114, 41_190_660, 17_104, 350),
            new Status.Flow("windows", 2_048_771, 2_048_702, 0, 69),
            new Status.Flow("alerts", 212, 210, 1, 1)));
  }

  @Override
  public synchronized Overview overview() {
    var record =
        new Overview.TrackRecord(90, 2.0, 1.3, 51, 3, 1, .965, .95, 160_000L, 365_000L, 8, 7, 1, 0);
    return Overview.of(
        workloads(), empty ? 0 : 3, "search/suggest, today 02:41", .996, empty ? null : record);
  }

  @Override
  public synchronized List<WorkloadRow> workloads() {
    if (empty) {
      return List.of();
    }
    List<WorkloadRow> rows = new ArrayList<>();
    rows.add(
        row(
            CHECKOUT,
            State.ANOMALOUS,
            "1.42.0 regressed. Errors 4.5 times as frequent on the 5 new instances as on the 12"
                + " old. Answer by 03:34.",
            "1.42.0",
            86,
            answer == null ? DEADLINE : null));
    rows.add(
        row(
            TRANSCODE,
            State.CANNOT_JUDGE,
            "The feed is dead on 2 of 6 instances. 71 % of bytes read, 98 % needed. 4.1.0 is not"
                + " judged.",
            "4.1.0",
            41,
            null));
    rows.add(
        row(
            POSTING,
            State.ON_WATCH,
            "Undecided so far. Needs about 340 more requests, 4 minutes. Nothing speaks against it"
                + " yet.",
            "5.3.0",
            22,
            null));
    rows.add(
        new WorkloadRow(
            MAILER,
            "vm-7",
            "mailer",
            "growth",
            State.LEARNING,
            "Ready at 09:40. Metric deviation is live now; models need 6 h 27 min more clean data.",
            NOW - 17 * 60 * MINUTE,
            "6.0.1",
            "6.0.1",
            null,
            1,
            null,
            1.0,
            null,
            new Learning(.72, NOW + 388 * MINUTE),
            null,
            List.of()));
    rows.add(row(LOG, State.WELL, "Nothing stands out.", "88", 1, null));
    for (String name :
        List.of(
            "payments/ledger-sync",
            "payments/pricing",
            "shipping/label-api",
            "shipping/quotes",
            "web/session",
            "web/bff")) {
      rows.add(row("kubernetes/" + name, State.WELL, "Nothing stands out.", "3.11.0", 3, null));
    }
    return rows;
  }

  private static WorkloadRow row(
      String key, State state, String sentence, String release, int risk, @Nullable Long asked) {
    String[] segment = key.split("/");
    Random random = new Random(key.hashCode());
    List<@Nullable Double> spark = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      boolean high = state == State.ANOMALOUS && i > 52;
      boolean gap = state == State.CANNOT_JUDGE && i > 54;
      spark.add(gap ? null : (high ? 3.2 : -.3) + random.nextGaussian() * .2);
    }
    return new WorkloadRow(
        key,
        segment[1],
        segment[2].replace("%2F", "/"),
        segment[1] + "-oncall",
        state,
        sentence,
        NOW - 11 * MINUTE,
        release,
        release,
        state == State.WELL ? "proven" : "on watch",
        state == State.ANOMALOUS ? 17 : 6,
        41.0,
        state == State.CANNOT_JUDGE ? .71 : .996,
        risk,
        null,
        asked,
        spark);
  }

  @Override
  public Optional<WorkloadDetail> workload(String key) {
    return workloads().stream()
        .filter(w -> w.key().equals(key))
        .findFirst()
        .map(w -> w.state() == State.LEARNING ? learning(w) : detail(w));
  }

  private static WorkloadDetail learning(WorkloadRow w) {
    return new WorkloadDetail(
        w, "docker", null, null, List.of(), null, deviations(), List.of(), 0, List.of(), null);
  }

  private static List<WorkloadDetail.Deviation> deviations() {
    return List.of(
        new WorkloadDetail.Deviation("cpu", "cores", .38, .30, .36, 4.6),
        new WorkloadDetail.Deviation("memory", "MiB", 472.0, 470.0, 530.0, -1.2),
        new WorkloadDetail.Deviation("queue depth", "", 3.0, null, null, null));
  }

  private static WorkloadDetail detail(WorkloadRow w) {
    List<WorkloadDetail.Instance> instances = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      boolean fresh = i < 5;
      instances.add(
          new WorkloadDetail.Instance(
              "pod-" + i,
              w.name() + (fresh ? "-7d9c-x2l4" : "-5fb6-09kj") + i,
              fresh ? "1.42.0" : "1.41.2",
              fresh ? "1.42.0" : "1.41.2",
              fresh ? 14 * MINUTE : 148 * 60 * MINUTE,
              .999,
              400L,
              fresh ? 6_000.0 : .5,
              fresh && w.state() == State.ANOMALOUS ? State.ANOMALOUS : State.WELL,
              "eu-1-p0" + i % 2));
    }
    return new WorkloadDetail(
        w,
        "kubernetes",
        w.state() == State.ANOMALOUS ? "1112-3" : null,
        "1.41.2",
        List.of(
            new WorkloadDetail.Carrier("Error ratio", .46, .12, .31, .94, "%", "5 of 5 new"),
            new WorkloadDetail.Carrier(
                "Template 2f1, new", .24, null, null, 15, "lines in 5 min", "5 of 5 new"),
            new WorkloadDetail.Carrier("Lines at level error", .17, .9, 3.1, 11.6, "", ""),
            new WorkloadDetail.Carrier("Latency p95", .04, 188.0, 236.0, 243, "ms", "5 of 5 new")),
        NOW - 2_000,
        deviations(),
        List.of(
            new WorkloadDetail.TemplateCount(
                "2f1a000000000000",
                "error",
                "payment gateway <*> did not answer within <*> ms, order <*>",
                0L,
                41,
                2.23,
                true,
                "new in 1.42.0, 5 of 5 instances"),
            new WorkloadDetail.TemplateCount(
                "0040000000000000",
                "info",
                "order <*> accepted in <*> ms",
                44_102L,
                18_201,
                988.0,
                false,
                "as usual")),
        148,
        instances,
        new WorkloadDetail.Model(
            "7c1e9a3340", NOW - 23 * 60 * MINUTE, "Isolation forest and autoencoder agree."));
  }

  @Override
  public Optional<Series> series(String workload, long fromMillis, long toMillis) {
    if (workloads().stream().noneMatch(w -> w.key().equals(workload))) {
      return Optional.empty();
    }
    long from = fromMillis - fromMillis % 10_000;
    int n = (int) ((toMillis - from) / 10_000);
    return Optional.of(
        new Series(
            from,
            from + n * 10_000L,
            10_000,
            List.of(
                track("Calibrated score", "as rare as once per", "rarity", n, from, .5, 4_000),
                track("Error ratio", "% of requests", "zero", n, from, .21, .94),
                track("Latency p95", "ms", "range", n, from, 211, 243),
                track("Requests", "per second", "zero", n, from, 74, 22),
                track("Memory", "MiB", "range", n, from, 516, 472)),
            List.of(
                new Series.Gap(NOW - 75 * MINUTE, NOW - 71 * MINUTE, "the agent was restarted")),
            List.of(
                new Series.Flag(DEPLOYED, "1.42.0", true),
                new Series.Flag(NOW - 41 * MINUTE, "pricing 3.9.1", false)),
            List.of(new Series.Span("1112-3", NOW - 11 * MINUTE, null))));
  }

  private static Series.Track track(
      String name, String unit, String axis, int n, long from, double usual, double high) {
    Random random = new Random(name.hashCode());
    List<@Nullable Double> old = new ArrayList<>();
    List<@Nullable Double> fresh = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      long at = from + (i + 1) * 10_000L;
      boolean gap = at > NOW - 75 * MINUTE && at <= NOW - 71 * MINUTE;
      old.add(gap ? null : usual * (1 + .06 * random.nextGaussian()));
      double rise = Math.min(1, (at - DEPLOYED) / 120_000.0);
      fresh.add(
          at < DEPLOYED
              ? null
              : (usual + (high - usual) * rise) * (1 + .04 * random.nextGaussian()));
    }
    boolean deviates = !name.equals("Memory") && !name.equals("Requests");
    boolean band = axis.equals("zero") || axis.equals("range");
    return new Series.Track(
        name,
        unit,
        axis,
        band ? usual * .9 : null,
        band ? usual * 1.1 : null,
        axis.equals("rarity") ? 730.0 : null,
        List.of(
            new Series.Line("1.41.2", "1.41.2", false, false, old),
            new Series.Line("1.42.0", "1.42.0", true, deviates, fresh)));
  }

  @Override
  public List<ReleaseRow> releases() {
    return empty
        ? List.of()
        : List.of(listed(regressed()), listed(undecided()), listed(unjudged()));
  }

  /// The judge finds a word for 5.3.0 of the posting worker.
  public synchronized void conclude(String found) {
    word = found;
  }

  /// Waits until the gate was asked so often.
  public synchronized void gated(int times) {
    try {
      while (gates < times) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized GateAnswer gate(GateQuestion question) {
    gates++;
    notifyAll();
    String found = word;
    List<ReleaseRow> rows =
        releases().stream()
            .map(r -> found == null || !r.workload().equals(POSTING) ? r : worded(r, found))
            .toList();
    return GateAnswer.of(
        question,
        rows,
        announcements.stream().filter(a -> a.workload().equals(question.workload())).toList());
  }

  @Override
  public boolean knows(String workload) {
    return workload(workload).isPresent();
  }

  private static ReleaseRow worded(ReleaseRow r, String word) {
    return new ReleaseRow(
        r.workload(),
        r.workloadName(),
        r.release(),
        r.name(),
        r.baselineName(),
        r.deployedAtMillis(),
        word,
        r.sentence(),
        r.evidence(),
        r.maxEvidence(),
        r.state(),
        r.askedUntilMillis(),
        r.byTocsin());
  }

  public synchronized List<Announcement> announcements() {
    return List.copyOf(announcements);
  }

  @Override
  public List<DoctorRow> doctor() {
    return List.of(
        new DoctorRow("disk", "/var has room", true, "90 GB free of 100 GB", ""),
        new DoctorRow(
            "platform kubernetes",
            "take releases back in all namespaces",
            false,
            "not granted: patch deployments.apps",
            "kubectl apply -f deploy/kubernetes/rbac.yaml"),
        new DoctorRow("clock", "agrees with agents'", null, "no agent to compare with", ""));
  }

  @Override
  public synchronized Done announce(Announcement announcement) {
    announcements.add(announcement);
    return new Done(announcement.name() + " is announced.");
  }

  private static ReleaseRow listed(ReleaseDetail r) {
    var response = r.response();
    return new ReleaseRow(
        r.workload(),
        r.workloadName(),
        r.release(),
        r.name(),
        r.baselineName(),
        r.deployedAtMillis(),
        r.verdict().word(),
        r.verdict().sentence(),
        r.verdict().evidence(),
        r.verdict().maxEvidence(),
        response == null ? null : response.state(),
        response == null ? null : response.deadlineMillis(),
        false);
  }

  @Override
  public Optional<ReleaseDetail> release(String workload, String release) {
    return List.of(regressed(), undecided(), unjudged()).stream()
        .filter(r -> r.workload().equals(workload) && r.release().equals(release))
        .findFirst();
  }

  private synchronized ReleaseDetail regressed() {
    List<VerdictView.Signal> signals =
        List.of(
            signal(
                "error-ratio",
                "primary",
                9_800,
                .125,
                173,
                93,
                34,
                "173 failed of 18,420, against 93 of 44,310: 4.5 times as often"),
            signal(
                "template:2f1a000000000000",
                "novel",
                2_900,
                .3,
                41,
                0,
                8,
                "41 times on 5 of 5 new instances, never on 12 old"),
            signal(
                "error-lines",
                "primary",
                6_200,
                .125,
                388,
                96,
                80,
                "388 on 5 of 5 new, 96 on 12 of 12 old: 9.7 times as often"),
            signal(
                "slow-requests",
                "primary",
                .6,
                .125,
                240,
                211,
                48,
                "p95 243 ms against 211: inside the margin of 20 %"));
    var verdict =
        new VerdictView(
            "regressed",
            "Payments fail 4.5 times as often on its 5 instances as on the 12 old ones beside them",
            null,
            "concurrent",
            NOW - 2_000,
            null,
            2_438,
            2_438,
            .996,
            5,
            12,
            null,
            signals,
            List.of());
    return new ReleaseDetail(
        CHECKOUT,
        "checkout-api",
        "payments",
        "1.42.0",
        "1.42.0",
        "1.41.2",
        "1.41.2",
        DEPLOYED,
        DEPLOYED + 170_000,
        DEPLOYED + 350_000,
        17,
        null,
        "1112-3",
        THRESHOLDS,
        verdict,
        timeline(signals, 2_438),
        response(),
        verdictHash == null ? "" : verdictHash);
  }

  private static VerdictView.Signal signal(
      String name,
      String group,
      double evidence,
      double weight,
      double fresh,
      double old,
      double each,
      String sentence) {
    boolean harm = evidence > 1;
    List<Part> parts = new ArrayList<>();
    IntStream.range(0, 5)
        .forEach(i -> parts.add(new Part("n" + i, "new-" + i, true, each + i % 3, 3_684, harm)));
    IntStream.range(0, 12)
        .forEach(i ->
            parts.add(new Part("o" + i, "old-" + i, false, Math.floor(old / 12), 3_692, false)));
    return new VerdictView.Signal(
        name,
        group,
        "requests",
        evidence,
        weight,
        "requests",
        fresh,
        18_420,
        old,
        44_310,
        parts,
        sentence);
  }

  private static List<ReleaseDetail.Point> timeline(
      List<VerdictView.Signal> signals, double combined) {
    List<ReleaseDetail.Point> points = new ArrayList<>();
    Random random = new Random(7);
    for (long at = DEPLOYED + 10_000; at <= NOW; at += 10_000) {
      double share = Math.clamp((at - DEPLOYED - 120_000) / 740_000.0, 0, 1);
      Map<String, Double> each = new LinkedHashMap<>();
      for (var s : signals) {
        double wobble = share == 0 ? 1 : Math.exp(.2 * random.nextGaussian());
        each.put(s.signal(), Math.pow(s.evidence(), Math.sqrt(share)) * wobble);
      }
      points.add(new ReleaseDetail.Point(at, Math.pow(combined, Math.sqrt(share)), each));
    }
    return points;
  }

  private ReleaseDetail.Response response() {
    ResponseState state =
        answer == null
            ? ResponseState.ASKED
            : answer == Answer.KEEP ? ResponseState.KEPT : ResponseState.RUNNING;
    List<ReleaseDetail.Check> checks =
        List.of(
            check("The running release is the judged one", "1.42.0, image sha256 3f9c...e1"),
            check("1.41.2 is proven here", "ran 6 d 4 h; slow bake passed 7 Nov"),
            check("Nobody will fight the rollback", "no Argo CD, Flux or Helm owner; not paused"),
            check("Complete enough", "99.6 % of bytes read, 98 % needed"),
            check("Two independent kinds of evidence", "counts and request metrics, from 5 agents"),
            check("Rollbacks are armed", "since 2 Nov, platform-oncall"));
    List<ReleaseDetail.Step> steps =
        List.of(
            new ReleaseDetail.Step("Decided", "done", DEPLOYED + 350_000, "100 passed"),
            new ReleaseDetail.Step("Preflight", "done", DEPLOYED + 398_000, "6 of 6"),
            new ReleaseDetail.Step("Asked", "waiting", DEPLOYED + 402_000, "waits"),
            new ReleaseDetail.Step("Sent", "to come", null, "to named 1.41.2"),
            new ReleaseDetail.Step("Accepted", "to come", null, ""),
            new ReleaseDetail.Step("Rolled out", "to come", null, "17 of 17 healthy"),
            new ReleaseDetail.Step("Verified", "to come", null, "10 min quiet"));
    return new ReleaseDetail.Response(
        "ask",
        "8 decisions agreed with people, 0 were wrong. Act needs 10, none wrong, and a person's"
            + " yes.",
        state,
        "Tocsin asks to take it back to 1.41.2",
        "1.41.2",
        "1.41.2",
        answer == null ? DEADLINE : null,
        "Nothing is rolled back. At 03:34 platform-oncall is alerted.",
        90_000L,
        checks,
        NOW - 9_000,
        steps,
        null,
        null,
        null);
  }

  private static ReleaseDetail.Check check(String what, String detail) {
    return new ReleaseDetail.Check(what, true, detail, null);
  }

  private static ReleaseDetail undecided() {
    List<VerdictView.Signal> signals =
        List.of(
            signal(
                "error-ratio",
                "primary",
                4.1,
                .25,
                48,
                93,
                9,
                "Errors 0.26 % against 0.21 %: inside the margin so far"),
            signal("slow-requests", "primary", .5, .25, 220, 211, 44, "p95 212 ms against 211"));
    var verdict =
        new VerdictView(
            "undecided so far",
            "needs about 340 more requests, 4 minutes",
            null,
            "concurrent",
            NOW - 2_000,
            NOW + 15 * MINUTE,
            1.9,
            2.4,
            .998,
            5,
            12,
            null,
            signals,
            List.of(
                new VerdictView.Needed(
                    "error-ratio",
                    4.1,
                    .125,
                    6.4,
                    false,
                    340.0,
                    null,
                    "requests",
                    "About 340 more requests, 4 minutes.",
                    "Never at this rate."),
                new VerdictView.Needed(
                    "slow-requests",
                    .5,
                    .125,
                    24,
                    true,
                    0.0,
                    null,
                    "requests",
                    "Reached.",
                    "Never at this rate."),
                new VerdictView.Needed(
                    "restarts",
                    1,
                    .125,
                    .8,
                    false,
                    null,
                    2_000.0,
                    "instance-seconds",
                    "Never at this rate: 2.1 an hour and instance, less than 2.0 needed.",
                    "About 34 minutes.")));
    return new ReleaseDetail(
        POSTING,
        "posting-worker",
        "ledger",
        "5.3.0",
        "5.3.0",
        "5.2.9",
        "5.2.9",
        DEPLOYED,
        null,
        null,
        6,
        null,
        null,
        THRESHOLDS,
        verdict,
        timeline(signals, 1.9),
        null,
        "h2");
  }

  private static ReleaseDetail unjudged() {
    var verdict =
        new VerdictView(
            "cannot judge",
            "The feed is dead on 2 of 6 instances. 71 % of bytes read, 98 % needed.",
            "feed-dead",
            null,
            NOW - 2_000,
            null,
            1,
            1,
            .71,
            2,
            4,
            null,
            List.of(),
            List.of());
    return new ReleaseDetail(
        TRANSCODE,
        "transcode",
        "media",
        "4.1.0",
        "4.1.0",
        "4.0.3",
        "4.0.3",
        DEPLOYED,
        null,
        null,
        6,
        null,
        null,
        THRESHOLDS,
        verdict,
        List.of(),
        null,
        "h3");
  }

  @Override
  public synchronized List<IncidentRow> incidents() {
    return empty
        ? List.of()
        : List.of(
            new IncidentRow(
                "1112-3",
                "Payments fail since checkout-api 1.42.0",
                "3 workloads deviate together. One release explains all three.",
                CHECKOUT,
                "checkout-api",
                "1.42.0",
                "1.42.0",
                86,
                3,
                NOW - 690_000,
                null,
                label == null ? null : label.word()));
  }

  @Override
  public synchronized Optional<IncidentDetail> incident(String id) {
    return incidents().stream().filter(i -> i.id().equals(id)).findFirst().map(this::told);
  }

  @Override
  public Evidence evidence() {
    return evidence;
  }

  private IncidentDetail told(IncidentRow row) {
    return new IncidentDetail(
        row,
        "Severity high, impact 30 % of payments, evidence 2,438.",
        "Waits for an answer",
        List.of(
            new IncidentDetail.Point("Only its instances show it", "5 of 5 new, 0 of 12 old"),
            new IncidentDetail.Point(
                "It began 2 min 50 s after the release", "start-up not counted")),
        List.of(new IncidentDetail.Point("pricing 3.9.1 started 27 min before", "healthy: none")),
        List.of(
            new IncidentDetail.Grouped(
                CHECKOUT,
                "payments/checkout-api",
                State.ANOMALOUS,
                "Error ratio, template new",
                NOW - 690_000,
                null,
                6_500.0,
                "source"),
            new IncidentDetail.Grouped(
                "kubernetes/web/bff",
                "web/bff",
                State.ON_WATCH,
                "Status 502 on POST /pay",
                NOW - 550_000,
                null,
                120.0,
                "upstream: passes the error on")),
        List.of(
            new IncidentDetail.Deployed(
                CHECKOUT,
                "payments/checkout-api",
                List.of(new IncidentDetail.Mark(DEPLOYED, "1.42.0")),
                NOW - 690_000,
                null,
                "this incident"),
            new IncidentDetail.Deployed(
                "kubernetes/payments/pricing",
                "payments/pricing",
                List.of(new IncidentDetail.Mark(NOW - 41 * MINUTE, "3.9.1")),
                null,
                null,
                "healthy, passed 03:01")),
        List.of(
            new IncidentDetail.Alert(
                "payments-oncall, pager", NOW - 500_000, 1, "delivered", "in 0.3 s", "wh_01c79e"),
            deadLetters().isEmpty()
                ? new IncidentDetail.Alert(
                    "Alertmanager eu-1", NOW - 500_000, 0, "waiting", "", "wh_01c7a0")
                : new IncidentDetail.Alert(
                    "Alertmanager eu-1",
                    NOW - 500_000,
                    6,
                    "dead letter",
                    "HTTP 413, body over 64 kB",
                    "wh_01c7a0")),
        new IncidentDetail.Evidence(14, true, NOW - 4_000, "9c417ae055b2e8d3"),
        label == null
            ? null
            : new IncidentDetail.Feedback(label.word(), "install", now(), "Listed under policy."));
  }

  @Override
  public List<AgentRow> agents() {
    return empty
        ? List.of()
        : List.of(
            new AgentRow(
                "eu-1-m04",
                "eu-1-m04",
                "0.1.0",
                "silent",
                "2 instances unread, both media/transcode",
                NOW - 21 * MINUTE,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                List.of("pod-a", "pod-b")),
            agent("eu-1-p01"),
            agent("eu-1-p02"));
  }

  private static AgentRow agent(String id) {
    return new AgentRow(
        id,
        id,
        "0.1.0",
        "live",
        "",
        NOW - 3_000,
        100L,
        64L << 20,
        .007,
        4_120L,
        4_118L,
        0L,
        900L,
        900L,
        new AgentRow.Flow(5_214, 5_210, 1, 2, 1),
        new AgentRow.Flow(31_204, 31_180, 8, 12, 4),
        0L,
        0L,
        0L,
        12L,
        1.0,
        List.of("/var/log/secure: permission denied"),
        Map.of("bearer", 12L),
        List.of("pod-1", "pod-2"));
  }

  @Override
  public Policy policy() {
    return new Policy(
        List.of(
            new Policy.Setting(
                "False alarms, a month, all workloads", "2.0", "1.3", "collector.yaml line 41"),
            new Policy.Setting("Wrong verdicts, share of releases", "1 %", null, "default")),
        List.of(new Policy.Autonomy("payments/checkout-api", "ask", "8 right, 0 wrong", "earned")),
        List.of(new Policy.Setting("Rollbacks an hour", "3", "1 used", "collector.yaml line 58")),
        List.of(new Policy.Route("payments-oncall, pager", "owner=payments", "webhook", NOW, 0)),
        List.of(new Policy.TokenName("install", Role.ADMINISTER)));
  }

  @Override
  public List<Silence> silences() {
    return List.of(
        new Silence(
            "s1",
            "T-118 on catalog/indexer, any release",
            "catalog, false alarm",
            NOW - 864_000_000L,
            NOW + 1_728_000_000L,
            6));
  }

  @Override
  public synchronized List<DeadLetter> deadLetters() {
    return empty || sentAgain != null
        ? List.of()
        : List.of(
            new DeadLetter(
                "Alertmanager eu-1",
                "wh_01c7a0",
                "incident.opened",
                "1112-3",
                NOW - 500_000,
                6,
                "HTTP 413, body over 64 kB"));
  }

  /// Who sent the dead letter again; null before anybody did.
  synchronized @Nullable String sentAgain() {
    return sentAgain;
  }

  @Override
  public synchronized Done sendAgain(Actor by, String route, String webhookId) {
    if (deadLetters().stream().noneMatch(d -> d.webhookId().equals(webhookId))) {
      throw new Refused(Refused.Why.NOT_FOUND, "a dead letter", webhookId, "path", "see the list");
    }
    sentAgain = by.name();
    return new Done("On its way to " + route + " again, under the id it had.");
  }

  @Override
  public synchronized long newestEvent() {
    return events.isEmpty() ? 0 : events.getLast().id();
  }

  @Override
  public synchronized Events eventsAfter(long id, int limit) {
    boolean complete = !feedQuiet || events.isEmpty() || id >= events.getFirst().id();
    return new Events(complete, events.stream().filter(e -> e.id() > id).limit(limit).toList());
  }

  @Override
  public synchronized Done answer(
      Actor by, String workload, String release, Answer given, String hash) {
    if (!hash.equals(verdictHash)) {
      throw new Refused(
          Refused.Why.CHANGED,
          "the verdict " + verdictHash,
          hash,
          "body.verdictHash",
          "evidence was weighed again; look at the release and answer anew");
    }
    if (stopped && given == Answer.TAKE_BACK) {
      throw new Refused(
          Refused.Why.CHANGED, "rollbacks armed", "stopped", "kill switch", "arm them first");
    }
    answer = given;
    happen("response", "checkout-api is being taken back");
    return new Done("Recorded.");
  }

  @Override
  public synchronized Done killSwitch(Actor by, boolean stop) {
    stopped = stop;
    happen("kill-switch", stop ? "All rollbacks are stopped." : "Rollbacks are armed.");
    return new Done(stop ? "All rollbacks are stopped." : "Rollbacks are armed.");
  }

  @Override
  public synchronized Done feedback(Actor by, String incident, Label given) {
    label = given;
    happen("incident", "Marked.");
    return new Done("Marked.");
  }

  @Override
  public Done unlearn(Actor by, String workload, long fromMillis, long untilMillis) {
    return new Done(
        "Unlearnt %s for %d s.".formatted(workload, (untilMillis - fromMillis) / 1_000));
  }

  @Override
  public Silence silence(Actor by, String workload, @Nullable String incident, long forMillis) {
    return new Silence("s2", workload, by.name(), now(), now() + forMillis, 0);
  }

  @Override
  public Done unsilence(Actor by, String silence) {
    return new Done("Undone.");
  }

  @Override
  public Done testAlert(Actor by) {
    return new Done("Sent down 1 route.");
  }
}
