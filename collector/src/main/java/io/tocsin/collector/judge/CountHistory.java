package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.List;

/// What the old release's windows say of one count.
///
/// @param events so far, old ones halved now and then
/// @param exposure likewise
/// @param windows likewise
/// @param dispersions over blocks of 1, 6 and 30 windows
/// @param spread between instances
/// @param squares of a window's events, all instances together
record CountHistory(
    double events,
    double exposure,
    double windows,
    List<Dispersion> dispersions,
    Spread spread,
    double squares) {

  static final CountHistory NONE =
      new CountHistory(
          0,
          0,
          0,
          List.of(Dispersion.over(1), Dispersion.over(6), Dispersion.over(30)),
          Spread.NONE,
          0);

  private static final double MEMORY_WINDOWS = 8_640;
  // One old instance cannot show clustering apart from a change of load; what bursty services show.
  private static final double UNKNOWN_PHI = 3;

  CountHistory learn(List<Double> counts, List<Double> exposures) {
    double x = sum(counts);
    double e = sum(exposures);
    if (e <= 0) {
      return this;
    }
    List<Dispersion> learnt = new ArrayList<>();
    for (Dispersion dispersion : dispersions) {
      learnt.add(dispersion.learn(counts));
    }
    CountHistory next =
        new CountHistory(
            events + x,
            exposure + e,
            windows + 1,
            List.copyOf(learnt),
            spread.learn(counts, exposures),
            squares + x * x);
    return next.windows < MEMORY_WINDOWS ? next : next.halved();
  }

  private CountHistory halved() {
    return new CountHistory(
        events / 2, exposure / 2, windows / 2, dispersions, spread, squares / 2);
  }

  /// Other instances follow; see [Spread#changed].
  CountHistory changed(List<Integer> before) {
    return new CountHistory(
        events,
        exposure,
        windows,
        dispersions.stream().map(Dispersion::closed).toList(),
        spread.changed(before),
        squares);
  }

  /// Another release follows: how much instances differ and events cluster is kept, rates are not.
  CountHistory succeeded() {
    CountHistory closed = changed(List.of());
    return new CountHistory(0, 0, 0, closed.dispersions, closed.spread, 0);
  }

  double phi() {
    boolean known = dispersions.stream().anyMatch(d -> d.evidence() > 0);
    double most = dispersions.stream().mapToDouble(Dispersion::factor).max().orElse(0);
    return StrictMath.max(known ? 1 : UNKNOWN_PHI, most);
  }

  /// Events per exposure; at least one event, since none seen is not none possible.
  double rate() {
    return StrictMath.max(events, 1) / StrictMath.max(exposure, 1e-9);
  }

  /// Events of a window, all instances together.
  double mean() {
    return windows > 0 ? events / windows : 0;
  }

  double deviation() {
    double mean = mean();
    return windows > 0 ? StrictMath.sqrt(StrictMath.max(0, squares / windows - mean * mean)) : 0;
  }

  double meanExposure() {
    return windows > 0 ? exposure / windows : 0;
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }
}
