package io.tocsin.collector.calibrate;

import io.tocsin.collector.calibrate.Anomaly.Carrier;
import io.tocsin.collector.calibrate.CalibratorState.Alarm;
import io.tocsin.collector.calibrate.CalibratorState.Level;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.detect.SurpriseTail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns the scores of one workload into anomalies, no more than the declared budget allows: a
/// threshold from the calibration rows, and an offset that follows the number of alarms
/// (DETECTION.md section 4). The budget is the workload's, shared equally by its series. Pure;
/// confined to one thread.
public final class Calibrator {
  // While learning nothing is calibrated; only what three features shout together is worth a word.
  private static final double LEARNING_THRESHOLD = 3;
  // Scores end near 12; a wild calibration must not put the threshold where nothing can reach it.
  private static final double HIGHEST_THRESHOLD = 9;
  // Wide enough that a workload whose normal moved away from its calibration is still kept to its
  // budget, in both directions.
  private static final double MIN_OFFSET = -1;
  private static final double MAX_OFFSET = 1.5;
  private static final double PUSH = 0.1;
  private static final double HOURLY_PUSH = 0.1;
  private static final double LEVEL = 0.3;
  // Two decades: a flicker above the threshold must not hide the outage that follows within
  // minutes.
  private static final int ESCALATION_LEVELS = 7;
  // A held score starts to fall from at most here above the threshold: an outage that was a
  // thousand
  // times rarer than the budget is not over an hour later.
  private static final double HOLD_ABOVE = 0.5;
  private static final double MOST_HOURS = 10 * 365 * 24;
  private static final long HOUR = 3_600_000;
  private static final long MONTH = 30 * 24 * HOUR;
  private static final int MAX_ALARMS = 200;
  private static final int MAX_CARRIERS = 5;

  private final CalibrateConfig config;
  private @Nullable SurpriseTail workloadTail;
  private @Nullable SurpriseTail instanceTail;
  private double offset;
  private int series = 1;
  private Map<String, Double> held = new TreeMap<>();
  private long aboveMillis = Long.MIN_VALUE;
  private long pushedMillis = Long.MIN_VALUE;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final Deque<Alarm> alarms = new ArrayDeque<>();
  private long observedMillis;
  private boolean open;

  public Calibrator(CalibrateConfig config) {
    this.config = config;
  }

  public static Calibrator restore(CalibrateConfig config, CalibratorState state) {
    Calibrator calibrator = new Calibrator(config);
    calibrator.workloadTail = state.workloadTail();
    calibrator.instanceTail = state.instanceTail();
    calibrator.offset = state.offset();
    calibrator.series = state.series();
    calibrator.held.putAll(state.held());
    calibrator.aboveMillis = state.aboveMillis();
    calibrator.pushedMillis = state.pushedMillis();
    calibrator.levels.addAll(state.levels());
    calibrator.alarms.addAll(state.alarms());
    calibrator.observedMillis = state.observedMillis();
    return calibrator;
  }

  public CalibratorState snapshot() {
    return new CalibratorState(
        workloadTail,
        instanceTail,
        offset,
        series,
        held,
        aboveMillis,
        pushedMillis,
        List.copyOf(levels),
        List.copyOf(alarms),
        observedMillis);
  }

  /// Takes the thresholds of a model set that the detector has adopted. What is held was on another
  /// scale and is let go, and so is the offset: it made up for the calibration before.
  public void adopt(ModelSet models) {
    workloadTail = models.workloadTail();
    instanceTail = models.instanceTail();
    offset = 0;
    List<Alarm> before = List.copyOf(alarms);
    alarms.clear();
    before.forEach(alarm -> alarms.addLast(new Alarm(alarm.atMillis(), 0, alarm.real())));
    held.clear();
    levels.clear();
  }

  /// Looks at the scores of one window.
  ///
  /// @param scores of one window, as the detector gave them
  /// @param frozen whether the offset is to stay: an incident is marked real, or a release on watch
  /// @return the rarest of them when an incident begins with it and nothing as rare came shortly
  ///   before; one an incident, and another only where it becomes a hundred times rarer
  public Optional<Anomaly> accept(List<Score> scores, boolean frozen) {
    if (scores.isEmpty()) {
      return Optional.empty();
    }
    long now = scores.getFirst().windowEndMillis();
    series = scores.size();
    double above = Double.NEGATIVE_INFINITY;
    Score rarest = scores.getFirst();
    double rarestAbove = Double.NEGATIVE_INFINITY;
    Map<String, Double> holding = new TreeMap<>();
    for (Score score : scores) {
      double threshold = threshold(score);
      double holds = hold(score, threshold);
      holding.put(score.instance(), holds);
      above = Math.max(above, holds - threshold);
      if (score.surprise() - threshold > rarestAbove) {
        rarest = score;
        rarestAbove = score.surprise() - threshold;
      }
    }
    held = holding;
    boolean learning = scores.getFirst().learning();
    observedMillis = learning ? 0 : Math.min(MONTH, observedMillis + config.windowMillis());
    while (!alarms.isEmpty() && alarms.getFirst().atMillis() < now - MONTH) {
      alarms.removeFirst();
    }
    open = above >= 0;
    Optional<Anomaly> anomaly =
        above >= 0 ? incident(now, above, rarest, rarestAbove, frozen) : Optional.empty();
    if (!frozen && !learning) {
      double days = config.windowMillis() / (24.0 * HOUR);
      push(-2 * PUSH * config.perHour() * 24 * days);
    }
    return anomaly;
  }

  /// Whether an incident is open in the window looked at last.
  public boolean open() {
    return open;
  }

  /// Whether a score of the last window is above the threshold now, alarm or not.
  public boolean deviates(Score score) {
    return score.surprise() >= threshold(score);
  }

  /// Somebody marked an alarm real: it no longer counts as false, and what it did to the threshold
  /// is undone.
  ///
  /// @param windowEndMillis of the anomaly
  /// @return whether there was such an alarm within the month
  public boolean markReal(long windowEndMillis) {
    List<Alarm> after = new ArrayList<>();
    boolean found = false;
    for (Alarm alarm : alarms) {
      boolean meant = alarm.atMillis() == windowEndMillis && !alarm.real();
      if (meant) {
        push(-alarm.push());
      }
      found |= meant;
      after.add(meant ? new Alarm(alarm.atMillis(), 0, true) : alarm);
    }
    alarms.clear();
    alarms.addAll(after);
    return found;
  }

  public Budget budget() {
    int real = (int) alarms.stream().filter(Alarm::real).count();
    return new Budget(config.alarmsPerMonth(), alarms.size() - real, real, observedMillis);
  }

  /// What a score of the last window is held against.
  public double threshold(Score score) {
    SurpriseTail tail = score.instance().isEmpty() ? workloadTail : instanceTail;
    if (score.learning() || tail == null) {
      return LEARNING_THRESHOLD;
    }
    return Math.min(HIGHEST_THRESHOLD, tail.level(config.perHour() / series)) + offset;
  }

  private double hold(Score score, double threshold) {
    Double before = held.get(score.instance());
    if (before == null) {
      return score.surprise();
    }
    double fall = config.fallPerMinute() * config.windowMillis() / 60_000;
    return Math.max(score.surprise(), Math.min(before, threshold + HOLD_ABOVE) - fall);
  }

  private Optional<Anomaly> incident(
      long now, double above, Score rarest, double rarestAbove, boolean frozen) {
    boolean begins = aboveMillis == Long.MIN_VALUE || now - aboveMillis > config.gapMillis();
    int level = (int) Math.floor(above / LEVEL);
    while (!levels.isEmpty() && levels.getFirst().atMillis() <= now - config.quietMillis()) {
      levels.removeFirst();
    }
    boolean rarer =
        levels.isEmpty()
            ? begins
            : level >= levels.getFirst().level() + (begins ? 1 : ESCALATION_LEVELS);
    while (!levels.isEmpty() && levels.getLast().level() <= level) {
      levels.removeLast();
    }
    levels.addLast(new Level(now, level));
    aboveMillis = now;
    boolean raised = rarer && rarestAbove >= 0;
    if (raised) {
      if (alarms.size() == MAX_ALARMS) {
        alarms.removeFirst();
      }
      alarms.addLast(new Alarm(now, 0, false));
    }
    if (begins) {
      pushedMillis = now;
    }
    boolean hourOn = now - pushedMillis >= HOUR;
    if (hourOn) {
      pushedMillis = now;
    }
    if (!frozen && (begins || hourOn)) {
      double push = push(begins ? PUSH : HOURLY_PUSH);
      if (!alarms.isEmpty()) {
        Alarm last = alarms.removeLast();
        alarms.addLast(last.real() ? last : new Alarm(last.atMillis(), last.push() + push, false));
      }
    }
    return raised ? Optional.of(anomaly(rarest)) : Optional.empty();
  }

  /// What the push came to within the bounds.
  private double push(double by) {
    double before = offset;
    offset = Math.clamp(offset + by, MIN_OFFSET, MAX_OFFSET);
    return offset - before;
  }

  private Anomaly anomaly(Score score) {
    SurpriseTail tail = score.instance().isEmpty() ? workloadTail : instanceTail;
    double perHour =
        score.learning() || tail == null
            ? StrictMath.pow(10, -score.surprise())
            : tail.perHour(score.surprise() - offset) * series;
    List<Carrier> carriers =
        score.contributions().stream()
            .limit(MAX_CARRIERS)
            .map(c -> new Carrier(c.feature(), c.share(), c.usualLow(), c.usualHigh(), c.seen()))
            .toList();
    return new Anomaly(
        score.workload(),
        score.instance(),
        score.windowEndMillis(),
        Math.min(MOST_HOURS, 1 / perHour),
        carriers);
  }
}
