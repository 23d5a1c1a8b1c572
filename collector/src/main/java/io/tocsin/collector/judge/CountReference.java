package io.tocsin.collector.judge;

/// What a count of the new release is held against, frozen at the release event.
///
/// @param phi over-dispersion, at least 1
/// @param spread deviation of log instance rates
/// @param rate of the old release's history, events per exposure, above 0
/// @param events of the history
/// @param exposure of the history
/// @param instances of the history
/// @param pairMean events of a block of two windows of the history
/// @param pairDeviation of those
/// @param pairExposure of those
/// @param excess events per exposure that are still no harm; 0 where the ratio alone is tested
/// @param slack events per exposure beyond the rate that health must refute
record CountReference(
    double phi,
    double spread,
    double rate,
    double events,
    double exposure,
    int instances,
    double pairMean,
    double pairDeviation,
    double pairExposure,
    double excess,
    double slack) {

  static CountReference of(
      CountHistory history, int instances, double unknownSpread, double excess, double slack) {
    return new CountReference(
        history.phi(),
        history.spread().bound(unknownSpread),
        history.rate(),
        history.events(),
        history.exposure(),
        instances,
        history.pairMean(),
        history.pairDeviation(),
        history.pairMeanExposure(),
        excess,
        slack);
  }

  /// The ratio that is still no harm between so many instances (STATISTICS item 3).
  double ratio(double rho0, double newInstances, double oldInstances) {
    return rho0
        * StrictMath.exp(2.6 * spread * StrictMath.sqrt(1 / newInstances + 1 / oldInstances));
  }

  /// The rate that a healthy release must refute (STATISTICS item 10).
  double unhealthy(double rho1, double newInstances) {
    double room = StrictMath.exp(-1.6 * spread / StrictMath.sqrt(newInstances));
    return StrictMath.max(rho1 * rate * room, rate + slack);
  }

  /// History is finite too: its rate plus two deviations.
  double upperRate() {
    return (events + 1 + 2 * StrictMath.sqrt(phi * (events + 1))) / StrictMath.max(exposure, 1e-9);
  }
}
