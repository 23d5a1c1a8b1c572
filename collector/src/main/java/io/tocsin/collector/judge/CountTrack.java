package io.tocsin.collector.judge;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything that one counted signal has gathered since the release.
///
/// @param counts binomial evidence beside old instances
/// @param bets betting evidence beside old instances
/// @param block of two windows, open
/// @param excess evidence that the new arm exceeds the absolute margin
/// @param before evidence against the old release's history, while nothing old runs beside
/// @param fine evidence that the new arm is below what health must refute
/// @param refuted whether that ever sufficed
/// @param parts an instance each, new and old
record CountTrack(
    CountEvidence counts,
    BettingEvidence bets,
    Block block,
    LimitEvidence excess,
    LimitEvidence before,
    LimitEvidence fine,
    boolean refuted,
    SortedMap<String, Tally> parts) {

  static final CountTrack NONE =
      new CountTrack(
          CountEvidence.NONE,
          BettingEvidence.NONE,
          new Block(0, 0, 0, 0, 0),
          LimitEvidence.ABOVE,
          LimitEvidence.ABOVE,
          LimitEvidence.BELOW,
          false,
          new TreeMap<>());

  private static final double CAP = 0.9;
  private static final int MAX_PARTS = 80;
  private static final double REFUTED = StrictMath.log(20);

  /// Sums over the windows of an open block.
  record Block(int windows, double newX, double oldX, double newE, double oldE) {}

  /// @param lines written with it, where events are windows; else the events
  record Tally(boolean isNew, double events, double exposure, double lines) {
    double rate() {
      return exposure > 0 ? events / exposure : 0;
    }
  }

  /// One instance in one window.
  record Seen(String instance, boolean isNew, double events, double exposure, double lines) {}

  CountTrack next(JudgeConfig config, CountReference reference, List<Seen> window) {
    SortedMap<String, Tally> tallies = new TreeMap<>(parts);
    Arm fresh = new Arm();
    Arm old = new Arm();
    for (Seen seen : window) {
      (seen.isNew ? fresh : old).add(seen);
      Tally tally = tallies.getOrDefault(seen.instance, new Tally(seen.isNew, 0, 0, 0));
      if (tallies.containsKey(seen.instance) || tallies.size() < MAX_PARTS) {
        tallies.put(
            seen.instance,
            new Tally(
                seen.isNew,
                tally.events + seen.events,
                tally.exposure + seen.exposure,
                tally.lines + seen.lines));
      }
    }
    CountTrack next = new CountTrack(counts, bets, block, excess, before, fine, refuted, tallies);
    if (fresh.instances == 0) {
      return next;
    }
    next = next.alone(config, reference, fresh);
    return old.instances > 0
        ? next.beside(config, reference, fresh, old)
        : next.after(config, reference, fresh);
  }

  private static final class Arm {
    private double events;
    private double exposure;
    private int instances;

    void add(Seen seen) {
      events += seen.events;
      exposure += seen.exposure;
      instances++;
    }
  }

  private CountTrack alone(JudgeConfig config, CountReference reference, Arm fresh) {
    LimitEvidence more =
        reference.excess() > 0
            ? excess.next(
                fresh.events,
                fresh.exposure,
                reference.rate() + reference.excess(),
                reference.phi())
            : excess;
    LimitEvidence less =
        fine.next(
            fresh.events,
            fresh.exposure,
            reference.unhealthy(config.rho1(), fresh.instances),
            reference.phi());
    return new CountTrack(
        counts, bets, block, more, before, less, refuted || less.logE() >= REFUTED, parts);
  }

  private CountTrack beside(JudgeConfig config, CountReference reference, Arm fresh, Arm old) {
    double ratio = reference.ratio(config.rho0(), fresh.instances, old.instances);
    CountEvidence counted =
        counts.next(fresh.events, old.events, fresh.exposure, old.exposure, ratio, reference.phi());
    Block sum =
        new Block(
            block.windows + 1,
            block.newX + fresh.events,
            block.oldX + old.events,
            block.newE + fresh.exposure,
            block.oldE + old.exposure);
    boolean full = sum.windows == 2;
    BettingEvidence bet = full ? bets.next(difference(sum, ratio, reference), CAP) : bets;
    Block open = full ? NONE.block : sum;
    return new CountTrack(counted, bet, open, excess, before, fine, refuted, parts);
  }

  /// STATISTICS item 3. An old event alone must not be clipped, or a rare event's sign would be bet
  /// on at even odds, which the null does not grant; hence the floor under the scale.
  private static double difference(Block sum, double ratio, CountReference reference) {
    double share = sum.newE / sum.oldE;
    double toNew = reference.pairExposure() > 0 ? sum.newE / reference.pairExposure() : 0;
    double mean = reference.pairMean() * toNew;
    double deviation = reference.pairDeviation() * StrictMath.sqrt(toNew);
    double scale = StrictMath.max(2 * (mean + deviation) + 1e-9, StrictMath.max(1, ratio * share));
    return BettingEvidence.clip((sum.newX - ratio * sum.oldX * share) / scale);
  }

  private CountTrack after(JudgeConfig config, CountReference reference, Arm fresh) {
    double limit =
        reference.ratio(config.rho0(), fresh.instances, StrictMath.max(1, reference.instances()))
            * reference.upperRate();
    LimitEvidence more = before.next(fresh.events, fresh.exposure, limit, reference.phi());
    return new CountTrack(counts, bets, block, excess, more, fine, refuted, parts);
  }

  CountTrack bare() {
    return new CountTrack(counts, bets, block, excess, before, fine, refuted, new TreeMap<>());
  }

  /// The smaller of ratio and excess: harm must break both margins (STATISTICS item 1).
  double logE(Contrast contrast, CountReference reference) {
    double ratio =
        switch (contrast) {
          case CONCURRENT -> EValues.mean(counts.logE(), bets.logE());
          case BEFORE_AFTER -> before.logE();
        };
    return reference.excess() > 0 ? StrictMath.min(ratio, excess.logE()) : ratio;
  }

  double newEvents() {
    return sum(true, false);
  }

  double newExposure() {
    return sum(true, true);
  }

  double oldEvents() {
    return sum(false, false);
  }

  double oldExposure() {
    return sum(false, true);
  }

  private double sum(boolean ofNew, boolean exposures) {
    return parts.values().stream()
        .filter(tally -> tally.isNew == ofNew)
        .mapToDouble(tally -> exposures ? tally.exposure : tally.events)
        .sum();
  }
}
