package io.tocsin.benchmarks.accuracy;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.calibrate.Calibrator;
import io.tocsin.collector.detect.Contribution;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.detect.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One entity as the collector would watch it: a row is a window of a workload. The detector, the
/// fits and the calibrators are the product's own, with its own configuration.
final class Stream {
  private static final long SEED = 42;
  private static final double DAYS_A_MONTH = 30;
  // What is held before there is anything to hold.
  private static final double LEAST = -10;

  private final String name;
  private final List<String> metrics;
  private final DetectConfig config;
  private final Detector detector;
  private final List<Calibrator> calibrators;
  private final List<Row> history = new ArrayList<>();
  private final double fall;
  private double held = LEAST;
  private int version;
  private long now;

  /// @param metrics names, in the order of the values
  /// @param perDay budgets to alarm by side by side, false alarms a day
  Stream(String name, List<String> metrics, double stepMinutes, List<Double> perDay) {
    this.name = name;
    this.metrics = metrics;
    long window = Math.round(stepMinutes * 60_000);
    config = DetectConfig.standard(window);
    detector = new Detector(config);
    CalibrateConfig calibrate = CalibrateConfig.standard(window);
    fall = calibrate.fallPerMinute() * stepMinutes;
    calibrators =
        perDay.stream()
            .map(budget -> new Calibrator(calibrate.allowing(DAYS_A_MONTH * budget)))
            .toList();
  }

  /// What was made of a row.
  ///
  /// @param score null while nothing can be scored
  /// @param held its surprise, falling no faster than the collector lets it fall
  /// @param open whether an incident is open, by budget
  /// @param raised whether an anomaly was raised, by budget
  record Seen(@Nullable Score score, double held, boolean[] open, boolean[] raised) {}

  Seen next(double[] values) {
    now += config.windowMillis();
    SortedMap<String, Double> named = new TreeMap<>();
    for (int j = 0; j < values.length; j++) {
      named.put(metrics.get(j), values[j]);
    }
    Score score = detector.score(name, new Row(now, "", named), false);
    history.addAll(detector.history());
    boolean[] open = new boolean[calibrators.size()];
    boolean[] raised = new boolean[calibrators.size()];
    for (int b = 0; b < open.length && score != null; b++) {
      raised[b] = calibrators.get(b).accept(List.of(score), false).isPresent();
      open[b] = calibrators.get(b).open();
    }
    hold(score == null ? LEAST : score.surprise());
    return new Seen(score, held, open, raised);
  }

  /// Names of the metrics that carried the row seen last, strongest first.
  List<String> carriers() {
    return detector.explanation().stream().map(Contribution::feature).toList();
  }

  /// Fits where the collector would, and goes on without where the rows will not do yet.
  void fitWhenDue() {
    if (!detector.wantsFit()) {
      return;
    }
    try {
      fit();
    } catch (IllegalArgumentException e) {
      System.err.printf("%s: no models yet: %s%n", name, e.getMessage());
      detector.fitFailed();
    }
  }

  /// Fits on the rows so far and goes on with what came out.
  ///
  /// @return held surprise of each row that no model was fitted on
  double[] fit() {
    Fitter.Fit fit = Fitter.fit(history, config, SEED, version);
    ModelSet models = fit.models();
    version = models.version();
    detector.adopt(models);
    calibrators.forEach(calibrator -> calibrator.adopt(models));
    held = LEAST;
    return fit.calibration().stream().mapToDouble(this::hold).toArray();
  }

  private double hold(double surprise) {
    held = Math.max(held - fall, surprise);
    return held;
  }
}
