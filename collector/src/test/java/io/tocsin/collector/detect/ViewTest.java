package io.tocsin.collector.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {
  private static final double NOTHING = Double.NaN;

  @Test
  void viewsThatAgreeAreBelieved() {
    double[] rarities = new double[View.COUNT];
    Arrays.fill(rarities, 2);
    assertThat(View.combine(rarities, 0.4)).isCloseTo(2, within(1e-9));
  }

  @Test
  void oneViewAloneIsBelievedLessThanTwoOfItsKind() {
    double one = View.combine(all(0, View.DEVIATION, 3), 1);
    double[] two = all(0, View.DEVIATION, 3);
    two[View.FOREST.index()] = 3;
    assertThat(one).isBetween(0.0, 3.0);
    assertThat(View.combine(two, 1)).isGreaterThan(one + 0.5);
  }

  @Test
  void aForecastThatForeseesNothingHasNoVote() {
    double[] surprised = all(0, View.SURPRISE, 6);
    surprised[View.STEADY_SURPRISE.index()] = 6;
    assertThat(View.combine(surprised, 0)).isCloseTo(0, within(1e-9));
    assertThat(View.combine(surprised, 0.3)).isGreaterThan(1);
    assertThat(View.combine(surprised, 1)).isGreaterThan(View.combine(surprised, 0.3));
  }

  @Test
  void whereNobodyHasAnythingToGoByNothingIsRare() {
    double[] rarities = new double[View.COUNT];
    Arrays.fill(rarities, NOTHING);
    assertThat(View.combine(rarities, 1)).isEqualTo(Tail.LEAST);
    assertThat(View.FOREST.part(rarities, 1)).isZero();
    rarities[View.SURPRISE.index()] = 5;
    assertThat(View.combine(rarities, 0)).as("a forecast without skill").isEqualTo(Tail.LEAST);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void thePartsOfTheViewsAreWhatTheyCombineTo(long seed) {
    Random random = new Random(seed);
    double[] rarities = random.doubles(View.COUNT, -5, 12).toArray();
    rarities[View.NOVELTY.index()] = NOTHING;
    double skill = random.nextDouble();
    double sum = 0;
    for (View view : View.values()) {
      sum += view.part(rarities, skill);
    }
    double combined = Math.pow(10, View.combine(rarities, skill) / 2) * (1 + skill);
    assertThat(sum / combined).isCloseTo(1, within(1e-9));
  }

  @Test
  void theSlowMemorySeesNoMoreThanTheFastOne() {
    Tail tail = new Tail(1, 0.5);
    Scaling scaling = Scaling.fit(new FeatureSchema(1, List.of("a")), List.of(), 1);
    List<Tail> tails = List.of(tail, tail, tail, tail, tail, tail, tail, tail);
    Gauge gauge = new Gauge(scaling, tails, new SurpriseTail(0, 1, 0, 1));
    double[] rarities = all(1, View.SLOW_MEMORY, 50);
    gauge.rarities(rarities);
    double fast = rarities[View.FAST_MEMORY.index()];
    assertThat(rarities[View.SLOW_MEMORY.index()]).isEqualTo(fast);
    rarities = all(1, View.FAST_MEMORY, 50);
    gauge.rarities(rarities);
    assertThat(rarities[View.SLOW_MEMORY.index()]).isLessThan(fast + 0.1);
    rarities = all(1, View.SLOW_MEMORY, NOTHING);
    gauge.rarities(rarities);
    assertThat(rarities[View.SLOW_MEMORY.index()]).isNaN();
    assertThat(rarities[View.FAST_MEMORY.index()]).isEqualTo(fast);
  }

  @Test
  void skillIsTheShareOfTheVarianceThatIsForeseen() {
    assertThat(walk(0.99, 1).skill()).isGreaterThan(0.9);
    assertThat(walk(0, 1).skill()).isLessThan(0.1);
    assertThat(walk(0, 0).skill()).as("what stands still").isZero();
  }

  @Test
  void aForecastStoredWithoutItsSkillIsReadAsSkilled() throws IOException {
    byte[] stored = Codec.bytes(walk(0, 1)::write);
    assertThat(read(stored, true).skill()).isLessThan(0.1);
    byte[] without = Arrays.copyOf(stored, stored.length - Double.BYTES);
    assertThat(read(without, false).skill()).isEqualTo(1);
    assertThatThrownBy(() -> read(without, true)).isInstanceOf(IOException.class);
  }

  private static Forecast read(byte[] bytes, boolean knowsSkill) throws IOException {
    return Forecast.read(new DataInputStream(new ByteArrayInputStream(bytes)), 1, knowsSkill);
  }

  /// Fitted on a walk that keeps so much of its last step, of unit variance.
  private static Forecast walk(double kept, double size) {
    Random random = new Random(11);
    Forecast.Fit fit = new Forecast.Fit(1);
    float[] previous = {0};
    float[] recent = {0};
    for (int i = 0; i < 2000; i++) {
      double step = size * Math.sqrt(1 - kept * kept) * random.nextGaussian();
      float[] row = {(float) (kept * previous[0] + step)};
      fit.add(previous, recent, row);
      recent[0] += 0.2f * (row[0] - recent[0]);
      previous = row;
    }
    return fit.solve();
  }

  private static double[] all(double rarity, View but, double its) {
    double[] rarities = new double[View.COUNT];
    Arrays.fill(rarities, rarity);
    rarities[View.NOVELTY.index()] = NOTHING;
    rarities[but.index()] = its;
    return rarities;
  }
}
