package io.tocsin.collector.judge;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything that one counted signal has gathered since the release.
///
/// @param counts binomial evidence beside old instances
/// @param bets betting evidence beside old instances
/// @param excess evidence that the new arm exceeds the absolute margin
/// @param before evidence against the old release's history, while nothing old runs beside
/// @param many evidence that the new arm has more than history ever allows, old ones beside or not
/// @param manyOld the same of the old arm: then it is not the release's doing
/// @param fine evidence that the new arm is below what health must refute
/// @param refuted whether that ever sufficed
/// @param parts an instance each, new and old
record CountTrack(
    CountEvidence counts,
    BettingEvidence bets,
    LimitEvidence excess,
    LimitEvidence before,
    LimitEvidence many,
    LimitEvidence manyOld,
    LimitEvidence fine,
    boolean refuted,
    SortedMap<String, Tally> parts) {

  static final CountTrack NONE =
      new CountTrack(
          CountEvidence.NONE,
          BettingEvidence.EAGER,
          LimitEvidence.ABOVE,
          LimitEvidence.ABOVE,
          LimitEvidence.ABOVE,
          LimitEvidence.ABOVE,
          LimitEvidence.BELOW,
          false,
          new TreeMap<>());

  private static final double CAP = 0.9;
  // Counts are quicker; bets bear what clusters better, and need no over-dispersion.
  private static final double COUNTS = 2.0 / 3;
  private static final int MAX_PARTS = 80;
  private static final double REFUTED = StrictMath.log(20);
  // A crash loop, or a service that fails its checks, fails window after window: few of those are
  // independent.
  private static final double CLUSTERED = 2;
  private static final double SUSPECTED = StrictMath.log(2);

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
    Arm fresh = new Arm(reference.unit());
    Arm old = new Arm(reference.unit());
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
    CountTrack next =
        new CountTrack(counts, bets, excess, before, many, manyOld, fine, refuted, tallies);
    if (fresh.instances == 0) {
      return next;
    }
    next = next.alone(config, reference, fresh, usual(reference));
    return old.instances > 0
        ? next.beside(config, reference, fresh, old)
        : next.after(config, reference, fresh);
  }

  private static final class Arm {
    private final CountUnit unit;
    private double counted;
    private double events;
    private double exposure;
    private int instances;

    Arm(CountUnit unit) {
      this.unit = unit;
    }

    void add(Seen seen) {
      counted += unit.count(seen.events);
      events += seen.events;
      exposure += seen.exposure;
      instances++;
    }
  }

  /// The old release's rate: its history's, or the most that the old instances beside show, where
  /// that is less. A history learnt on a busy host excuses what nothing excuses now: releases with
  /// five times the slow requests of those beside them were called healthy.
  double usual(CountReference reference) {
    double exposure = oldExposure();
    double instances = (double) parts.values().stream().filter(tally -> !tally.isNew).count();
    return exposure > 0
        ? StrictMath.min(reference.rate(), reference.most(oldEvents(), exposure, instances))
        : reference.rate();
  }

  private CountTrack alone(JudgeConfig config, CountReference reference, Arm fresh, double usual) {
    double tooMany = usual + reference.excess();
    LimitEvidence more =
        reference.excess() > 0
            ? excess.next(fresh.events, fresh.exposure, tooMany, tooMany, reference.phi())
            : excess;
    double limit = reference.unhealthy(usual, config.rho1(), fresh.instances);
    // As often as before; not quite never, or the first event would undo all evidence of health.
    double expected = StrictMath.max(usual, limit / 4);
    LimitEvidence less = fine.next(fresh.events, fresh.exposure, limit, expected, reference.phi());
    LimitEvidence above = beyond(reference, many, fresh);
    boolean isFine = refuted || less.logE() >= REFUTED;
    return new CountTrack(counts, bets, more, before, above, manyOld, less, isFine, parts);
  }

  private CountTrack beside(JudgeConfig config, CountReference reference, Arm fresh, Arm old) {
    CountUnit unit = reference.unit();
    double ratio = unit.ratio(config.rho0(), fresh.instances, old.instances);
    double exposure = unit.exposure(fresh.exposure, old.exposure, fresh.instances, old.instances);
    CountEvidence counted =
        counts.next(fresh.counted, old.counted, exposure, old.exposure, ratio, unit.phi());
    double difference = difference(fresh.counted, old.counted, exposure, old.exposure, ratio, unit);
    LimitEvidence oldToo = beyond(reference, manyOld, old);
    BettingEvidence bet = bets.next(difference, CAP);
    return new CountTrack(counted, bet, excess, before, many, oldToo, fine, refuted, parts);
  }

  private static LimitEvidence beyond(CountReference reference, LimitEvidence so, Arm arm) {
    double limit = reference.tooMany();
    double phi = StrictMath.max(CLUSTERED, reference.phi());
    return limit > 0 ? so.next(arm.events, arm.exposure, limit, limit, phi) : so;
  }

  /// STATISTICS item 3. An old event alone must not be clipped, or a rare event's sign would be bet
  /// on at even odds, which the null does not grant; hence the floor under the scale.
  private static double difference(
      double newX, double oldX, double newE, double oldE, double ratio, CountUnit unit) {
    double share = newE / oldE;
    double toNew = unit.exposure() > 0 ? newE / unit.exposure() : 0;
    double mean = unit.mean() * toNew;
    double deviation = unit.deviation() * StrictMath.sqrt(toNew);
    double scale = StrictMath.max(2 * (mean + deviation) + 1e-9, StrictMath.max(1, ratio * share));
    return BettingEvidence.clip((newX - ratio * oldX * share) / scale);
  }

  private CountTrack after(JudgeConfig config, CountReference reference, Arm fresh) {
    double limit =
        reference.ratio(config.rho0(), fresh.instances, StrictMath.max(1, reference.instances()))
            * reference.upperRate();
    LimitEvidence more = before.next(fresh.events, fresh.exposure, limit, limit, reference.phi());
    return new CountTrack(counts, bets, excess, more, many, manyOld, fine, refuted, parts);
  }

  CountTrack bare() {
    return new CountTrack(
        counts, bets, excess, before, many, manyOld, fine, refuted, new TreeMap<>());
  }

  /// The smaller of ratio and excess: harm must break both margins (STATISTICS item 1).
  double logE(Contrast contrast, CountReference reference) {
    double ratio =
        switch (contrast) {
          case CONCURRENT -> besideLogE(reference);
          case BEFORE_AFTER -> before.logE();
        };
    return reference.excess() > 0 ? StrictMath.min(ratio, excess.logE()) : ratio;
  }

  /// Rare events say little of a ratio: old instances that never crashed bring at most .4 nats a
  /// crash of the new ones. What history never allows is harm by itself, unless the old ones show
  /// it too.
  private double besideLogE(CountReference reference) {
    double ratio = new EValues().add(COUNTS, counts.logE()).add(1 - COUNTS, bets.logE()).log();
    if (reference.tooMany() <= 0) {
      return ratio;
    }
    boolean both = manyOld.logE() > SUSPECTED;
    double beyond = both ? StrictMath.min(many.logE(), 0) : many.logE();
    return new EValues().add(0.5, ratio).add(0.5, beyond).log();
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
