package io.tocsin.collector.detect;

/// How long things take to be normal. All in milliseconds.
///
/// @param windowMillis length of a window
/// @param learnMillis from the first window to the first fit
/// @param shortMillis span of the shorter short-term statistics
/// @param longMillis span of the longer ones
/// @param followMillis time constant of the baseline that follows
/// @param blockMillis stretch whose peak counts once in a calibration of less than two days; an
///   hour in longer ones
/// @param historyMillis of history that a fit looks at, at most
public record DetectConfig(
    long windowMillis,
    long learnMillis,
    long shortMillis,
    long longMillis,
    long followMillis,
    long blockMillis,
    long historyMillis) {

  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  public DetectConfig {
    if (windowMillis <= 0
        || shortMillis < windowMillis
        || longMillis < shortMillis
        || followMillis < longMillis
        || blockMillis < windowMillis
        || learnMillis <= 0
        || historyMillis < learnMillis) {
      throw new IllegalArgumentException(
          ("expected 0 < window <= short <= long <= follow, window <= block, 0 < learn <= history; found"
                  + " window %d, short %d, long %d, follow %d, block %d, learn %d, history %d ms")
              .formatted(
                  windowMillis,
                  shortMillis,
                  longMillis,
                  followMillis,
                  blockMillis,
                  learnMillis,
                  historyMillis));
    }
  }

  /// For production: six hours to the first model, statistics of 10 and 30 minutes, a baseline that
  /// follows in six hours, 14 days of history.
  public static DetectConfig standard(long windowMillis) {
    return new DetectConfig(
        windowMillis, 6 * HOUR, 10 * MINUTE, 30 * MINUTE, 6 * HOUR, 10 * MINUTE, 14 * 24 * HOUR);
  }

  /// For a demonstration that learns within a minute or so: every span is counted in windows.
  public static DetectConfig hurried(long windowMillis, long learnMillis) {
    return new DetectConfig(
        windowMillis,
        learnMillis,
        10 * windowMillis,
        30 * windowMillis,
        Math.max(30 * windowMillis, 10 * learnMillis),
        Math.max(windowMillis, Math.min(10 * MINUTE, learnMillis / 30)),
        Math.max(6 * HOUR, learnMillis));
  }

  double windowSeconds() {
    return windowMillis / 1000.0;
  }
}
