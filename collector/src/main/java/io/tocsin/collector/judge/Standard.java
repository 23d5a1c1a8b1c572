package io.tocsin.collector.judge;

import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// What a release is held against, frozen at its event: nothing that happens later moves it.
///
/// @param probe how events are counted
/// @param counts primary signals with data in history
/// @param novel for error templates never seen before
/// @param metrics resources, and the models' share of anomalous windows
/// @param errorTemplates ever seen
/// @param tombstones error templates that were forgotten
/// @param startUp how old instances start
/// @param sinceMillis start of the history; 0 when there is none
/// @param instances of the history
record Standard(
    Probe probe,
    SortedMap<Primary, CountReference> counts,
    CountReference novel,
    SortedMap<String, MetricTrack.Reference> metrics,
    SortedSet<Long> errorTemplates,
    long tombstones,
    Baseline.StartUp startUp,
    long sinceMillis,
    int instances) {

  static final String MODELS = "model-anomalies";

  // A quarter of the windows more than beside is no chance of a detector that keeps its budget.
  private static final double MODEL_MARGIN = 0.25;

  static Standard of(JudgeConfig config, Baseline baseline) {
    Baseline.State state = baseline.snapshot();
    int instances = state.members().size();
    SortedMap<Primary, CountReference> counts = new TreeMap<>();
    state
        .counts()
        .forEach((signal, history) -> {
          if (history.events().exposure() > 0) {
            double excess = signal == Primary.RESTARTS ? 0 : config.excess();
            boolean requests = signal != Primary.ERROR_LINES || state.traffic().any();
            double slack =
                signal == Primary.RESTARTS
                    ? 1000 * config.restartsPerBake() / config.fastBakeMillis()
                    : excess;
            CountReference reference =
                CountReference.of(config, history, instances, requests ? excess : 0, slack);
            counts.put(
                signal, signal == Primary.RESTARTS ? reference.alarming(config.rho0()) : reference);
          }
        });
    SortedMap<String, MetricTrack.Reference> metrics = new TreeMap<>();
    state
        .metrics()
        .forEach((name, history) -> {
          if (history.known()) {
            metrics.put(
                "metric:" + name,
                new MetricTrack.Reference(
                    history.level(),
                    history.noise(),
                    history.spread(config.unknownSpread()),
                    instances,
                    MetricHistory.room(name, config.rho0()),
                    MetricHistory.floor(name),
                    false));
          }
        });
    metrics.put(
        MODELS,
        new MetricTrack.Reference(0, 0, 0, instances, config.rho0() - 1, MODEL_MARGIN, true));
    CountHistory never =
        new CountHistory(
            0,
            state.rare().exposure(),
            state.rare().windows(),
            state.rare().dispersions(),
            state.rare().spread(),
            0);
    return new Standard(
        baseline.probe(),
        counts,
        CountReference.of(config, new SignalHistory(never, CountHistory.NONE), instances, 0, 0),
        metrics,
        state.errorTemplates(),
        state.tombstones(),
        state.startUp(),
        state.sinceMillis(),
        instances);
  }

  /// Of a signal that has one.
  CountReference count(Primary signal) {
    return Objects.requireNonNull(counts.get(signal), signal.signal());
  }

  /// Of a metric that has one.
  MetricTrack.Reference metric(String name) {
    return Objects.requireNonNull(metrics.get(name), name);
  }

  /// Half of the weight, shared by the primary signals (STATISTICS item 8).
  double primaryWeight() {
    return 0.5 / StrictMath.max(1, counts.size());
  }

  /// Three tenths, of which the j-th novel template gets 1 / (j (j + 1)).
  static double novelWeight(int order) {
    return 0.3 / (order * (order + 1.0));
  }

  /// A fifth, shared by the rest.
  double restWeight() {
    return 0.2 / metrics.size();
  }
}
