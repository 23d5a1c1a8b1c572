package io.tocsin.collector.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/// RocksDB with one column family a table. One block cache and one write buffer budget for all, so
/// the native memory is bounded however many tables there are.
final class RocksStateStore implements StateStore {
  /// How rows are written. Counts up when a build writes one that the build before cannot read, or
  /// cannot read one of the build before.
  private static final int LAYOUT = 1;

  private static final byte[] LAYOUT_KEY = "layout".getBytes(StandardCharsets.UTF_8);
  private static final long CACHE_BYTES = 32L << 20;
  private static final long WRITE_BUFFER_BYTES = 16L << 20;

  private final Path directory;
  private final List<AutoCloseable> resources;
  private final RocksDB db;
  private final Map<Table, ColumnFamilyHandle> tables;
  private final WriteOptions sync = new WriteOptions().setSync(true);

  private RocksStateStore(
      Path directory,
      List<AutoCloseable> resources,
      RocksDB db,
      Map<Table, ColumnFamilyHandle> tables) {
    this.directory = directory;
    this.resources = resources;
    this.db = db;
    this.tables = tables;
  }

  static RocksStateStore open(Path directory) {
    return open(directory, LAYOUT);
  }

  static RocksStateStore open(Path directory, int layout) {
    RocksStateStore store = opened(directory);
    try {
      store.check(layout);
      return store;
    } catch (StoreException e) {
      store.close();
      throw e;
    }
  }

  private static RocksStateStore opened(Path directory) {
    List<AutoCloseable> resources = new ArrayList<>();
    try {
      Files.createDirectories(directory);
      loadNative(directory);
      var cache = new LRUCache(CACHE_BYTES);
      var buffers = new WriteBufferManager(WRITE_BUFFER_BYTES, cache);
      var bloom = new BloomFilter(10);
      var family =
          new ColumnFamilyOptions()
              .setCompressionType(CompressionType.LZ4_COMPRESSION)
              .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
              .setTableFormatConfig(
                  new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
      var options =
          new DBOptions()
              .setCreateIfMissing(true)
              .setCreateMissingColumnFamilies(true)
              .setWriteBufferManager(buffers)
              .setMaxTotalWalSize(64L << 20)
              .setKeepLogFileNum(3)
              .setMaxOpenFiles(256)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
      resources.addAll(List.of(options, family, bloom, buffers, cache));
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
      for (Table table : Table.values()) {
        byte[] name = table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        descriptors.add(new ColumnFamilyDescriptor(name, family));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db = RocksDB.open(options, directory.toString(), descriptors, handles);
      Map<Table, ColumnFamilyHandle> tables = new EnumMap<>(Table.class);
      var following = handles.subList(1, handles.size()).iterator();
      for (Table table : Table.values()) {
        tables.put(table, following.next());
      }
      resources.addFirst(handles.getFirst());
      return new RocksStateStore(directory, resources, db, tables);
    } catch (RocksDBException | IOException e) {
      closeAll(resources);
      throw new StoreException(
          "cannot open the store in %s: %s; is another collector running on it, or is it not writable?"
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  /// RocksDB unpacks its native library, 17 MB, under a new name in the system's temporary folder
  /// and takes it away when the process ends well. Here each start replaces the one file of this
  /// store, so processes that were killed leave one behind and not one each.
  private static void loadNative(Path directory) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("native"));
    try {
      NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
    } catch (UnsatisfiedLinkError e) {
      // Mounted so that nothing in it may be executed: RocksDB's own way is left.
    }
    RocksDB.loadLibrary();
  }

  private void check(int layout) {
    try {
      byte[] found = db.get(LAYOUT_KEY);
      String written = found == null ? "none" : new String(found, StandardCharsets.UTF_8);
      boolean fresh =
          found == null && Stream.of(Table.values()).allMatch(t -> last(t, null) == null);
      if (fresh) {
        db.put(sync, LAYOUT_KEY, Integer.toString(layout).getBytes(StandardCharsets.UTF_8));
      } else if (!written.equals(Integer.toString(layout))) {
        throw new StoreException(
            "the store in %s was written by another build: expected layout %d, found %s; start the build that wrote it, or move the folder away and learn anew"
                .formatted(directory, layout, written));
      }
    } catch (RocksDBException e) {
      throw fault("read", e);
    }
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    try {
      return db.get(family(table), key);
    } catch (RocksDBException e) {
      throw fault("read", e);
    }
  }

  @Override
  public void write(List<Change> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try (var writes = new WriteBatch()) {
      for (Change change : batch) {
        byte[] value = change.value();
        if (value == null) {
          writes.delete(family(change.table()), change.key());
        } else {
          writes.put(family(change.table()), change.key(), value);
        }
      }
      db.write(sync, writes);
    } catch (RocksDBException e) {
      throw fault("write", e);
    }
  }

  @Override
  public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) {
    try (var upper = to == null ? null : new Slice(to);
        var options = new ReadOptions()) {
      if (upper != null) {
        options.setIterateUpperBound(upper);
      }
      try (RocksIterator it = db.newIterator(family(table), options)) {
        for (it.seek(from); it.isValid(); it.next()) {
          if (!visitor.accept(it.key(), it.value())) {
            return;
          }
        }
        it.status();
      } catch (RocksDBException e) {
        throw fault("scan", e);
      }
    }
  }

  @Override
  public @Nullable Entry last(Table table, byte @Nullable [] to) {
    try (var upper = to == null ? null : new Slice(to);
        var options = new ReadOptions()) {
      if (upper != null) {
        options.setIterateUpperBound(upper);
      }
      try (RocksIterator it = db.newIterator(family(table), options)) {
        it.seekToLast();
        it.status();
        return it.isValid() ? new Entry(it.key(), it.value()) : null;
      } catch (RocksDBException e) {
        throw fault("read", e);
      }
    }
  }

  @Override
  public void deleteRange(Table table, byte[] from, byte[] to) {
    try {
      db.deleteRange(family(table), sync, from, to);
    } catch (RocksDBException e) {
      throw fault("trim", e);
    }
  }

  @Override
  public long sizeBytes() {
    try {
      long size = 0;
      for (ColumnFamilyHandle handle : tables.values()) {
        size += db.getLongProperty(handle, "rocksdb.total-sst-files-size");
        size += db.getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
      }
      return size;
    } catch (RocksDBException e) {
      throw fault("measure", e);
    }
  }

  @Override
  public void close() {
    sync.close();
    tables.values().forEach(ColumnFamilyHandle::close);
    ((ColumnFamilyHandle) resources.removeFirst()).close();
    db.close();
    closeAll(resources);
  }

  private ColumnFamilyHandle family(Table table) {
    return Objects.requireNonNull(tables.get(table));
  }

  private StoreException fault(String act, RocksDBException e) {
    return new StoreException(
        "cannot %s the store in %s: %s; check the disk's space and health, then start again"
            .formatted(act, directory, e.getMessage()),
        e);
  }

  private static void closeAll(List<AutoCloseable> resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource, e);
      }
    }
  }
}
