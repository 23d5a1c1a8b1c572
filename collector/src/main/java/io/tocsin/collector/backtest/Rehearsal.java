package io.tocsin.collector.backtest;

import io.tocsin.collector.alert.Sentences;
import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.calibrate.Calibrator;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One workload as the collector would have watched it: its own detector, fits and calibrator, with
/// its own configuration, in its order. Nothing is frozen: there are no releases on watch. A fit
/// takes no time: its models are in force from the next window on. Confined to one thread.
final class Rehearsal {
  private static final int MAX_ALARMS = 1_000;
  private static final double MONTH = 30 * 86_400_000.0;
  private static final long DAY = 86_400_000;

  private final String workload;
  private final Settings settings;
  private final DetectConfig detect;
  private final CalibrateConfig calibrate;
  private final Detector detector;
  private final Calibrator calibrator;
  private final ArrayDeque<Row> history = new ArrayDeque<>();
  private final Trace trace = new Trace();
  private final List<Report.Alarm> alarms = new ArrayList<>();
  private boolean alarmed;
  private long cells;
  private long first;
  private long last;
  private long windows;
  private long unscored;
  private long gaps;
  private int features;
  private int fits;
  private int version;
  private @Nullable Long learnt;

  /// @param windowMillis between two rows
  Rehearsal(String workload, long windowMillis, Settings settings) {
    this.workload = workload;
    this.settings = settings;
    detect = config(workload, windowMillis);
    calibrate = CalibrateConfig.standard(windowMillis).allowing(settings.alarmsPerMonth());
    detector = new Detector(detect);
    calibrator = new Calibrator(calibrate);
  }

  private static DetectConfig config(String workload, long windowMillis) {
    try {
      return DetectConfig.standard(windowMillis);
    } catch (IllegalArgumentException e) {
      // Thirty windows must fit into the six hours in which the baseline follows.
      throw BacktestException.wrong(
          "%s: expected rows at most 12 minutes apart, found one in %s; bring a finer history"
              .formatted(workload, Words.span(windowMillis)));
    }
  }

  void row(Row row) {
    before(row.windowEndMillis(), row.values().size());
    Score score = detector.score(workload, row, false);
    after(score == null ? List.of() : List.of(score));
  }

  void window(SealedWindow window, TemplateBook book) {
    List<Score> scores = detector.score(window, book, false);
    Row whole = detector.whole();
    before(window.endMillis(), whole == null ? 0 : whole.values().size());
    after(scores);
  }

  /// Values held for fits: what a workload's memory is mostly made of.
  long cells() {
    return cells;
  }

  Report.Workload report() {
    Long since = learnt;
    long counting = alarms.stream().filter(alarm -> !alarm.learning()).count();
    return new Report.Workload(
        workload,
        first,
        last,
        detect.windowMillis(),
        windows,
        unscored,
        gaps,
        features,
        since,
        detect.learnMillis(),
        fits,
        calibrate.alarmsPerMonth(),
        since == null || last - since < DAY ? null : counting / ((last - since) / MONTH),
        alarms,
        trace.points());
  }

  private void before(long endMillis, int values) {
    long window = detect.windowMillis();
    first = first == 0 ? endMillis - window : first;
    gaps += last > 0 && endMillis - last > window + window / 2 ? 1 : 0;
    last = endMillis;
    windows++;
    features = Math.max(features, values);
  }

  private void after(List<Score> scores) {
    for (Row row : detector.history()) {
      history.addLast(row);
      cells += row.values().size();
    }
    while (!history.isEmpty()
        && history.getFirst().windowEndMillis() <= last - detect.historyMillis()) {
      cells -= history.removeFirst().values().size();
    }
    if (scores.isEmpty()) {
      unscored++;
    } else {
      var anomaly = calibrator.accept(scores, false);
      Score whole = scores.getFirst();
      trace.add(last, whole.surprise(), calibrator.threshold(whole));
      goOn();
      anomaly.ifPresent(raised -> raise(raised, whole.learning()));
    }
    if (detector.wantsFit()) {
      fit();
    }
  }

  /// An alarm lasts while its incident is open, and over gaps that belong to one incident.
  private void goOn() {
    if (!alarmed) {
      return;
    }
    Report.Alarm alarm = alarms.getLast();
    if (last - alarm.untilMillis() > calibrate.gapMillis()) {
      alarmed = false;
    } else if (calibrator.open()) {
      alarms.removeLast();
      alarms.add(
          new Report.Alarm(
              alarm.atMillis(),
              last,
              alarm.learning(),
              alarm.onceInHours(),
              alarm.sentence(),
              alarm.carriers()));
    }
  }

  private void raise(Anomaly anomaly, boolean learning) {
    if (alarms.size() == MAX_ALARMS) {
      throw BacktestException.wrong(
          "%s: expected a budget that leaves at most %,d alarms, found more; lower --budget"
              .formatted(workload, MAX_ALARMS));
    }
    alarms.add(
        new Report.Alarm(
            last,
            last,
            learning,
            anomaly.onceInHours(),
            Sentences.unusual(anomaly),
            anomaly.carriers().stream()
                .map(c ->
                    new Report.Carrier(
                        c.feature(), c.share(), c.usualLow(), c.usualHigh(), c.seen()))
                .toList()));
    alarmed = true;
  }

  private void fit() {
    ModelSet models;
    try {
      // The collector's seed of a workload's fits.
      long seed = settings.seed() ^ workload.hashCode();
      models = Fitter.fit(List.copyOf(history), detect, seed, version).models();
    } catch (IllegalArgumentException e) {
      detector.fitFailed(); // more history may do
      return;
    }
    version = models.version();
    detector.adopt(models);
    calibrator.adopt(models);
    fits++;
    learnt = learnt == null ? Long.valueOf(last) : learnt;
  }
}
