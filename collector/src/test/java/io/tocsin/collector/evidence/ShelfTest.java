package io.tocsin.collector.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.evidence.Shelf.Kept;
import io.tocsin.collector.store.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that do not pack: 100 kB each.
class ShelfTest {
  private static final long DAY = 86_400_000;

  @TempDir Path directory;
  private StateStore store = StateStore.inMemory();
  private Shelf shelf = new Shelf(store);
  private final Random random = new Random(7);

  @BeforeEach
  void open() {
    store = StateStore.at(directory);
    shelf = new Shelf(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void rowsComeBackAsTheyWereUnderTheirRunningHash() {
    List<String> rows = List.of(row(), row(), row());
    Kept kept = begin("1.0");
    String hash = Link.START;
    for (String row : rows) {
      kept = add(kept, row, false);
      hash = Link.sha256(hash + "\n" + row);
    }
    assertThat(rows(kept)).isEqualTo(rows);
    assertThat(shelf.kept("w", "1.0")).hasValue(kept);
    assertThat(kept.hash()).isEqualTo(hash);
  }

  @Test
  void theOldestGiveWayUpToTheNewestStartAndTheRestIsWhole() {
    Kept kept = begin("1.0");
    for (int i = 0; i < 60; i++) {
      kept = add(kept, row(), i % 10 == 0);
      assertThat(kept.bytes()).isLessThanOrEqualTo(Shelf.MAX_RELEASE_BYTES);
      assertThat(kept.full()).isFalse();
    }
    assertThat(kept.first()).isPositive().matches(first -> first % 10 == 0);
    List<String> rows = rows(kept);
    assertThat(rows).hasSize((int) (kept.rows() - kept.first()));
    String hash = kept.before();
    for (String row : rows) {
      hash = Link.sha256(hash + "\n" + row);
    }
    assertThat(hash).isEqualTo(kept.hash());
  }

  @Test
  void whatFoundNoRoomIsNoGapBetweenWhatIsKept() {
    Kept kept = add(begin("1.0"), row(), true);
    while (!kept.full()) {
      kept = add(kept, row(), false);
    }
    long rows = kept.rows();
    kept = add(kept, "short", false);
    kept = add(kept, "a start", true);
    assertThat(kept.full()).isFalse();
    assertThat(kept.first()).isGreaterThanOrEqualTo(rows);
    assertThat(rows(kept)).containsExactly("a start");
  }

  @Test
  void anotherWatchOnTheSameReleaseTakesTheOnesPlace() {
    add(begin("1.0"), row(), true);
    Kept second = add(begin("1.0"), "again", true);
    assertThat(rows(second)).containsExactly("again");
    assertThat(shelf.all()).containsExactly(second);
  }

  @Test
  void whatIsOldGoesWithItsVerdicts() {
    add(begin("1.0"), row(), true);
    Kept young = add(begin("1.1"), "young", true);
    store.write(shelf.verdict("w", "1.0", 1, "aa", "{}"));
    store.write(shelf.verdict("w", "1.1", 1, "bb", "{}"));
    store.write(List.of(shelf.told("w", "1.0", new byte[] {1})));
    Shelf.Step newer = shelf.append(young, "y", false, 89 * DAY);
    store.write(newer.changes());
    shelf.trim(91 * DAY);
    assertThat(shelf.all()).containsExactly(newer.kept());
    assertThat(shelf.verdicts("w", "1.0")).isEmpty();
    assertThat(shelf.told("w", "1.0")).isNull();
    assertThat(shelf.verdicts("w", "1.1")).containsExactly("{}");
  }

  @Test
  void ofManyVerdictsTheOldestGiveWay() {
    begin("1.0");
    for (int i = 0; i < 100; i++) {
      store.write(shelf.verdict("w", "1.0", i, Link.sha256("" + i), "{\"at\":" + i + "}"));
    }
    assertThat(shelf.verdicts("w", "1.0")).hasSize(64).last().isEqualTo("{\"at\":99}");
  }

  private Kept begin(String release) {
    Shelf.Step step = shelf.begin("w", release, 0);
    store.write(step.changes());
    return step.kept();
  }

  private Kept add(Kept kept, String row, boolean isStart) {
    Shelf.Step step = shelf.append(kept, row, isStart, 0);
    store.write(step.changes());
    return step.kept();
  }

  private List<String> rows(Kept kept) {
    List<String> rows = new ArrayList<>();
    shelf.rows(kept, packed -> rows.add(Packed.text(packed)));
    return rows;
  }

  private String row() {
    byte[] bytes = new byte[100_000];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
