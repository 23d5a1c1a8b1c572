package io.tocsin.collector.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
  private final StateStore store = StateStore.inMemory();

  @Test
  void whatARegressedReleaseTaughtIsTakenOutAndNothingElse() {
    for (long end = 1_000; end <= 5_000; end += 1_000) {
      for (String workload : List.of("docker/shop", "docker/shop2")) {
        store.write(List.of(new Change(Table.HISTORY, Keys.of(workload, end, "1"), new byte[0])));
      }
    }
    store.write(new Rows(store).withdrawn("docker/shop", 2_000, 4_001));
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
}
