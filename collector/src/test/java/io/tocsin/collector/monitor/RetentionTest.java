package io.tocsin.collector.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final long DAY = 86_400_000L;

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong();
  private StateStore store;
  private InputLog inputs;

  @BeforeEach
  void open() {
    store = StateStore.at(folder);
    inputs = new InputLog(store, now::get);
  }

  @AfterEach
  void close() {
    inputs.close();
    store.close();
  }

  @Test
  void modelsThatNobodyNeedsAreForgottenAWeekLater() {
    fitted("first", 1);
    fitted("second", 2);
    fitted("third", 11);
    trimAt(12, Set.of("third"));

    assertThat(models()).containsExactly("third");
  }

  @Test
  void modelsThatScoreAreKeptHoweverOldTheyAre() {
    fitted("first", 1);
    fitted("second", 2);
    trimAt(100, Set.of("first"));

    assertThat(models()).containsExactly("first");
  }

  @Test
  void modelsThatTheLogNamesAreKeptForItsReplay() {
    fitted("first", 1);
    fitted("second", 2);
    now.set(100 * DAY);
    // A restart would read from the first input on, so the log could not be cut.
    new Retention(store).trim(inputs, 1, Set.of(), now.get());

    assertThat(models()).containsExactly("first", "second");
  }

  @Test
  void aModelIsKeptWithTheInputThatNamesItThoughItIsAMomentOlder() {
    fitted("named", 20);
    store.write(
        List.of(
            new Change(
                Table.STATE,
                Keys.model("named"),
                Json.write(new FittedModel("named", "docker/shop", 20 * DAY - 1)))));
    now.set(100 * DAY);
    new Retention(store).trim(inputs, inputs.newest(), Set.of(), now.get());

    assertThat(inputs.oldest()).isEqualTo(inputs.newest());
    assertThat(models()).containsExactly("named");
  }

  @Test
  void verdictsAreForgottenWithTheFactsThatTellOfThem() {
    judged("1.0", 1);
    judged("1.1", 60);
    trimAt(100, Set.of());

    var rows = new Rows(store);
    assertThat(rows.verdict("docker/shop", "1.0")).isEmpty();
    assertThat(rows.verdict("docker/shop", "1.1")).isPresent();
  }

  @Test
  void anEmptyStoreHasNothingToForget() {
    trimAt(100, Set.of());

    assertThat(inputs.newest()).isZero();
  }

  @Test
  void whatARegressedReleaseTaughtIsTakenOutAndNothingElse() {
    for (long end = 1_000; end <= 5_000; end += 1_000) {
      for (String workload : List.of("docker/shop", "docker/shop2")) {
        store.write(List.of(new Change(Table.HISTORY, Keys.of(workload, end, "1"), new byte[0])));
      }
    }
    new Retention(store).forget("docker/shop", 2_000, 4_001);
    assertThat(left("docker/shop")).containsExactly(1_000L, 5_000L);
    assertThat(left("docker/shop2")).hasSize(5);
  }

  private List<Long> left(String workload) {
    List<Long> ends = new ArrayList<>();
    for (long end = 1_000; end <= 5_000; end += 1_000) {
      if (store.get(Table.HISTORY, Keys.of(workload, end, "1")) != null) {
        ends.add(end);
      }
    }
    return ends;
  }

  private void fitted(String hash, long day) {
    now.set(day * DAY);
    var blob = new Change(Table.BLOBS, Keys.of(hash), new byte[] {1});
    var known = new FittedModel(hash, "docker/shop", now.get());
    inputs
        .append(
            InputLog.Kind.MODEL,
            Json.write(new Input.Fitted("docker/shop", hash)),
            List.of(blob, new Change(Table.STATE, Keys.model(hash), Json.write(known))))
        .join();
  }

  private void judged(String release, long day) {
    var verdict =
        new Verdict(
            "docker/shop",
            release,
            "0.9",
            day * DAY,
            new Outcome.Superseded("1.2"),
            null,
            0,
            0,
            1,
            2,
            2,
            null,
            List.of(),
            List.of());
    store.write(new Rows(store).of(new MonitorLoop.Numbered(day, new Fact.Judged(verdict, true))));
  }

  private void trimAt(long day, Set<String> inForce) {
    now.set(day * DAY);
    new Retention(store).trim(inputs, inputs.newest() + 1, inForce, now.get());
  }

  private List<String> models() {
    var hashes = new ArrayList<String>();
    store.scan(
        Table.BLOBS,
        new byte[0],
        null,
        (key, value) -> hashes.add(new String(key, StandardCharsets.UTF_8)));
    return hashes;
  }
}
