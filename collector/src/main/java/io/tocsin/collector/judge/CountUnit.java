package io.tocsin.collector.judge;

/// What the ratio of both arms counts, with what history says of it: events, or instance-windows
/// with at least one. Events that come in bursts tell little each; a burst is one instance-window.
///
/// @param byWindows whether instance-windows are counted
/// @param phi over-dispersion, at least 1
/// @param spread deviation of log instance rates
/// @param mean of a window, all instances together
/// @param deviation of that
/// @param exposure of a window, all instances together
record CountUnit(
    boolean byWindows, double phi, double spread, double mean, double deviation, double exposure) {

  // Four times the events is what a person would want to hear of soon.
  private static final double TELLING = 4;
  // Windows know nothing of events beyond their first: they must tell clearly more.
  private static final double CLEARLY = 1.5;
  private static final double ENOUGH = 20;

  /// The unit of which four times the events would bring more evidence.
  static CountUnit of(JudgeConfig config, SignalHistory history, int instances) {
    CountUnit byEvents = of(config, false, history.events());
    CountUnit byWindows = of(config, true, history.windows());
    double each = byEvents.mean / StrictMath.max(1, instances);
    double share = byWindows.mean / StrictMath.max(1, instances);
    if (history.windows().events() < ENOUGH || share >= 1) {
      return byEvents;
    }
    double more = 1 - StrictMath.pow(1 - share, TELLING);
    double ofEvents = byEvents.gain(config, each, TELLING * each, instances);
    double ofWindows = byWindows.gain(config, share, more, instances);
    return ofWindows > CLEARLY * ofEvents ? byWindows : byEvents;
  }

  private static CountUnit of(JudgeConfig config, boolean byWindows, CountHistory history) {
    double phi = history.phi();
    return new CountUnit(
        byWindows,
        phi,
        history.spread().bound(config.unknownSpread(), phi),
        history.mean(),
        history.deviation(),
        history.meanExposure());
  }

  private double gain(JudgeConfig config, double old, double fresh, int instances) {
    return StillNeeded.gain(old, fresh, ratio(config.rho0(), instances, instances)) / phi;
  }

  /// The ratio that is still no harm between so many instances (STATISTICS item 3). That of
  /// instance-windows grows by less than that of events: more of them meet in one.
  double ratio(double rho0, double newInstances, double oldInstances) {
    double apart = StrictMath.sqrt(1 / newInstances + 1 / oldInstances);
    return rho0 * StrictMath.exp(2.6 * spread * apart);
  }

  /// One instance's events in one window.
  double count(double events) {
    return byWindows ? StrictMath.min(events, 1) : events;
  }

  /// The new arm's exposure as the ratio sees it. Half the requests an instance make more than half
  /// of the instance-windows, so neither requests nor windows alone may stand for them.
  double exposure(double newExposure, double oldExposure, int newInstances, int oldInstances) {
    return byWindows
        ? StrictMath.max(newExposure, oldExposure * newInstances / oldInstances)
        : newExposure;
  }
}
