package io.tocsin.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.collector.store.StateStore.Table;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RocksStateStoreTest extends StateStoreContract {
  @Override
  StateStore open(Path directory) {
    return StateStore.at(directory);
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    try (var store = open(directory)) {
      store.write(List.of(put(Table.BLOBS, "k", "v")));
    }
    try (var store = open(directory)) {
      assertThat(store.get(Table.BLOBS, bytes("k"))).isEqualTo(bytes("v"));
    }
  }

  @Test
  void aSecondProcessOnTheSameDirectoryIsRefusedInWords() {
    try (var store = open(directory)) {
      assertThat(store.sizeBytes()).isNotNegative();
      assertThatThrownBy(() -> open(directory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another collector");
    }
  }

  @Test
  void whatAnotherBuildWroteIsRefusedInWordsAndLeftAsItIs() {
    try (var store = RocksStateStore.open(directory, 7)) {
      store.write(List.of(put(Table.STATE, "k", "v")));
    }
    assertThatThrownBy(() -> RocksStateStore.open(directory, 8))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("expected layout 8, found 7")
        .hasMessageContaining(directory.toString());
    try (var store = RocksStateStore.open(directory, 7)) {
      assertThat(store.get(Table.STATE, bytes("k"))).isEqualTo(bytes("v"));
    }
  }
}
