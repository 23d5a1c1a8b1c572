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

  static final long HOUR = 3_600_000;

  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * HOUR;
  // Of a history, as the fit divides it.
  private static final double CALIBRATION_SHARE = 0.3;
  // Short-term statistics need rows to be statistics of.
  private static final int SHORT_WINDOWS = 10;
  private static final int LONG_WINDOWS = 30;
  // Long windows make a long history: fits need rows more than they need to be of this fortnight.
  private static final long HISTORY_WINDOWS = 50_000;

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

  /// For production: six hours to the first model, statistics of 10 and 30 minutes (windows, where
  /// these are longer than a minute), a baseline that follows in six hours, 14 days or 50,000
  /// windows of history.
  public static DetectConfig standard(long windowMillis) {
    return new DetectConfig(
        windowMillis,
        6 * HOUR,
        Math.max(10 * MINUTE, SHORT_WINDOWS * windowMillis),
        Math.max(30 * MINUTE, LONG_WINDOWS * windowMillis),
        6 * HOUR,
        Math.max(10 * MINUTE, windowMillis),
        Math.max(14 * DAY, HISTORY_WINDOWS * windowMillis));
  }

  /// For a demonstration that learns within a minute or so: every span is counted in windows.
  public static DetectConfig hurried(long windowMillis, long learnMillis) {
    return new DetectConfig(
        windowMillis,
        learnMillis,
        SHORT_WINDOWS * windowMillis,
        LONG_WINDOWS * windowMillis,
        Math.max(LONG_WINDOWS * windowMillis, 10 * learnMillis),
        Math.max(windowMillis, Math.min(10 * MINUTE, learnMillis / 30)),
        Math.max(6 * HOUR, learnMillis));
  }

  /// Length of a stretch whose peak counts once, in a calibration of `spanMillis`.
  long stretchMillis(long spanMillis) {
    return spanMillis >= CALIBRATION_SHARE * 2 * DAY ? HOUR : blockMillis;
  }

  double windowSeconds() {
    return windowMillis / 1000.0;
  }
}
