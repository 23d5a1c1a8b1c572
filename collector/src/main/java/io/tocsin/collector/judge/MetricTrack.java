package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one resource has gathered since the release, block by block (STATISTICS item 6). A leak is
/// a difference that grows: the bets follow it once it passes the margin.
///
/// @param beside betting evidence beside old instances
/// @param before betting evidence against the old release's history
/// @param filled windows in the open block
/// @param open an instance each
/// @param blocks that had both arms
/// @param newLevel median of the new arm in the last block
/// @param oldLevel median of the old arm in the last block, or of history
/// @param last an instance each, in the last block
record MetricTrack(
    BettingEvidence beside,
    BettingEvidence before,
    int filled,
    SortedMap<String, Sum> open,
    int blocks,
    double newLevel,
    double oldLevel,
    SortedMap<String, Sum> last) {

  static final MetricTrack NONE =
      new MetricTrack(
          BettingEvidence.EAGER,
          BettingEvidence.EAGER,
          0,
          new TreeMap<>(),
          0,
          0,
          0,
          new TreeMap<>());

  // STATISTICS item 6 bets half at most, and more with the harness's consent: it has consented
  // (RATIONALE). At half, a leak needs 20 blocks.
  private static final double CAP = 0.75;
  // Three blocks weigh half: a leak passes its margin after hours in which nothing was wrong.
  private static final double KEEP = 0.7;
  private static final int MAX_PARTS = 80;

  record Sum(boolean isNew, double total, int windows) {
    double mean() {
      return total / windows;
    }
  }

  /// What a level is held against.
  ///
  /// @param level of the old release's history
  /// @param noise deviation of its block medians
  /// @param spread deviation between its instances
  /// @param instances of the history
  /// @param room share of the old level by which it may rise and still be no harm
  /// @param floor difference that is never harm
  /// @param byMean whether instances are averaged; else their median is taken
  record Reference(
      double level,
      double noise,
      double spread,
      int instances,
      double room,
      double floor,
      boolean byMean) {

    /// The difference that is still no harm.
    double margin(double oldLevel, int newInstances, int oldInstances) {
      double apart = StrictMath.sqrt(1.0 / newInstances + 1.0 / StrictMath.max(1, oldInstances));
      double margin = StrictMath.max(room * StrictMath.abs(oldLevel), 2.6 * spread * apart);
      return StrictMath.max(StrictMath.max(margin, 2 * noise), floor);
    }
  }

  /// One instance in one window.
  record Seen(String instance, boolean isNew, double value) {}

  MetricTrack next(JudgeConfig config, Reference reference, List<Seen> window) {
    SortedMap<String, Sum> sums = new TreeMap<>(open);
    for (Seen seen : window) {
      if (sums.containsKey(seen.instance) || sums.size() < MAX_PARTS) {
        Sum sum = sums.getOrDefault(seen.instance, new Sum(seen.isNew, 0, 0));
        sums.put(seen.instance, new Sum(seen.isNew, sum.total + seen.value, sum.windows + 1));
      }
    }
    if (filled + 1 < config.blockWindows()) {
      return new MetricTrack(beside, before, filled + 1, sums, blocks, newLevel, oldLevel, last);
    }
    return closed(reference, sums);
  }

  private MetricTrack closed(Reference reference, SortedMap<String, Sum> sums) {
    List<Double> fresh = new ArrayList<>();
    List<Double> old = new ArrayList<>();
    sums.values().forEach(sum -> (sum.isNew ? fresh : old).add(sum.mean()));
    if (fresh.isEmpty()) {
      return new MetricTrack(beside, before, 0, new TreeMap<>(), blocks, newLevel, oldLevel, last);
    }
    double level = middle(fresh, reference);
    double usual = old.isEmpty() ? reference.level : middle(old, reference);
    int usualInstances = old.isEmpty() ? reference.instances : old.size();
    double margin = reference.margin(usual, fresh.size(), usualInstances);
    // Half a margin beyond it is as sure as anything.
    double scale = StrictMath.max(margin / 2, 1e-9);
    double difference = BettingEvidence.clip((level - usual - margin) / scale);
    return new MetricTrack(
        old.isEmpty() ? beside : beside.next(difference, CAP, KEEP),
        old.isEmpty() ? before.next(difference, CAP, KEEP) : before,
        0,
        new TreeMap<>(),
        blocks + 1,
        level,
        usual,
        sums);
  }

  private static double middle(List<Double> values, Reference reference) {
    return reference.byMean
        ? values.stream().mapToDouble(Double::doubleValue).sum() / values.size()
        : MetricHistory.median(values);
  }

  MetricTrack bare() {
    return new MetricTrack(
        beside, before, filled, open, blocks, newLevel, oldLevel, new TreeMap<>());
  }

  double logE(Contrast contrast) {
    return switch (contrast) {
      case CONCURRENT -> beside.logE();
      case BEFORE_AFTER -> before.logE();
    };
  }
}
