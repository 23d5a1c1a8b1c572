package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.Placements;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.Sealer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All state machines of a site, fed with the log in order: attribution, sealing, one monitor a
/// workload, the correlator. Pure; confined to one thread.
final class Site {
  private static final int MAX_WORKLOADS = 10_000;

  private final MonitorConfig config;
  private final Function<String, ModelSet> models;
  private final Placements placements;
  private final Sealer sealer;
  private final Correlator correlator;
  private final TreeMap<String, TemplateBook> books = new TreeMap<>();
  private final TreeMap<String, WorkloadMonitor> monitors = new TreeMap<>();

  /// What one input led to.
  ///
  /// @param facts in order
  /// @param moments what was made of each sealed window, in order
  /// @param changed keys of workloads whose state is another now
  /// @param templates new or changed, by workload
  /// @param placed whether the placements are others now
  /// @param fitted the workload whose fit came back; null when none did
  /// @param unlearnt what is to leave the history; null when nothing is
  /// @param taken what judges took in, in order
  record Result(
      List<Fact> facts,
      List<Moment> moments,
      Set<String> changed,
      Map<String, List<Known>> templates,
      boolean placed,
      @Nullable String fitted,
      Input.@Nullable Unlearnt unlearnt,
      List<Trial.Taken> taken) {}

  /// @param models a fitted set by its hash
  Site(MonitorConfig config, Function<String, ModelSet> models) {
    this.config = config;
    this.models = models;
    this.placements = new Placements(List.of());
    this.sealer = new Sealer(config.seal(), placements);
    this.correlator = new Correlator(config.togetherMillis());
  }

  /// @param books by workload; monitors read them
  Site(
      MonitorConfig config,
      Function<String, ModelSet> models,
      List<Placement> placements,
      Sealer.State sealer,
      Correlator.State correlator,
      Map<String, TemplateBook> books,
      Map<String, WorkloadMonitor.State> monitors) {
    this.config = config;
    this.models = models;
    this.placements = new Placements(placements);
    this.sealer = Sealer.restore(config.seal(), this.placements, sealer);
    this.correlator = Correlator.restore(config.togetherMillis(), correlator);
    this.books.putAll(books);
    monitors.forEach((workload, state) -> {
      String hash = state.detector().modelHash();
      ModelSet set = hash.isEmpty() ? null : models.apply(hash);
      this.monitors.put(
          workload, WorkloadMonitor.restore(config, workload, book(workload), state, set));
    });
  }

  /// Takes back an arrival whose windows were not sealed yet.
  void rebuild(InputLog.Entry entry) {
    if (entry.kind() == InputLog.Kind.BATCH) {
      sealer.rebuild(Arrival.decode(entry.payload()), entry.atMillis(), entry.offset());
    }
  }

  /// Consumes one entry of the log.
  Result accept(InputLog.Entry entry) {
    List<Fact> facts = new ArrayList<>();
    List<SealedWindow> sealed = List.of();
    Set<String> changed = new LinkedHashSet<>();
    Map<String, List<Known>> templates = Map.of();
    boolean placed = false;
    String fitted = null;
    Input.Unlearnt unlearnt = null;
    List<Moment> moments = new ArrayList<>();
    List<Trial.Taken> taken = new ArrayList<>();
    switch (Input.of(entry)) {
      case Input.Arrived(Arrival arrival) -> {
        templates = learn(arrival.templates());
        sealed = sealer.accept(arrival, entry.atMillis(), entry.offset());
      }
      case Input.Tick() -> sealed = sealer.tick(entry.atMillis());
      case Input.Observed(ReleaseEvent event) -> {
        WorkloadMonitor monitor = monitor(event.workload());
        if (monitor != null) {
          facts.addAll(monitor.release(event));
          changed.add(event.workload());
        }
      }
      case Input.Observed(Placement placement) -> placed = placements.accept(placement);
      case Input.Fitted(String workload, String hash) -> {
        WorkloadMonitor monitor = monitors.get(workload);
        if (monitor != null) {
          monitor.fitted(hash.isEmpty() ? null : models.apply(hash));
          changed.add(workload);
        }
        fitted = workload;
      }
      case Input.Unlearnt wanted -> {
        WorkloadMonitor monitor = monitors.get(wanted.workload());
        if (monitor != null) {
          monitor.unlearn();
          changed.add(wanted.workload());
        }
        unlearnt = wanted;
      }
    }
    for (SealedWindow window : sealed) {
      WorkloadMonitor monitor = monitor(window.workload());
      if (monitor != null) {
        List<Fact> concluded =
            monitor.window(
                window,
                correlator.of(window.workload()),
                since -> steadyBeside(monitor, since, window.endMillis()));
        facts.addAll(concluded);
        moments.add(monitor.moment(window));
        Trial.Taken judged = monitor.taken(window);
        if (judged != null) {
          taken.add(judged);
        }
        changed.add(window.workload());
        for (Fact fact : concluded) {
          if (fact instanceof Fact.Disturbance disturbance) {
            facts.addAll(correlator.accept(disturbance));
          }
        }
      }
    }
    return new Result(facts, moments, changed, templates, placed, fitted, unlearnt, taken);
  }

  /// The monitor of a workload; null when there are too many, which is the operator's to see.
  private @Nullable WorkloadMonitor monitor(String workload) {
    WorkloadMonitor known = monitors.get(workload);
    if (known == null && monitors.size() < MAX_WORKLOADS) {
      known = new WorkloadMonitor(config, workload, book(workload));
      monitors.put(workload, known);
    }
    return known;
  }

  private int steadyBeside(WorkloadMonitor monitor, long sinceMillis, long atMillis) {
    return (int)
        monitors.values().stream()
            .filter(other -> other != monitor && other.steadySince(sinceMillis, atMillis))
            .count();
  }

  private TemplateBook book(String workload) {
    return books.computeIfAbsent(workload, w -> new TemplateBook());
  }

  private Map<String, List<Known>> learn(Map<String, List<Known>> templates) {
    Map<String, List<Known>> news = new TreeMap<>();
    templates.forEach((workload, known) -> {
      if (books.size() < MAX_WORKLOADS || books.containsKey(workload)) {
        TemplateBook book = book(workload);
        for (Known each : known) {
          Known kept = book.put(each);
          if (kept != null) {
            news.computeIfAbsent(workload, w -> new ArrayList<>()).add(kept);
          }
        }
      }
    });
    return news;
  }

  Map<String, WorkloadMonitor> monitors() {
    return monitors;
  }

  /// Hashes of the model sets that score now.
  Set<String> modelsInForce() {
    return monitors.values().stream()
        .map(WorkloadMonitor::modelHash)
        .collect(Collectors.toUnmodifiableSet());
  }

  List<Placement> placements() {
    return placements.all();
  }

  Sealer.State sealer(long consumed) {
    return sealer.state(consumed);
  }

  Correlator.State correlator() {
    return correlator.state();
  }

  /// What runs now, by workload, as far as known.
  List<Release> releases() {
    List<Release> releases = new ArrayList<>();
    for (WorkloadMonitor monitor : monitors.values()) {
      Release current = monitor.current();
      if (current != null) {
        releases.add(current);
      }
    }
    return releases;
  }
}
