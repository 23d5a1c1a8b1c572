package io.tocsin.benchmarks.aa;

import java.util.List;

/// What makes good releases of a service look different from one another.
///
/// @param name in the results
/// @param spread deviation of instances' log rates of errors and slow requests
/// @param wander deviation of an autocorrelation of those rates over 2 minutes
/// @param burst mean size of a burst of errors; slow requests come in half of it
/// @param warmUp share by which a new instance's first requests take longer; fades with 40 s
/// @param startUpLines error lines that every instance writes in its first minute
/// @param day amplitude of traffic over the day; error rates follow by half of it
/// @param recorded whether CPU is that of real machines, each instance another stretch of one
record World(
    String name,
    double spread,
    double wander,
    double burst,
    double warmUp,
    int startUpLines,
    double day,
    boolean recorded) {

  static final World CALM = new World("spread .1", 0.1, 0, 1, 0, 0, 0, false);
  static final World APART = new World("spread .3", 0.3, 0, 1, 0, 0, 0, false);
  static final World WANDERING = new World("wander .5", 0.1, 0.5, 1, 0, 0, 0, false);
  static final World BURSTS = new World("bursts of 10", 0.1, 0, 10, 0, 0, 0, false);
  static final World MIXED =
      new World("spread .3 + wander .3 + bursts of 5", 0.3, 0.3, 5, 0, 0, 0, false);
  static final World WARM_UP = new World("warm-up twice as slow", 0.1, 0, 1, 1, 0, 0, false);
  static final World START_UP = new World("start-up lines", 0.1, 0, 1, 0, 30, 0, false);
  static final World DAY = new World("day cycle", 0.1, 0, 1, 0, 0, 0.5, false);
  static final World COLD_AND_APART =
      new World("warm-up twice as slow + spread .3", 0.3, 0, 1, 1, 0, 0, false);
  static final World DAY_AND_BURSTS =
      new World("day cycle + bursts of 10", 0.1, 0, 10, 0, 0, 0.5, false);

  static final World RECORDED = new World("recorded CPU", 0.1, 0, 1, 0, 0, 0, true);

  /// Those of STATISTICS' table: each is judged plain and with a harmless tenth more.
  static final List<World> TABLE = List.of(CALM, APART, WANDERING, BURSTS, MIXED);

  static final List<World> OTHERS =
      List.of(WARM_UP, START_UP, DAY, COLD_AND_APART, DAY_AND_BURSTS, RECORDED);
}
