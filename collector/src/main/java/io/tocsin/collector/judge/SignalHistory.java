package io.tocsin.collector.judge;

import java.util.List;

/// What the old release's windows say of one signal, counted both ways; see [CountUnit].
///
/// @param events themselves
/// @param windows instance-windows with at least one
record SignalHistory(CountHistory events, CountHistory windows) {
  static final SignalHistory NONE = new SignalHistory(CountHistory.NONE, CountHistory.NONE);

  SignalHistory learn(List<Double> counts, List<Double> exposures) {
    List<Double> with = counts.stream().map(count -> StrictMath.min(count, 1)).toList();
    return new SignalHistory(events.learn(counts, exposures), windows.learn(with, exposures));
  }

  /// Other instances follow; see [Spread#changed].
  SignalHistory changed(List<Integer> before) {
    return new SignalHistory(events.changed(before), windows.changed(before));
  }

  /// Another release follows; see [CountHistory#succeeded].
  SignalHistory succeeded() {
    return new SignalHistory(events.succeeded(), windows.succeeded());
  }
}
