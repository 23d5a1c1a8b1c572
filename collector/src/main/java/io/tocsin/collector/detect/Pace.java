package io.tocsin.collector.detect;

/// What one window weighs in each of the means that follow, 0 to 1.
///
/// @param fast in the baseline of hours
/// @param slow in the baseline of days
/// @param residual in what the forecast is usually wrong by
/// @param surprise in the smoothed surprise
/// @param shortSpan windows of the shorter short-term statistics
/// @param longSpan of the longer ones
record Pace(
    double fast, double slow, double residual, float surprise, double shortSpan, double longSpan) {

  // Six hours, three days and one day; ten and six minutes (DETECTION.md section 2).
  private static final double DAYS = 12;
  private static final double DAY = 4;
  private static final double SMOOTH = 0.6;

  static Pace of(DetectConfig config) {
    double window = config.windowMillis();
    double follow = window / config.followMillis();
    double shortSpan = config.shortMillis() / window;
    return new Pace(
        follow,
        follow / DAYS,
        follow / DAY,
        (float) (1 / Math.max(1, SMOOTH * shortSpan)),
        shortSpan,
        config.longMillis() / window);
  }

  /// @param rows seen before
  float shortTerm(int rows) {
    return weight(shortSpan, rows);
  }

  float longTerm(int rows) {
    return weight(longSpan, rows);
  }

  // 2 / (k + 1) has the mean age of a plain mean over k rows; a plain mean while there are fewer.
  private static float weight(double k, int rows) {
    return (float) Math.max(2 / (k + 1), 1.0 / (rows + 1));
  }
}
