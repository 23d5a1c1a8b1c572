package io.tocsin.collector.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final int INPUTS = 4;
  private static final float[] FAR = {9, 9, 9, 9};

  private final Prototypes known = Prototypes.fit(List.<float[][]>of(around(500, 1)), INPUTS);
  private final Memory memory = new Memory(known);

  @Test
  void whereTheFitHasBeenIsNear() {
    for (float[] row : around(100, 2)) {
      assertThat(memory.distance(row, 0, 6 * HOUR, true)).isLessThan(known.radius());
    }
    assertThat(memory.distance(FAR, 0, 6 * HOUR, false)).isGreaterThan(10);
  }

  @Test
  void anIncidentOfDaysIsNotLearnt() {
    double first = memory.distance(FAR, 0, 6 * HOUR, true);
    for (long now = MINUTE; now < 48 * HOUR; now += MINUTE) {
      assertThat(memory.distance(FAR, now, 6 * HOUR, true)).isEqualTo(first);
    }
  }

  @Test
  void aNightlyJobIsKnownAfterItsThirdNight() {
    for (int night = 0; night < 3; night++) {
      long at = night * 24L * HOUR;
      assertThat(memory.distance(FAR, at, 6 * HOUR, true)).isGreaterThan(10);
      assertThat(memory.distance(FAR, at + MINUTE, 6 * HOUR, true))
          .as("night %d", night)
          .isCloseTo(night < 2 ? 16 : 0, within(5.0));
    }
  }

  @Test
  void whatIsFrozenIsNotSeen() {
    for (int night = 0; night < 9; night++) {
      double distance = memory.distance(FAR, night * 24L * HOUR, 6 * HOUR, false);
      assertThat(distance).isGreaterThan(10);
    }
  }

  @Test
  void aStormOfStrangePlacesStaysWithinItsBounds() {
    Random random = new Random(3);
    for (int i = 0; i < 10 * Memory.MOST; i++) {
      float[] row = new float[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        row[j] = 1000 * random.nextFloat();
      }
      memory.distance(row, i * MINUTE, 6 * HOUR, true);
    }
    assertThat(memory.encode()).hasSize(Memory.MOST * (INPUTS * 2 + 9));
    Memory restored = new Memory(known);
    restored.decode(memory.encode());
    for (float[] row : around(50, 4)) {
      assertThat(restored.distance(row, 0, 6 * HOUR, true))
          .isEqualTo(memory.distance(row, 0, 6 * HOUR, true));
    }
  }

  private static float[][] around(int rows, long seed) {
    Random random = new Random(seed);
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      float[] row = new float[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        row[j] = (float) random.nextGaussian();
      }
      all.add(row);
    }
    return all.toArray(float[][]::new);
  }
}
