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
  private static final int MAX_TRAINING_ROWS = 8192;
  private static final long HOUR = 3_600_000;
  private static final long TWO_DAYS = 48 * HOUR;

  private final DetectConfig config;
  private final Map<String, List<Row>> series = new TreeMap<>();
  private final long splitMillis;
  private final long endMillis;
  private final FeatureSchema schema;
  private final Scaling ofWhole;
  private final Scaling ofInstances;

  private Fitter(List<Row> history, DetectConfig config, int fromVersion) {
    this.config = config;
    endMillis = history.stream().mapToLong(Row::windowEndMillis).max().orElse(0);
    history.stream()
        .filter(row -> row.windowEndMillis() > endMillis - config.historyMillis())
        .sorted(Comparator.comparingLong(Row::windowEndMillis))
        .forEach(row -> series.computeIfAbsent(row.instance(), i -> new ArrayList<>()).add(row));
    List<Row> whole = series.getOrDefault("", List.of());
    if (whole.size() < MIN_WINDOWS) {
      throw new IllegalArgumentException(
          "%d windows of the workload as a whole, at least %d expected"
              .formatted(whole.size(), MIN_WINDOWS));
    }
    splitMillis = whole.get((int) (FIT_SHARE * whole.size())).windowEndMillis();
    List<Row> wholeFit = fitPart(whole);
    schema = FeatureSchema.choose(fromVersion + 1, wholeFit);
    List<Row> instancesFit = new ArrayList<>();
    series.forEach((instance, rows) -> {
      if (!instance.isEmpty()) {
        instancesFit.addAll(fitPart(rows));
      }
    });
    ofWhole = Scaling.fit(schema, wholeFit, config.windowSeconds());
    ofInstances =
        instancesFit.size() < MIN_WINDOWS
            ? ofWhole
            : Scaling.fit(schema, instancesFit, config.windowSeconds());
  }

  /// @param history rows of the workload as a whole and of instances, in any order
  /// @param fromVersion of the model set before, 0 when there is none
  /// @throws IllegalArgumentException when there are less than 30 windows, or no feature is of use
  public static ModelSet fit(List<Row> history, DetectConfig config, long seed, int fromVersion) {
    return new Fitter(history, config, fromVersion).fit(seed);
  }

  private ModelSet fit(long seed) {
    MutableDataset<Event> dataset = dataset();
    IsolationForestModel forest =
        (IsolationForestModel)
            new IsolationForestTrainer(TREES, SAMPLES, CONTAMINATION, seed, endMillis)
                .train(dataset);
    AutoencoderModel autoencoder =
        (AutoencoderModel)
            new AutoencoderTrainer(STEPS, CONTAMINATION, seed, endMillis).train(dataset);
    Lens lens = new Lens(schema, forest, autoencoder);
    Gauge workload = gauge(lens, List.of(""));
    List<String> instances = series.keySet().stream().filter(i -> !i.isEmpty()).toList();
    boolean calibrated = instances.stream().anyMatch(i -> !calibrationPart(i).isEmpty());
    return ModelSet.of(
        schema,
        endMillis,
        workload,
        calibrated ? gauge(lens, instances) : workload,
        forest,
        autoencoder);
  }

  /// Every n-th row's short-term statistics.
  private MutableDataset<Event> dataset() {
    var source =
        new SimpleDataSourceProvenance(
            "windows of a workload",
            OffsetDateTime.ofInstant(Instant.ofEpochMilli(endMillis), ZoneOffset.UTC),
            new AnomalyFactory());
    MutableDataset<Event> dataset = new MutableDataset<>(source, new AnomalyFactory());
    String[] names = Lens.names(schema);
    int[] inOrder = new int[names.length];
    for (int i = 0; i < inOrder.length; i++) {
      inOrder[i] = i;
    }
    long rows = series.values().stream().mapToLong(s -> fitPart(s).size()).sum();
    long stride = (rows + MAX_TRAINING_ROWS - 1) / MAX_TRAINING_ROWS;
    float[] statistics = new float[names.length];
    long[] count = {0};
    for (String instance : series.keySet()) {
      replay(
          instance,
          (row, deviation) -> {
            if (row.windowEndMillis() >= splitMillis || count[0]++ % stride != 0) {
              return;
            }
            deviation.statistics(statistics, inOrder);
            double[] values = new double[statistics.length];
            for (int i = 0; i < values.length; i++) {
              values[i] = statistics[i];
            }
            dataset.add(new ArrayExample<>(new Event(EventType.EXPECTED), names.clone(), values));
          });
    }
    return dataset;
  }

  private Gauge gauge(Lens lens, List<String> instances) {
    long span = endMillis - splitMillis;
    long block = span >= (1 - FIT_SHARE) * TWO_DAYS ? HOUR : config.blockMillis();
    double hours = (double) block / HOUR;
    List<List<double[]>> measured = new ArrayList<>();
    List<List<Long>> blocks = new ArrayList<>();
    for (String instance : instances) {
      List<double[]> values = new ArrayList<>();
      List<Long> at = new ArrayList<>();
      replay(
          instance,
          (row, deviation) -> {
            if (row.windowEndMillis() >= splitMillis) {
              double[] m = new double[View.COUNT];
              lens.measure(deviation, row.values().getOrDefault(Features.NOVEL, Double.NaN), m);
              values.add(m);
              at.add((row.windowEndMillis() - splitMillis) / block);
            }
          });
      measured.add(values);
      blocks.add(at);
    }
    List<Tail> tails = new ArrayList<>();
    for (View view : View.values()) {
      Peaks peaks = new Peaks();
      for (int s = 0; s < measured.size(); s++) {
        for (int i = 0; i < measured.get(s).size(); i++) {
          double value = measured.get(s).get(i)[view.index()];
          peaks.add(s, blocks.get(s).get(i), Double.isNaN(value) ? 0 : value);
        }
      }
      double[] sorted = peaks.values();
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] += view.offset();
      }
      tails.add(Tail.fit(sorted, view.shape()));
    }
    Scaling scaling = scaling(instances.getFirst());
    Gauge gauge = new Gauge(scaling, tails, new SurpriseTail(0, 1, hours));
    Peaks peaks = new Peaks();
    for (int s = 0; s < measured.size(); s++) {
      for (int i = 0; i < measured.get(s).size(); i++) {
        double[] rarities = gauge.rarities(measured.get(s).get(i));
        peaks.add(s, blocks.get(s).get(i), gauge.surprise(rarities));
      }
    }
    return new Gauge(scaling, tails, SurpriseTail.fit(peaks.values(), hours));
  }

  private interface Step {
    void at(Row row, Deviation deviation);
  }

  /// Runs one series from the start as it would have run live.
  private void replay(String instance, Step step) {
    Scaling scaling = scaling(instance);
    Deviation deviation = new Deviation(scaling);
    for (Row row : series.getOrDefault(instance, List.of())) {
      double[] x = schema.extract(row.values());
      if (x != null) {
        deviation.advance(x, scaling, config, true);
        step.at(row, deviation);
      }
    }
  }

  private Scaling scaling(String instance) {
    return instance.isEmpty() ? ofWhole : ofInstances;
  }

  private List<Row> fitPart(List<Row> rows) {
    return rows.stream().filter(row -> row.windowEndMillis() < splitMillis).toList();
  }

  private List<Row> calibrationPart(String instance) {
    return series.getOrDefault(instance, List.of()).stream()
        .filter(row -> row.windowEndMillis() >= splitMillis)
        .toList();
  }

  /// The largest value of each series in each block.
  private static final class Peaks {
    private record Block(int series, long block) implements Comparable<Block> {
      @Override
      public int compareTo(Block other) {
        int bySeries = Integer.compare(series, other.series);
        return bySeries != 0 ? bySeries : Long.compare(block, other.block);
      }
    }

    private final Map<Block, Double> peaks = new TreeMap<>();

    void add(int series, long block, double value) {
      peaks.merge(new Block(series, block), value, Math::max);
    }

    double[] values() {
      return peaks.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
