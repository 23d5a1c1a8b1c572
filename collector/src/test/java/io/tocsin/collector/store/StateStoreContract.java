package io.tocsin.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every store promises.
abstract class StateStoreContract {
  @TempDir Path directory;

  abstract StateStore open(Path directory);

  @Test
  void whatWasWrittenIsReadPerTable() {
    try (var store = open(directory)) {
      store.write(List.of(put(Table.STATE, "k", "v"), put(Table.FACTS, "k", "w")));
      assertThat(store.get(Table.STATE, bytes("k"))).isEqualTo(bytes("v"));
      assertThat(store.get(Table.FACTS, bytes("k"))).isEqualTo(bytes("w"));
      assertThat(store.get(Table.OUTBOX, bytes("k"))).isNull();
    }
  }

  @Test
  void aDeletedKeyIsGone() {
    try (var store = open(directory)) {
      store.write(List.of(put(Table.STATE, "k", "v")));
      store.write(List.of(new Change(Table.STATE, bytes("k"), null)));
      assertThat(store.get(Table.STATE, bytes("k"))).isNull();
    }
  }

  @Test
  void keysSortAsUnsignedBytesAndAScanHonoursItsBounds() {
    try (var store = open(directory)) {
      List<byte[]> keys =
          List.of(new byte[] {1}, new byte[] {(byte) 0x80}, new byte[] {(byte) 0xff});
      for (byte[] key : keys) {
        store.write(List.of(new Change(Table.LOG, key, key)));
      }
      List<byte[]> seen = new ArrayList<>();
      store.scan(Table.LOG, new byte[] {1}, new byte[] {(byte) 0xff}, (k, v) -> seen.add(k));
      assertThat(seen).containsExactly(keys.get(0), keys.get(1));
    }
  }

  @Test
  void aScanEndsWhenTheVisitorHasEnough() {
    try (var store = open(directory)) {
      store.write(List.of(put(Table.LOG, "a", "1"), put(Table.LOG, "b", "2")));
      List<byte[]> seen = new ArrayList<>();
      store.scan(
          Table.LOG,
          new byte[0],
          null,
          (k, v) -> {
            seen.add(k);
            return false;
          });
      assertThat(seen).hasSize(1);
    }
  }

  @Test
  void theLastEntryBelowABoundIsFound() {
    try (var store = open(directory)) {
      assertThat(store.last(Table.LOG, null)).isNull();
      store.write(List.of(put(Table.LOG, "a", "1"), put(Table.LOG, "b", "2")));
      var last = store.last(Table.LOG, null);
      var below = store.last(Table.LOG, bytes("b"));
      assertThat(last == null ? null : last.key()).isEqualTo(bytes("b"));
      assertThat(below == null ? null : below.key()).isEqualTo(bytes("a"));
    }
  }

  @Test
  void aRangeIsForgottenUpToItsEnd() {
    try (var store = open(directory)) {
      store.write(
          List.of(put(Table.LOG, "a", "1"), put(Table.LOG, "b", "2"), put(Table.LOG, "c", "3")));
      store.deleteRange(Table.LOG, bytes("a"), bytes("c"));
      assertThat(store.get(Table.LOG, bytes("b"))).isNull();
      assertThat(store.get(Table.LOG, bytes("c"))).isEqualTo(bytes("3"));
    }
  }

  static Change put(Table table, String key, String value) {
    return new Change(table, bytes(key), bytes(value));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
