package io.tocsin.collector.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bytes by key in named tables, durable. Keys sort as unsigned bytes. Safe for use by many
/// threads. A fault of the disk is a [StoreException] that says where and what to do; nothing is
/// half-applied.
public interface StateStore extends AutoCloseable {

  /// The value, or null when there is none.
  byte @Nullable [] get(Table table, byte[] key);

  /// All or nothing; durable on return.
  void write(List<Change> batch);

  /// Entries with `from <= key < to`, ascending, until the visitor returns false. `to` null: to the
  /// end.
  void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor);

  /// The last entry of a table whose key is below `to` (null: of all), or null when there is none.
  @Nullable Entry last(Table table, byte @Nullable [] to);

  /// Forgets every entry with `from <= key < to`.
  void deleteRange(Table table, byte[] from, byte[] to);

  /// Bytes on disk, roughly.
  long sizeBytes();

  @Override
  void close();

  /// Keeps everything in memory: tests, and a first try.
  static StateStore inMemory() {
    return new InMemoryStateStore();
  }

  /// Keeps everything in RocksDB under `directory`, which is made when missing. One process at a
  /// time.
  static StateStore at(Path directory) {
    return RocksStateStore.open(directory);
  }

  /// What is kept apart, each with its own keys.
  enum Table {
    /// Input log: 8-byte offset -> entry.
    LOG,
    /// State machines: key -> JSON.
    STATE,
    /// Facts: workload, time, kind -> JSON.
    FACTS,
    /// Windows as the charts keep them: workload, window -> JSON.
    CHARTS,
    /// Feature vectors for fitting: workload, window -> floats.
    HISTORY,
    /// Immutable blobs by hash: models.
    BLOBS,
    /// Webhooks to send.
    OUTBOX,
    /// Incidents by id.
    INCIDENTS,
    /// Rollbacks with their steps, decisions, audit.
    RESPONSES,
    /// Template dictionaries: workload, id -> template.
    TEMPLATES,
    /// Small things: tokens, kill switch, per-install secrets.
    SETTINGS
  }

  /// One change of a batch; `value` null deletes.
  record Change(Table table, byte[] key, byte @Nullable [] value) {}

  /// One entry of a table.
  record Entry(byte[] key, byte[] value) {}

  /// Sees entries one by one.
  interface Visitor {
    /// False ends the scan.
    boolean accept(byte[] key, byte[] value);
  }
}
