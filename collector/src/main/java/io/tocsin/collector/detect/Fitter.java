package io.tocsin.collector.detect;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.Event.EventType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/// Fits a model set on history: the first 70 % of it for scaling and models, the rest, which no
/// model has seen, for calibration. Runs on the caller's thread for seconds; the same rows and seed
/// give the same bytes on the same machine, and the same scores on every machine.
public final class Fitter {
  /// Fewer windows than this say nothing.
  public static final int MIN_WINDOWS = 30;

  private static final double FIT_SHARE = 0.7;
  private static final int TREES = 100;
  private static final int SAMPLES = 256;
  private static final int STEPS = 1300;
  private static final double CONTAMINATION = 0.01;
  // Enough for 1,300 steps of 256; more only costs memory.
  private static final int MAX_TRAINING_ROWS = 16_384;
  private static final int MAX_WARM_SERIES = 16;

  private final DetectConfig config;
  private final List<Row> rows;
  private final long splitMillis;
  private final long endMillis;
  private final FeatureSchema schema;
  private final Scaling ofWhole;
  private final Scaling ofInstances;

  /// What a fit gives.
  ///
  /// @param calibration surprise of the workload as a whole in each window that no model was fitted
  ///   on, in order
  public record Fit(ModelSet models, List<Double> calibration) {
    public Fit {
      calibration = List.copyOf(calibration);
    }
  }

  private Fitter(List<Row> history, DetectConfig config, int fromVersion) {
    this.config = config;
    endMillis = history.stream().mapToLong(Row::windowEndMillis).max().orElse(0);
    rows =
        history.stream()
            .filter(row -> row.windowEndMillis() > endMillis - config.historyMillis())
            .sorted(Comparator.comparingLong(Row::windowEndMillis).thenComparing(Row::instance))
            .toList();
    List<Row> whole = rows.stream().filter(row -> row.instance().isEmpty()).toList();
    if (whole.size() < MIN_WINDOWS) {
      throw new IllegalArgumentException(
          "%d windows of the workload as a whole, at least %d expected"
              .formatted(whole.size(), MIN_WINDOWS));
    }
    splitMillis = whole.get((int) (FIT_SHARE * whole.size())).windowEndMillis();
    List<Row> wholeFit = whole.stream().filter(this::fits).toList();
    schema = FeatureSchema.choose(fromVersion + 1, wholeFit);
    List<Row> instancesFit =
        rows.stream().filter(row -> !row.instance().isEmpty() && fits(row)).toList();
    ofWhole = Scaling.fit(schema, wholeFit, config.windowSeconds());
    ofInstances =
        instancesFit.size() < MIN_WINDOWS
            ? ofWhole
            : Scaling.fit(schema, instancesFit, config.windowSeconds());
  }

  /// @param history rows of the workload as a whole and of instances, in any order
  /// @param fromVersion of the model set before, 0 when there is none
  /// @throws IllegalArgumentException when there are less than 30 windows, or no feature is of use
  public static Fit fit(List<Row> history, DetectConfig config, long seed, int fromVersion) {
    return new Fitter(history, config, fromVersion).fit(seed);
  }

  private Fit fit(long seed) {
    Models models = models(seed);
    Views views = new Views(schema, models, config);
    Map<String, Series> series = new TreeMap<>();
    Map<String, Long> seen = new TreeMap<>();
    Calibration ofTheWhole = new Calibration(models.forecast().skill());
    Calibration ofTheInstances = new Calibration(models.forecast().skill());
    replay((row, x) -> {
      boolean whole = row.instance().isEmpty();
      Series one = series.computeIfAbsent(row.instance(), i -> new Series(schema.size(), whole));
      seen.put(row.instance(), row.windowEndMillis());
      if (fits(row)) {
        views.pass(one, scaling(row), x);
        return;
      }
      double[] measured = new double[View.COUNT];
      double novelty = row.values().getOrDefault(Features.NOVEL, Double.NaN);
      views.measure(one, scaling(row), x, novelty, row.windowEndMillis(), true, measured);
      (whole ? ofTheWhole : ofTheInstances).add(row, measured);
    });
    Gauge workload = ofTheWhole.gauge(ofWhole);
    Gauge instances = ofTheInstances.rows.isEmpty() ? workload : ofTheInstances.gauge(ofInstances);
    ModelSet set =
        ModelSet.of(
            schema, endMillis, workload, instances, models, warm(series, seen), views.encode());
    return new Fit(set, ofTheWhole.surprises(workload));
  }

  /// One pass over the rows to be fitted gives all that the models are made of.
  private Models models(long seed) {
    int d = schema.size();
    Lens lens = new Lens(d, config);
    Forecast.Fit forecast = new Forecast.Fit(d);
    MutableDataset<Event> dataset = dataset();
    String[] names = Lens.names(schema);
    Map<String, Series> series = new TreeMap<>();
    Map<String, List<float[]>> fastPlaces = new TreeMap<>();
    List<float[]> slowPlaces = new ArrayList<>();
    long stride = Math.ceilDiv(rows.stream().filter(this::fits).count(), MAX_TRAINING_ROWS);
    long[] count = {0};
    replay((row, x) -> {
      if (!fits(row)) {
        return;
      }
      boolean whole = row.instance().isEmpty();
      Series one = series.computeIfAbsent(row.instance(), i -> new Series(d, whole));
      lens.look(one, scaling(row), x, null, true);
      fastPlaces
          .computeIfAbsent(row.instance(), i -> new ArrayList<>())
          .add(lens.fastPlace().clone());
      if (whole) {
        slowPlaces.add(lens.slowPlace().clone());
      }
      if (count[0]++ % stride == 0) {
        forecast.add(one.previous, one.recent, lens.row());
        dataset.add(
            new ArrayExample<>(
                new Event(EventType.EXPECTED), names.clone(), doubles(lens.statistics())));
      }
      lens.done(one);
    });
    return new Models(
        forecast.solve(),
        Prototypes.fit(List.<float[][]>of(slowPlaces.toArray(float[][]::new)), names.length),
        Prototypes.fit(
            fastPlaces.values().stream().map(p -> p.toArray(float[][]::new)).toList(),
            names.length),
        (IsolationForestModel)
            new IsolationForestTrainer(TREES, SAMPLES, CONTAMINATION, seed, endMillis)
                .train(dataset),
        (AutoencoderModel)
            new AutoencoderTrainer(STEPS, CONTAMINATION, seed, endMillis).train(dataset));
  }

  private MutableDataset<Event> dataset() {
    var source =
        new SimpleDataSourceProvenance(
            "windows of a workload",
            OffsetDateTime.ofInstant(Instant.ofEpochMilli(endMillis), ZoneOffset.UTC),
            new AnomalyFactory());
    return new MutableDataset<>(source, new AnomalyFactory());
  }

  /// The series that were there at the end.
  private Map<String, byte[]> warm(Map<String, Series> series, Map<String, Long> seen) {
    Map<String, byte[]> warm = new TreeMap<>();
    series.entrySet().stream()
        .filter(entry -> seen.getOrDefault(entry.getKey(), 0L) == endMillis)
        .limit(MAX_WARM_SERIES)
        .forEach(entry -> warm.put(entry.getKey(), entry.getValue().encode()));
    return warm;
  }

  private interface Step {
    void at(Row row, double[] x);
  }

  /// All rows as they came live, but for those that lack too much.
  private void replay(Step step) {
    for (Row row : rows) {
      double[] x = schema.extract(row.values());
      if (x != null) {
        step.at(row, x);
      }
    }
  }

  private boolean fits(Row row) {
    return row.windowEndMillis() < splitMillis;
  }

  private Scaling scaling(Row row) {
    return row.instance().isEmpty() ? ofWhole : ofInstances;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /// What the views measured in rows that no model was fitted on.
  private final class Calibration {
    private final List<Row> rows = new ArrayList<>();
    private final List<double[]> measured = new ArrayList<>();
    private final long stretch = config.stretchMillis(endMillis - splitMillis);
    private final double skill;

    Calibration(double skill) {
      this.skill = skill;
    }

    void add(Row row, double[] values) {
      rows.add(row);
      measured.add(values);
    }

    Gauge gauge(Scaling scaling) {
      List<Tail> tails = new ArrayList<>();
      for (int v = 0; v < View.COUNT; v++) {
        View view = View.at(v);
        Peaks peaks = new Peaks();
        for (int i = 0; i < rows.size(); i++) {
          peaks.add(rows.get(i), measured.get(i)[v] + view.offset());
        }
        tails.add(Tail.fit(peaks.values(), view.offset(), view.shape()));
      }
      double hours = stretch / (double) DetectConfig.HOUR;
      Gauge uncalibrated = new Gauge(scaling, tails, new SurpriseTail(0, 1, 0, hours));
      Peaks peaks = new Peaks();
      List<Double> surprises = surprises(uncalibrated);
      for (int i = 0; i < rows.size(); i++) {
        peaks.add(rows.get(i), surprises.get(i));
      }
      return new Gauge(scaling, tails, SurpriseTail.fit(peaks.values(), hours));
    }

    List<Double> surprises(Gauge gauge) {
      return measured.stream()
          .map(values -> {
            double[] rarities = values.clone();
            gauge.rarities(rarities);
            return gauge.surprise(rarities, skill);
          })
          .toList();
    }

    /// The largest value of each series in each stretch.
    private final class Peaks {
      private final Map<String, Map<Long, Double>> peaks = new TreeMap<>();

      void add(Row row, double value) {
        if (!Double.isNaN(value)) {
          peaks
              .computeIfAbsent(row.instance(), i -> new TreeMap<>())
              .merge((row.windowEndMillis() - splitMillis) / stretch, value, Math::max);
        }
      }

      double[] values() {
        return peaks.values().stream()
            .flatMap(one -> one.values().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
      }
    }
  }
}
