package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.List;

/// Deviation of instances' log rates beyond Poisson noise, pooled over sets of instances that share
/// none (STATISTICS item 4).
///
/// @param squares sum over past sets
/// @param noise Poisson's part, summed over past sets
/// @param freedom degrees of past sets
/// @param sets that were closed
/// @param events of the present set, an instance each
/// @param exposure of the present set
record Spread(
    double squares,
    double noise,
    double freedom,
    int sets,
    List<Double> events,
    List<Double> exposure) {

  static final Spread NONE = new Spread(0, 0, 0, 0, List.of(), List.of());

  // Below this an upper bound is wider than any spread met in practice, and says nothing.
  private static final double ENOUGH = 10;

  Spread learn(List<Double> newEvents, List<Double> newExposure) {
    List<Double> x = new ArrayList<>();
    List<Double> e = new ArrayList<>();
    for (int i = 0; i < newEvents.size(); i++) {
      x.add((events.isEmpty() ? 0 : events.get(i)) + newEvents.get(i));
      e.add((exposure.isEmpty() ? 0 : exposure.get(i)) + newExposure.get(i));
    }
    return new Spread(squares, noise, freedom, sets, List.copyOf(x), List.copyOf(e));
  }

  /// The set changed; instance `i` of it was `before.get(i)` in the old one, or -1. A set that
  /// shares nobody with the one before is another draw of instance effects.
  Spread changed(List<Integer> before) {
    if (events.isEmpty() || before.stream().allMatch(i -> i < 0)) {
      Draw draw = present();
      return new Spread(
          squares + draw.squares,
          noise + draw.noise,
          freedom + draw.freedom,
          sets + (draw.freedom > 0 ? 1 : 0),
          List.of(),
          List.of());
    }
    List<Double> x = before.stream().map(i -> i < 0 ? 0 : events.get(i)).toList();
    List<Double> e = before.stream().map(i -> i < 0 ? 0 : exposure.get(i)).toList();
    return new Spread(squares, noise, freedom, sets, x, e);
  }

  /// Upper 80 % bound; at least `unknown` until it rests on ten degrees of freedom.
  ///
  /// @param phi over-dispersion: totals vary by as many times Poisson's noise without any spread
  double bound(double unknown, double phi) {
    Draw draw = present();
    double degrees = freedom + draw.freedom;
    if (degrees == 0) {
      return unknown;
    }
    double poisson = (noise + draw.noise) / (sets + (draw.freedom > 0 ? 1 : 0));
    double divisor = degrees < ENOUGH ? degrees : chiSquaredFifth(degrees);
    double variance = (squares + draw.squares) / divisor - phi * poisson;
    double deviation = StrictMath.sqrt(StrictMath.max(variance, 0));
    return degrees < ENOUGH ? StrictMath.max(unknown, deviation) : deviation;
  }

  private record Draw(double squares, double noise, double freedom) {}

  private Draw present() {
    List<Double> logs = new ArrayList<>();
    double poisson = 0;
    double all = 0;
    for (int i = 0; i < events.size(); i++) {
      if (exposure.get(i) > 0) {
        logs.add(StrictMath.log((events.get(i) + 0.5) / exposure.get(i)));
        poisson += 1 / (events.get(i) + 0.5);
        all += events.get(i);
      }
    }
    // A set that saw no event says nothing of how instances differ.
    if (logs.size() < 2 || all < logs.size()) {
      return new Draw(0, 0, 0);
    }
    double mean = logs.stream().mapToDouble(Double::doubleValue).sum() / logs.size();
    double sum = 0;
    for (double log : logs) {
      sum += (log - mean) * (log - mean);
    }
    return new Draw(sum, poisson / logs.size(), logs.size() - 1);
  }

  /// The 20 % quantile of chi-squared, by Wilson and Hilferty 1931; within 1 % from 2 degrees on.
  static double chiSquaredFifth(double degrees) {
    double a = 2 / (9 * degrees);
    double root = 1 - a - 0.8416212335729143 * StrictMath.sqrt(a);
    return degrees * root * root * root;
  }
}
