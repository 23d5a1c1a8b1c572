package io.tocsin.collector.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {
  private static final DetectConfig CONFIG = DetectConfig.hurried(1000, 60_000);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TemplateBook book = Simulation.book();

  @Test
  void aRestartAtAnyWindowGivesTheSameScoresBitForBit() throws Exception {
    Simulation one = new Simulation(1, 1000, 3);
    Simulation other = new Simulation(1, 1000, 3);
    Detector straight = new Detector(CONFIG);
    Detector restarted = new Detector(CONFIG);
    ModelSet models = null;
    List<Row> history = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      List<Score> expected = straight.score(one.next(), book, i > 90 && i < 100);
      assertThat(restarted.score(other.next(), book, i > 90 && i < 100)).isEqualTo(expected);
      history.addAll(straight.history());
      if (straight.wantsFit()) {
        models = Fitter.fit(history, CONFIG, 7, models == null ? 0 : models.version()).models();
        straight.adopt(models);
        restarted.adopt(ModelSet.decode(models.encode()));
      }
      String json = JSON.writeValueAsString(restarted.snapshot());
      DetectorState state = JSON.readValue(json, DetectorState.class);
      assertThat(state).isEqualTo(straight.snapshot());
      restarted = Detector.restore(CONFIG, state, models);
    }
    assertThat(models).isNotNull();
    assertThat(models.version()).isGreaterThan(1);
  }

  @Test
  void theSameHistoryAndSeedGiveTheSameModelsByteForByte() {
    List<Row> history = history(new Simulation(2, 1000, 2), new Detector(CONFIG), 80);
    ModelSet first = Fitter.fit(history, CONFIG, 3, 0).models();
    ModelSet second = Fitter.fit(history, CONFIG, 3, 0).models();
    assertThat(second.hash()).isEqualTo(first.hash());
    assertThat(ModelSet.decode(first.encode()).hash()).isEqualTo(first.hash());
    assertThat(Fitter.fit(history, CONFIG, 4, 0).models().hash()).isNotEqualTo(first.hash());
  }

  @Test
  void aModelSetStoredBeforeForecastsHadASkillIsReadAndScores() {
    Simulation shop = new Simulation(3, 1000, 2);
    Detector detector = new Detector(CONFIG);
    ModelSet now = Fitter.fit(history(shop, detector, 80), CONFIG, 3, 0).models();
    assertThat(now.models().forecast().skill()).isBetween(0.0, 0.9);
    ModelSet before = ModelSet.decode(withoutSkill(now));
    assertThat(before.models().forecast().skill()).isEqualTo(1);
    assertThat(before.features()).isEqualTo(now.features());
    detector.adopt(before);
    assertThat(detector.score(shop.next(), book, false)).hasSize(3);
  }

  /// The bytes as format 2 had them: the format first, and nothing where the skill is now.
  private static byte[] withoutSkill(ModelSet models) {
    String hex = HexFormat.of().formatHex(models.encode());
    String skill =
        HexFormat.of().toHexDigits(Double.doubleToLongBits(models.models().forecast().skill()));
    assertThat(hex).startsWith("00000003").containsOnlyOnce(skill);
    return HexFormat.of().parseHex("00000002" + hex.substring(8).replace(skill, ""));
  }

  @Test
  void theStateOfALearningDetectorStaysSmall() throws Exception {
    Simulation shop = new Simulation(3, 1000, 4);
    Detector detector = new Detector(CONFIG);
    history(shop, detector, 80);
    int learning = JSON.writeValueAsString(detector.snapshot()).length();
    assertThat(learning).isLessThan(32_000 + 4 * 4_000);
  }

  @Test
  void theNumbersOfTheLargestSeriesKeepToTheirBounds() {
    byte[] instance = new Series(FeatureSchema.MAX, false).encode();
    byte[] whole = new Series(FeatureSchema.MAX, true).encode();
    assertThat(Base64.getEncoder().encode(instance)).hasSizeLessThan(4_000);
    assertThat(Base64.getEncoder().encode(whole)).hasSizeLessThan(6_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void aJumpOfOneMetricIsCarriedByThatMetric(long seed) {
    Simulation shop = new Simulation(seed, 1000, 2);
    Detector detector = fitted(shop, seed);
    shop.heapDrift = 1e8;
    Score whole = detector.score(shop.next(), book, false).getFirst();
    assertThat(whole.instance()).isEmpty();
    assertThat(whole.views().keySet())
        .containsExactly(
            "deviation",
            "surprise",
            "steady surprise",
            "slow memory",
            "fast memory",
            "autoencoder",
            "forest",
            "novelty");
    assertThat(whole.contributions().getFirst().feature()).isEqualTo("jvm.heap.bytes");
    assertThat(whole.contributions().getFirst().usualHigh()).isBetween(1.9e8, 2.2e8);
    assertThat(whole.contributions().getFirst().seen()).isGreaterThan(2.8e8);
    assertThat(whole.contributions()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void theWholeExplanationBeginsWithWhatTheScoreNames() {
    Simulation shop = new Simulation(1, 1000, 2);
    Detector detector = new Detector(CONFIG);
    assertThat(detector.explanation()).isEmpty();
    history(shop, detector, 60);
    assertThat(detector.explanation()).as("while learning").isNotEmpty();
    detector.adopt(Fitter.fit(history(shop, detector, 60), CONFIG, 1, 0).models());
    shop.heapDrift = 1e8;
    Score last = detector.score(shop.next(), book, false).getLast();
    List<Contribution> all = detector.explanation();
    assertThat(all).startsWith(last.contributions().toArray(Contribution[]::new));
    assertThat(all).hasSizeGreaterThan(last.contributions().size());
    assertThat(all.stream().mapToDouble(Contribution::share).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void aValueThatIsMissingIsNotZero() {
    Simulation shop = new Simulation(4, 1000, 2);
    Detector detector = fitted(shop, 4);
    double usual = detector.score(shop.next(), book, false).getFirst().surprise();
    shop.heapMissing = true;
    for (int i = 0; i < 20; i++) {
      Score whole = detector.score(shop.next(), book, false).getFirst();
      assertThat(whole.imputed()).isEqualTo(1);
      assertThat(whole.surprise()).isLessThan(Math.max(usual, 0) + 2);
      assertThat(whole.contributions()).noneMatch(c -> c.feature().equals("jvm.heap.bytes"));
    }
  }

  @Test
  void aRowThatLacksMoreThanThirtyPercentHasNoScore() {
    FeatureSchema schema = new FeatureSchema(1, List.of("a", "b", "c", Features.FAILED));
    var some = new Row(1, "", Map.of("a", 1.0, "b", 1.0, "c", 2.0));
    var few = new Row(1, "", Map.of("a", 1.0, "b", 1.0));
    assertThat(schema.extract(some.values())).hasSize(4);
    assertThat(schema.extract(few.values())).isNull();
  }

  @Test
  void lateWindowsAndWindowsReadAfterAnOutageAreNotScored() {
    Simulation shop = new Simulation(5, 1000, 2);
    Detector detector = new Detector(CONFIG);
    SealedWindow window = shop.next();
    var late =
        new SealedWindow(
            window.workload(),
            window.startMillis(),
            window.endMillis(),
            window.instances(),
            List.of(),
            0,
            true);
    assertThat(detector.score(late, book, false)).isEmpty();
    assertThat(detector.score(window, book, false)).hasSize(3);
    assertThat(detector.score(window, book, false)).as("the same window again").isEmpty();
    assertThat(detector.history()).isEmpty();
  }

  @Test
  void aFrozenDetectorLearnsNothing() {
    Simulation shop = new Simulation(6, 1000, 2);
    Detector detector = fitted(shop, 6);
    shop.newTemplate = 777;
    double first = novelty(detector.score(shop.next(), book, true));
    double second = novelty(detector.score(shop.next(), book, true));
    assertThat(detector.history()).isEmpty();
    double third = novelty(detector.score(shop.next(), book, false));
    double fourth = novelty(detector.score(shop.next(), book, false));
    assertThat(first).isEqualTo(second).isEqualTo(third).isGreaterThan(fourth + 1);
  }

  @Test
  void aDriftOfNormalDoesNotSurpriseForEver() {
    Simulation shop = new Simulation(7, 1000, 1);
    Detector detector = fitted(shop, 7);
    // Twenty times its noise, over five time constants of the following baseline.
    double latest = 0;
    for (int i = 0; i < 3_000; i++) {
      shop.heapDrift += 8e7 / 3_000;
      latest = deviation(detector.score(shop.next(), book, false));
    }
    shop.heapDrift += 1e9;
    double jump = deviation(detector.score(shop.next(), book, false));
    assertThat(latest).isLessThan(jump - 1);
  }

  @Test
  void aStateTakenWithOtherModelsIsRefused() {
    Simulation shop = new Simulation(8, 1000, 1);
    DetectorState state = fitted(shop, 8).snapshot();
    assertThatThrownBy(() -> Detector.restore(CONFIG, state, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(state.modelHash());
  }

  @Test
  void aTemplateThatGeneralisesAKnownOneIsNotNovel() {
    Simulation shop = new Simulation(9, 1000, 1);
    Detector detector = new Detector(CONFIG);
    shop.newTemplate = 500;
    history(shop, detector, 40);
    book.put(new TemplateBook.Known(500, "part <*>", 5, 600, "part"));
    shop.newTemplate = 600;
    detector.score(shop.next(), book, false);
    assertThat(detector.history().getFirst().values()).containsEntry(Features.NOVEL, 0.0);
    shop.newTemplate = 700;
    detector.score(shop.next(), book, false);
    assertThat(detector.history().getFirst().values()).containsEntry(Features.NOVEL, 1.0);
  }

  private List<Row> history(Simulation shop, Detector detector, int windows) {
    List<Row> history = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      detector.score(shop.next(), book, false);
      history.addAll(detector.history());
    }
    return history;
  }

  private Detector fitted(Simulation shop, long seed) {
    Detector detector = new Detector(CONFIG);
    List<Row> history = history(shop, detector, 60);
    assertThat(detector.wantsFit()).isTrue();
    detector.adopt(Fitter.fit(history, CONFIG, seed, 0).models());
    return detector;
  }

  private static double novelty(List<Score> scores) {
    return scores.getFirst().views().getOrDefault("novelty", 0.0);
  }

  private static double deviation(List<Score> scores) {
    return scores.getFirst().views().getOrDefault("deviation", 0.0);
  }
}
