package io.tocsin.collector.store;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

final class InMemoryStateStore implements StateStore {
  private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);

  InMemoryStateStore() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @Override
  public synchronized byte @Nullable [] get(Table table, byte[] key) {
    return table(table).get(key);
  }

  @Override
  public synchronized void write(List<Change> batch) {
    for (Change change : batch) {
      byte[] value = change.value();
      if (value == null) {
        table(change.table()).remove(change.key());
      } else {
        table(change.table()).put(change.key(), value);
      }
    }
  }

  @Override
  public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) {
    List<Map.Entry<byte[], byte[]>> entries;
    synchronized (this) {
      var tail = table(table).tailMap(from, true);
      entries = List.copyOf((to == null ? tail : tail.headMap(to, false)).entrySet());
    }
    for (var entry : entries) {
      if (!visitor.accept(entry.getKey(), entry.getValue())) {
        return;
      }
    }
  }

  @Override
  public synchronized @Nullable Entry last(Table table, byte @Nullable [] to) {
    var map = table(table);
    var entry = to == null ? map.lastEntry() : map.lowerEntry(to);
    return entry == null ? null : new Entry(entry.getKey(), entry.getValue());
  }

  @Override
  public synchronized void deleteRange(Table table, byte[] from, byte[] to) {
    table(table).subMap(from, true, to, false).clear();
  }

  @Override
  public synchronized long sizeBytes() {
    long size = 0;
    for (var table : tables.values()) {
      for (var entry : table.entrySet()) {
        size += entry.getKey().length + entry.getValue().length;
      }
    }
    return size;
  }

  @Override
  public void close() {}

  private NavigableMap<byte[], byte[]> table(Table table) {
    return Objects.requireNonNull(tables.get(table));
  }
}
