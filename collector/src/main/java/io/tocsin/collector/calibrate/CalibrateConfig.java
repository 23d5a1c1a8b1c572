package io.tocsin.collector.calibrate;

/// How often a workload may cry wolf, and what counts as one cry.
///
/// @param windowMillis length of a window
/// @param alarmsPerMonth the declared budget: false alarms in 30 days; > 0
/// @param gapMillis windows above the threshold belong to one incident when at most this far apart
/// @param quietMillis after an alarm, another incident alarms only where it is rarer than
///   everything within this time
/// @param fallPerMinute how fast a score that is held may fall, so that an incident does not
///   flicker
public record CalibrateConfig(
    long windowMillis,
    double alarmsPerMonth,
    long gapMillis,
    long quietMillis,
    double fallPerMinute) {

  private static final long MINUTE = 60_000;

  public CalibrateConfig {
    if (windowMillis <= 0
        || !(alarmsPerMonth > 0)
        || gapMillis < windowMillis
        || quietMillis < gapMillis
        || !(fallPerMinute > 0)) {
      throw new IllegalArgumentException(
          ("expected 0 < window <= gap <= quiet, alarms > 0, fall > 0; found window %d, gap %d,"
                  + " quiet %d ms, %s alarms a month, fall %s a minute")
              .formatted(windowMillis, gapMillis, quietMillis, alarmsPerMonth, fallPerMinute));
    }
  }

  /// One false alarm a month; incidents ten minutes apart; twelve hours of quiet (DETECTION.md
  /// sections 3 and 4).
  public static CalibrateConfig standard(long windowMillis) {
    return new CalibrateConfig(
        windowMillis, 1, Math.max(10 * MINUTE, windowMillis), 12 * 60 * MINUTE, 0.05);
  }

  /// For a demonstration: one false alarm in `hours`, and every span counted in windows.
  public static CalibrateConfig hurried(long windowMillis, double hours) {
    return new CalibrateConfig(
        windowMillis,
        30 * 24 / hours,
        10 * windowMillis,
        120 * windowMillis,
        0.05 * MINUTE / windowMillis);
  }

  /// The same with another budget.
  public CalibrateConfig allowing(double alarmsPerMonth) {
    return new CalibrateConfig(windowMillis, alarmsPerMonth, gapMillis, quietMillis, fallPerMinute);
  }

  double perHour() {
    return alarmsPerMonth / (30 * 24);
  }
}
