package io.tocsin.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Copies of what was judged, by release: rows of inputs in the order they were taken in, each
/// under a running hash, and the whole verdicts that the chain names by theirs. Bounded a release
/// and in all; what gave way is said by [Kept#first], never guessed. Safe for use by many threads,
/// one of which writes a release's rows.
///
/// Table RESPONSES: `i/<workload> <release>` a [Kept], `j/<the same>\0` and 8 bytes a row, packed;
/// `v/<the same>\0`, 8 bytes of time and its hash a verdict in JSON, `l/<the same>` which one was
/// chained last. Neither key nor release holds a 0.
public final class Shelf {
  // Hours of a few instances, or what decides a release of sixty.
  static final long MAX_RELEASE_BYTES = 2L << 20;
  static final long MAX_BYTES = 256L << 20;
  // With the verdicts of each, which are not counted in bytes, and pack to a few kB.
  private static final int MAX_RELEASES = 2_000;
  private static final int MAX_VERDICTS = 64;
  private static final long KEEP_MILLIS = 90 * 86_400_000L;
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final StateStore store;

  /// What is kept of one release's watch.
  ///
  /// @param sinceMillis of the release
  /// @param atMillis of the newest row
  /// @param first number of the first row kept; 0 when all are
  /// @param before hash before that row
  /// @param rows number of the row to come
  /// @param hash over all rows ever: SHA-256 of the hash before, a line break and the row
  /// @param start number of the newest row that can be gone on from without those before it
  /// @param beforeStart hash before that one
  /// @param bytes on the shelf
  /// @param bytesBeforeStart of those before `start`
  /// @param full whether rows are missing behind the newest kept one
  public record Kept(
      String workload,
      String release,
      long sinceMillis,
      long atMillis,
      long first,
      String before,
      long rows,
      String hash,
      long start,
      String beforeStart,
      long bytes,
      long bytesBeforeStart,
      boolean full) {
    static Kept of(String workload, String release, long sinceMillis) {
      String none = Link.START;
      return new Kept(
          workload, release, sinceMillis, sinceMillis, 0, none, 0, none, 0, none, 0, 0, false);
    }
  }

  /// What a row leads to.
  public record Step(Kept kept, List<Change> changes) {}

  public Shelf(StateStore store) {
    this.store = store;
  }

  /// What is kept of a release; empty when nothing is.
  public Optional<Kept> kept(String workload, String release) {
    byte[] value = store.get(Table.RESPONSES, key("i/", workload, release, ""));
    return value == null ? Optional.empty() : Optional.of(read(value));
  }

  /// All releases of which something is kept.
  public List<Kept> all() {
    List<Kept> all = new ArrayList<>();
    store.scan(Table.RESPONSES, utf8("i/"), utf8("i0"), (key, value) -> all.add(read(value)));
    return all;
  }

  /// Begins a release's rows, in place of what an earlier watch on the same one left.
  public Step begin(String workload, String release, long sinceMillis) {
    List<Change> changes = new ArrayList<>();
    kept(workload, release).ifPresent(old -> rowsBetween(changes, old, old.first(), old.rows()));
    return new Step(Kept.of(workload, release, sinceMillis), changes);
  }

  /// Adds a row; drops the oldest up to the newest start where there is no room.
  ///
  /// @param isStart whether the row can be gone on from without those before it
  public Step append(Kept kept, String row, boolean isStart, long atMillis) {
    List<Change> changes = new ArrayList<>();
    Kept now = isStart ? started(kept) : kept;
    byte[] packed = Packed.of(row);
    // What found no room before this start would be a gap: what is before it goes, too.
    boolean gap = isStart && kept.full;
    if ((gap || now.bytes + packed.length > MAX_RELEASE_BYTES) && now.start > now.first) {
      rowsBetween(changes, now, now.first, now.start);
      now = rolled(now);
    }
    boolean room = !now.full && now.bytes + packed.length <= MAX_RELEASE_BYTES;
    if (room) {
      changes.add(new Change(Table.RESPONSES, row(now, now.rows), packed));
    }
    Kept next =
        new Kept(
            now.workload,
            now.release,
            now.sinceMillis,
            atMillis,
            now.first,
            now.before,
            room ? now.rows + 1 : now.rows,
            room ? Link.sha256(now.hash + "\n" + row) : now.hash,
            now.start,
            now.beforeStart,
            room ? now.bytes + packed.length : now.bytes,
            now.bytesBeforeStart,
            !room);
    changes.add(
        new Change(Table.RESPONSES, key("i/", next.workload, next.release, ""), bytes(next)));
    return new Step(next, changes);
  }

  /// Rows as they are kept, packed, oldest first, until the visitor says false.
  public void rows(Kept kept, Predicate<byte[]> visitor) {
    store.scan(
        Table.RESPONSES,
        row(kept, kept.first),
        row(kept, kept.rows),
        (key, value) -> visitor.test(value));
  }

  /// A whole verdict beside the link that names it; the oldest of many gives way.
  ///
  /// @param atMillis of the verdict
  public List<Change> verdict(
      String workload, String release, long atMillis, String hash, String json) {
    List<Change> changes = new ArrayList<>();
    byte[] key = verdictKey(workload, release, atMillis, hash);
    List<byte[]> there = verdictKeys(workload, release);
    boolean again = there.stream().anyMatch(each -> Arrays.equals(each, key));
    if (there.size() >= MAX_VERDICTS && !again) {
      changes.add(new Change(Table.RESPONSES, there.getFirst(), null));
    }
    changes.add(new Change(Table.RESPONSES, key, utf8(json)));
    return changes;
  }

  /// Whether a further verdict of this release would push out one that is kept.
  public boolean crowded(String workload, String release) {
    return verdictKeys(workload, release).size() >= MAX_VERDICTS;
  }

  private List<byte[]> verdictKeys(String workload, String release) {
    List<byte[]> keys = new ArrayList<>();
    store.scan(
        Table.RESPONSES,
        key("v/", workload, release, "\0"),
        key("v/", workload, release, "\1"),
        (each, value) -> keys.add(each));
    return keys;
  }

  /// The newest verdict of a release that the chain has, and on which inputs, as [#told] wrote it.
  public byte @Nullable [] told(String workload, String release) {
    return store.get(Table.RESPONSES, key("l/", workload, release, ""));
  }

  /// Goes with the link of a verdict.
  public Change told(String workload, String release, byte @Nullable [] mark) {
    return new Change(Table.RESPONSES, key("l/", workload, release, ""), mark);
  }

  /// The whole verdicts of a release, oldest first.
  public List<String> verdicts(String workload, String release) {
    List<String> verdicts = new ArrayList<>();
    store.scan(
        Table.RESPONSES,
        key("v/", workload, release, "\0"),
        key("v/", workload, release, "\1"),
        (key, value) -> verdicts.add(new String(value, StandardCharsets.UTF_8)));
    return verdicts;
  }

  /// Drops what is old, then the oldest until the rest has room.
  public void trim(long nowMillis) {
    List<Kept> all = new ArrayList<>(all());
    all.sort(Comparator.comparingLong(Kept::atMillis));
    long bytes = all.stream().mapToLong(Kept::bytes).sum();
    int left = all.size();
    for (Kept each : all) {
      if (each.atMillis < nowMillis - KEEP_MILLIS || bytes > MAX_BYTES || left > MAX_RELEASES) {
        drop(each);
        bytes -= each.bytes;
        left--;
      }
    }
  }

  private void drop(Kept kept) {
    List<Change> changes = new ArrayList<>();
    rowsBetween(changes, kept, kept.first, kept.rows);
    store.scan(
        Table.RESPONSES,
        key("v/", kept.workload, kept.release, "\0"),
        key("v/", kept.workload, kept.release, "\1"),
        (key, value) -> changes.add(new Change(Table.RESPONSES, key, null)));
    changes.add(new Change(Table.RESPONSES, key("i/", kept.workload, kept.release, ""), null));
    changes.add(told(kept.workload, kept.release, null));
    store.write(changes);
  }

  private static Kept started(Kept kept) {
    return new Kept(
        kept.workload,
        kept.release,
        kept.sinceMillis,
        kept.atMillis,
        kept.first,
        kept.before,
        kept.rows,
        kept.hash,
        kept.rows,
        kept.hash,
        kept.bytes,
        kept.bytes,
        /* full= */ false);
  }

  private static Kept rolled(Kept kept) {
    return new Kept(
        kept.workload,
        kept.release,
        kept.sinceMillis,
        kept.atMillis,
        kept.start,
        kept.beforeStart,
        kept.rows,
        kept.hash,
        kept.start,
        kept.beforeStart,
        kept.bytes - kept.bytesBeforeStart,
        0,
        kept.full);
  }

  private static void rowsBetween(List<Change> changes, Kept kept, long from, long to) {
    for (long n = from; n < to; n++) {
      changes.add(new Change(Table.RESPONSES, row(kept, n), null));
    }
  }

  private static byte[] row(Kept kept, long number) {
    byte[] key = key("j/", kept.workload, kept.release, "\0");
    return ByteBuffer.allocate(key.length + Long.BYTES).put(key).putLong(number).array();
  }

  private static byte[] verdictKey(String workload, String release, long atMillis, String hash) {
    byte[] front = key("v/", workload, release, "\0");
    byte[] back = utf8(hash);
    return ByteBuffer.allocate(front.length + Long.BYTES + back.length)
        .put(front)
        .putLong(atMillis)
        .put(back)
        .array();
  }

  private static byte[] key(String kind, String workload, String release, String rest) {
    return utf8(kind + workload + " " + release + rest);
  }

  private static Kept read(byte[] value) {
    try {
      return JSON.readValue(value, Kept.class);
    } catch (IOException e) {
      throw new IllegalStateException(
          "table RESPONSES: expected what is kept of a release, found other; restore a backup", e);
    }
  }

  private static byte[] bytes(Kept kept) {
    try {
      return JSON.writeValueAsBytes(kept);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + kept, e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
