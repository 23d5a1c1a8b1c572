package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the release that runs looks like, learnt from its windows before the next one. Confined to
/// one thread; bounded: 64 instances, 8 resources, 500 error templates. Learn only windows that are
/// no incident: what is learnt is what later releases are held against.
public final class Baseline {

  private static final int MAX_INSTANCES = 64;
  private static final int MAX_METRICS = 8;
  private static final int MAX_TEMPLATES = 500;

  private final JudgeConfig config;
  private State now;

  /// Everything a baseline knows, as plain values; restores to equal judgements, bit for bit.
  ///
  /// @param release whose windows are learnt
  /// @param sinceMillis start of the oldest window, 0 before the first
  /// @param untilMillis end of the newest window, 0 before the first
  /// @param members instances of the present set, by id
  /// @param places where the release has run
  /// @param traffic whether it exposes requests, and how steadily they come
  /// @param counts of the primary signals
  /// @param rare instance-windows with any error line
  /// @param latency histogram
  /// @param metrics resources by name
  /// @param errorTemplates ever seen at error level, of this and earlier releases
  /// @param tombstones error templates that found no room: no "never" is claimed beside any
  /// @param startUp how instances of it start
  public record State(
      String release,
      long sinceMillis,
      long untilMillis,
      List<String> members,
      SortedSet<String> places,
      Traffic traffic,
      SortedMap<Primary, SignalHistory> counts,
      CountHistory rare,
      Latency latency,
      SortedMap<String, MetricHistory> metrics,
      SortedSet<Long> errorTemplates,
      long tombstones,
      StartUp startUp) {}

  /// Instance-windows of a release that exposes requests.
  ///
  /// @param busy with requests
  /// @param idle without any
  record Traffic(long busy, long idle) {
    static final Traffic NONE = new Traffic(0, 0);

    private static final long ENOUGH = 60;
    private static final long IDLE_IN = 1_000;

    Traffic seen(InstanceWindow part) {
      if (part.summary().requests() == null) {
        return this;
      }
      return Probe.requests(part) > 0 ? new Traffic(busy + 1, idle) : new Traffic(busy, idle + 1);
    }

    boolean any() {
      return busy > 0;
    }

    boolean steady() {
      return busy >= ENOUGH && idle * IDLE_IN <= busy;
    }
  }

  /// How instances start.
  ///
  /// @param seen whether any start was watched
  /// @param unready whether readiness failed meanwhile
  /// @param templates of error lines written meanwhile
  record StartUp(boolean seen, boolean unready, SortedSet<Long> templates) {}

  private Baseline(JudgeConfig config, State state) {
    this.config = config;
    this.now = state;
  }

  /// Nothing learnt yet of `release`.
  public static Baseline of(JudgeConfig config, String release) {
    SortedMap<Primary, SignalHistory> counts = new TreeMap<>();
    for (Primary signal : Primary.values()) {
      counts.put(signal, SignalHistory.NONE);
    }
    return new Baseline(
        config,
        new State(
            release,
            0,
            0,
            List.of(),
            new TreeSet<>(),
            Traffic.NONE,
            counts,
            CountHistory.NONE,
            Latency.NONE,
            new TreeMap<>(),
            new TreeSet<>(),
            0,
            new StartUp(false, false, new TreeSet<>())));
  }

  public static Baseline restore(JudgeConfig config, State state) {
    return new Baseline(config, state);
  }

  public State snapshot() {
    return now;
  }

  /// The release whose windows are learnt.
  public String release() {
    return now.release;
  }

  /// Another release is the usual one from now on. Spread, clustering, templates and start-up are
  /// kept; rates, latency and resources are learnt anew.
  public void succeed(String release) {
    SortedMap<Primary, SignalHistory> counts = new TreeMap<>();
    now.counts.forEach((signal, history) -> counts.put(signal, history.succeeded()));
    now =
        new State(
            release,
            0,
            0,
            List.of(),
            new TreeSet<>(),
            Traffic.NONE,
            counts,
            now.rare.succeeded(),
            Latency.NONE,
            new TreeMap<>(),
            now.errorTemplates,
            now.tombstones,
            now.startUp);
  }

  /// Takes in the parts of a window whose instances run [#release]; late windows and catch-up parts
  /// are left out.
  public void learn(SealedWindow window, TemplateBook book) {
    List<InstanceWindow> grown = new ArrayList<>();
    List<InstanceWindow> young = new ArrayList<>();
    for (InstanceWindow part : window.instances()) {
      if (!window.late() && part.release().equals(now.release) && !part.summary().catchUp()) {
        boolean starting = part.ageMillis() >= 0 && part.ageMillis() < config.startUpMillis();
        (starting ? young : grown).add(part);
      }
    }
    if (grown.isEmpty() && young.isEmpty()) {
      return;
    }
    List<InstanceWindow> arm = grown.subList(0, StrictMath.min(grown.size(), MAX_INSTANCES));
    Latency latency = now.latency;
    Traffic traffic = now.traffic;
    for (InstanceWindow part : arm) {
      WindowSummary.Requests requests = part.summary().requests();
      traffic = traffic.seen(part);
      if (requests != null && requests.total() > 0) {
        latency = latency.learn(requests);
      }
    }
    StartUp startUp = learnStartUp(young, book);
    Templates templates = learnTemplates(arm, young, book);
    SortedMap<Primary, SignalHistory> counts = new TreeMap<>(now.counts);
    if (traffic.any() != now.traffic.any()) {
      counts.computeIfPresent(Primary.ERROR_LINES, (signal, history) -> history.succeeded());
    }
    if (latency.slowAboveMillis() != now.latency.slowAboveMillis()) {
      counts.computeIfPresent(Primary.SLOW_REQUESTS, (signal, history) -> history.succeeded());
    }
    CountHistory rare = now.rare;
    SortedMap<String, MetricHistory> metrics = new TreeMap<>(now.metrics);
    List<String> members = arm.stream().map(InstanceWindow::instance).toList();
    if (!members.isEmpty() && !members.equals(now.members)) {
      List<Integer> before = members.stream().map(now.members::indexOf).toList();
      counts.replaceAll((signal, history) -> history.changed(before));
      rare = rare.changed(before);
      metrics.replaceAll((name, history) -> history.changed());
    }
    Probe probe = probe(traffic, latency, startUp);
    counts.replaceAll((signal, history) -> learnCount(signal, history, arm, probe));
    if (!arm.isEmpty()) {
      rare = rare.learn(withErrors(arm, book), seconds(arm));
      learnMetrics(arm, metrics);
    }
    SortedSet<String> places = new TreeSet<>(now.places);
    for (InstanceWindow part : window.instances()) {
      if (part.release().equals(now.release) && places.size() < MAX_INSTANCES) {
        places.add(Probe.place(part));
      }
    }
    now =
        new State(
            now.release,
            now.sinceMillis == 0 ? window.startMillis() : now.sinceMillis,
            window.endMillis(),
            members.isEmpty() ? now.members : members,
            places,
            traffic,
            counts,
            rare,
            latency,
            metrics,
            templates.ids,
            templates.tombstones,
            startUp);
  }

  /// End of the newest window it learnt from; 0 before the first.
  public long heardMillis() {
    return now.untilMillis;
  }

  /// Whether anything was learnt outside of start-up.
  public boolean known() {
    return !now.members.isEmpty();
  }

  Probe probe() {
    return probe(now.traffic, now.latency, now.startUp);
  }

  private static Probe probe(Traffic traffic, Latency latency, StartUp startUp) {
    return new Probe(
        traffic.any(),
        latency.known() ? latency.upperMillis() : List.of(),
        latency.slowAboveMillis(),
        startUp.seen && !startUp.unready,
        traffic.steady());
  }

  private SignalHistory learnCount(
      Primary signal, SignalHistory history, List<InstanceWindow> arm, Probe probe) {
    List<Double> events = new ArrayList<>();
    List<Double> exposures = new ArrayList<>();
    for (InstanceWindow part : arm) {
      boolean ranBefore = now.places.contains(Probe.place(part));
      Probe.Sample sample = probe.of(signal, part, new Probe.Life(false, ranBefore, true));
      events.add(sample == null ? 0 : sample.events());
      exposures.add(sample == null ? 0 : sample.exposure());
    }
    return history.learn(events, exposures);
  }

  private StartUp learnStartUp(List<InstanceWindow> young, TemplateBook book) {
    if (young.isEmpty()) {
      return now.startUp;
    }
    boolean unready = now.startUp.unready;
    SortedSet<Long> templates = new TreeSet<>(now.startUp.templates);
    for (InstanceWindow part : young) {
      unready |= Boolean.FALSE.equals(part.summary().liveness().ready());
      for (long id : Probe.errors(part.summary(), book).keySet()) {
        if (templates.size() < MAX_TEMPLATES) {
          templates.add(id);
        }
      }
    }
    return new StartUp(true, unready, templates);
  }

  private record Templates(SortedSet<Long> ids, long tombstones) {}

  private Templates learnTemplates(
      List<InstanceWindow> arm, List<InstanceWindow> young, TemplateBook book) {
    SortedSet<Long> ids = Probe.canonical(now.errorTemplates, book);
    long tombstones = now.tombstones;
    for (List<InstanceWindow> parts : List.of(arm, young)) {
      for (InstanceWindow part : parts) {
        for (long id : Probe.errors(part.summary(), book).keySet()) {
          if (ids.size() < MAX_TEMPLATES) {
            ids.add(id);
          } else if (!ids.contains(id)) {
            tombstones++;
          }
        }
      }
    }
    return new Templates(ids, tombstones);
  }

  private void learnMetrics(List<InstanceWindow> arm, SortedMap<String, MetricHistory> metrics) {
    List<String> names = new ArrayList<>(arm.getFirst().summary().metrics().keySet());
    names.add(Probe.LINES);
    names.sort(
        Comparator.comparingInt(MetricHistory::rank).thenComparing(Comparator.naturalOrder()));
    for (String name : names) {
      boolean room = metrics.containsKey(name) || metrics.size() < MAX_METRICS;
      if (!room || !MetricHistory.isResource(name)) {
        continue;
      }
      List<Double> values = new ArrayList<>();
      for (InstanceWindow part : arm) {
        Double value = Probe.level(name, part);
        if (value != null) {
          values.add(value);
        }
      }
      if (values.size() == arm.size()) {
        MetricHistory history = metrics.getOrDefault(name, MetricHistory.NONE);
        metrics.put(name, history.learn(values, config.blockWindows()));
      }
    }
  }

  private static List<Double> withErrors(List<InstanceWindow> arm, TemplateBook book) {
    return arm.stream()
        .map(part -> Probe.errors(part.summary(), book).isEmpty() ? 0.0 : 1.0)
        .toList();
  }

  private static List<Double> seconds(List<InstanceWindow> arm) {
    return arm.stream().map(Probe::seconds).toList();
  }
}
