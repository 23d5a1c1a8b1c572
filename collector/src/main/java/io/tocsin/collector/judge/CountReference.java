package io.tocsin.collector.judge;

/// What a count of the new release is held against, frozen at the release event.
///
/// @param phi over-dispersion, at least 1
/// @param spread deviation of log instance rates
/// @param rate of the old release's history, events per exposure, above 0
/// @param events of the history
/// @param exposure of the history
/// @param instances of the history
/// @param unit that the ratio of both arms counts
/// @param excess events per exposure that are still no harm; 0 where the ratio alone is tested
/// @param slack events per exposure beyond the rate that health must refute
/// @param tooMany events per exposure that are harm whatever runs beside; 0 where only the ratio
///   tells
record CountReference(
    double phi,
    double spread,
    double rate,
    double events,
    double exposure,
    int instances,
    CountUnit unit,
    double excess,
    double slack,
    double tooMany) {

  static CountReference of(
      JudgeConfig config, SignalHistory signal, int instances, double excess, double slack) {
    CountHistory history = signal.events();
    double phi = history.phi();
    return new CountReference(
        phi,
        history.spread().bound(config.unknownSpread(), phi),
        history.rate(),
        history.events(),
        history.exposure(),
        instances,
        CountUnit.of(config, signal, instances),
        excess,
        slack,
        0);
  }

  /// The same, and more than the margin over history is harm whatever runs beside.
  CountReference alarming(double rho0) {
    return new CountReference(
        phi,
        spread,
        rate,
        events,
        exposure,
        instances,
        unit,
        excess,
        slack,
        StrictMath.max(rho0 * upperRate(), rate + slack));
  }

  /// The rate that a healthy release must refute (STATISTICS item 10).
  ///
  /// @param usual rate of the old release
  double unhealthy(double usual, double rho1, double newInstances) {
    double room = StrictMath.exp(-1.6 * spread / StrictMath.sqrt(newInstances));
    return StrictMath.max(rho1 * usual * room, usual + slack);
  }

  /// The ratio of events that is still no harm between so many instances.
  double ratio(double rho0, double newInstances, double oldInstances) {
    double apart = StrictMath.sqrt(1 / newInstances + 1 / oldInstances);
    return rho0 * StrictMath.exp(2.6 * spread * apart);
  }

  /// History is finite too: its rate plus two deviations.
  double upperRate() {
    return upperRate(events, exposure);
  }

  /// The highest rate of the release that so many events of so many instances allow: they may all
  /// be quiet ones.
  double most(double seen, double over, double instancesSeen) {
    return upperRate(seen, over)
        * StrictMath.exp(2.6 * spread / StrictMath.sqrt(StrictMath.max(1, instancesSeen)));
  }

  private double upperRate(double seen, double over) {
    return (seen + 1 + 2 * StrictMath.sqrt(phi * (seen + 1))) / StrictMath.max(over, 1e-9);
  }
}
