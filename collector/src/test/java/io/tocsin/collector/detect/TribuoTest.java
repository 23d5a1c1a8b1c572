package io.tocsin.collector.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Trainer;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.Event.EventType;
import org.tribuo.anomaly.evaluation.AnomalyEvaluator;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class TribuoTest {
  private static final String[] NAMES = {"a", "b", "c", "d"};

  @TempDir Path directory;

  static Stream<Trainer<Event>> trainers() {
    return Stream.of(
        new IsolationForestTrainer(100, 256, 0.01, 1, 0), new AutoencoderTrainer(300, 0.01, 1, 0));
  }

  @ParameterizedTest
  @MethodSource("trainers")
  void aModelSavedAndLoadedPredictsTheSame(Trainer<Event> trainer) throws IOException {
    Model<Event> model = trainer.train(normal(500, 1));
    Path file = directory.resolve("model");
    model.serializeToFile(file);
    Model<Event> loaded = Model.deserializeFromFile(file).castModel(Event.class);
    Model<Event> copy = loaded.copy();
    for (Example<Event> example : mixed()) {
      double score = model.predict(example).getOutput().getScore();
      assertThat(loaded.predict(example).getOutput().getScore()).isEqualTo(score);
      assertThat(copy.predict(example).getOutput().getScore()).isEqualTo(score);
    }
    assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
    assertThat(loaded.getProvenance().getTrainerProvenance().getClassName())
        .isEqualTo(trainer.getClass().getName());
  }

  @ParameterizedTest
  @MethodSource("trainers")
  void tribuosEvaluatorFindsWhatIsFarAway(Trainer<Event> trainer) {
    var evaluation = new AnomalyEvaluator().evaluate(trainer.train(normal(500, 1)), mixed());
    assertThat(evaluation.getRecall()).isGreaterThan(0.9);
    assertThat(evaluation.getPrecision()).isGreaterThan(0.7);
  }

  @ParameterizedTest
  @MethodSource("trainers")
  void theExcuseNamesTheFeatureThatIsOff(Trainer<Event> trainer) {
    Model<Event> model = trainer.train(normal(500, 1));
    var off =
        new ArrayExample<>(
            new Event(EventType.ANOMALOUS), NAMES.clone(), new double[] {0, 0, 9, 0});
    var excuse = model.getExcuse(off).orElseThrow();
    assertThat(
            excuse
                .excuse(excuse.getPrediction().getOutput().getType().toString())
                .getFirst()
                .getA())
        .isEqualTo("c");
    assertThat(model.getTopFeatures(2).get(Model.ALL_OUTPUTS)).hasSize(2);
  }

  /// AUC-ROC of `data/EVALUATION.md` section 7, measured with scikit-learn.
  @ParameterizedTest
  @CsvSource({
    "shuttle,0.997,0.01",
    "satellite,0.695,0.03",
    "pendigits,0.947,0.02",
    "smtp,0.904,0.03"
  })
  void theForestRanksAsTheReferenceDoes(String table, double expected, double tolerance)
      throws IOException {
    Path file =
        Path.of(System.getProperty("tocsin.root", ".."))
            .toAbsolutePath()
            .resolveSibling("shared/data/tabular/" + table + ".csv.gz");
    Assumptions.assumeTrue(Files.exists(file), () -> "no " + file + ": parity not measured");
    List<float[]> rows = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    read(file, rows, labels);
    float[][] x = rows.toArray(float[][]::new);
    double sum = 0;
    for (long seed = 1; seed <= 3; seed++) {
      Forest forest = Forest.fit(x, 100, 256, new SplittableRandom(seed));
      sum += areaUnderRoc(rows.stream().mapToDouble(forest::score).toArray(), labels);
    }
    System.out.printf("%s: AUC-ROC %.4f, reference %.3f%n", table, sum / 3, expected);
    assertThat(sum / 3).as(table).isCloseTo(expected, within(tolerance));
  }

  @Test
  void theAutoencoderLearnsWhatAMeanCannot() {
    Random random = new Random(3);
    float[][] rows = new float[400][8];
    for (float[] row : rows) {
      float factor = (float) random.nextGaussian();
      for (int j = 0; j < row.length; j++) {
        row[j] = (j % 2 == 0 ? factor : -factor) + 0.05f * (float) random.nextGaussian();
      }
    }
    Autoencoder net = AutoencoderFit.fit(rows, 1300, new SplittableRandom(1));
    Autoencoder.Workspace work = net.workspace();
    double error = Stream.of(rows).mapToDouble(r -> net.score(r, work)).average().orElseThrow();
    assertThat(error).isLessThan(0.1);
  }

  @Test
  void theHyperbolicTangentIsRightToSixDigits() {
    for (float x = -12; x <= 12; x += 0.001f) {
      assertThat((double) Autoencoder.tanh(x))
          .as("tanh %s", x)
          .isCloseTo(Math.tanh(x), within(1e-6));
    }
  }

  private static MutableDataset<Event> normal(int rows, long seed) {
    return dataset(rows, 0, seed);
  }

  private static MutableDataset<Event> mixed() {
    return dataset(200, 40, 2);
  }

  private static MutableDataset<Event> dataset(int expected, int anomalous, long seed) {
    Random random = new Random(seed);
    var source = new SimpleDataSourceProvenance("a cloud", new AnomalyFactory());
    MutableDataset<Event> dataset = new MutableDataset<>(source, new AnomalyFactory());
    for (int i = 0; i < expected + anomalous; i++) {
      boolean far = i >= expected;
      double[] values = random.doubles(4).map(v -> v * 2 - 1 + (far ? 6 : 0)).toArray();
      EventType type = far ? EventType.ANOMALOUS : EventType.EXPECTED;
      dataset.add(new ArrayExample<>(new Event(type), NAMES.clone(), values));
    }
    return dataset;
  }

  private static void read(Path file, List<float[]> rows, List<Boolean> labels) throws IOException {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",");
        float[] row = new float[fields.length - 1];
        for (int j = 0; j < row.length; j++) {
          row[j] = Float.parseFloat(fields[j]);
        }
        rows.add(row);
        labels.add(Double.parseDouble(fields[row.length]) > 0.5);
      }
    }
  }

  private static double areaUnderRoc(double[] scores, List<Boolean> labels) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double ranks = 0;
    long positives = labels.stream().filter(l -> l).count();
    for (int i = 0; i < order.length; ) {
      int j = i;
      while (j < order.length && scores[order[j]] == scores[order[i]]) {
        j++;
      }
      for (int k = i; k < j; k++) {
        ranks += labels.get(order[k]) ? (i + 1 + j) / 2.0 : 0;
      }
      i = j;
    }
    double negatives = (double) order.length - positives;
    return (ranks - positives * (positives + 1) / 2.0) / (positives * negatives);
  }
}
