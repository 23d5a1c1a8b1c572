package io.tocsin.collector.ingest;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one source: every input of every state machine is appended here, durably, before anybody
/// reads it, and replay reads nothing else. Appends of many threads are committed in groups;
/// entries carry the collector's time, which never steps back. Safe for use by many threads.
public final class InputLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InputLog.class);
  private static final int MAX_WAITING = 4_096;
  private static final int MAX_GROUP = 512;

  private final StateStore store;
  private final LongSupplier clock;
  private final BlockingQueue<Pending> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread committer;
  private final Object grown = new Object();
  private volatile long nextOffset;
  private volatile boolean closed;
  private long lastMillis;

  /// What an entry holds; the code is on disk and never reused.
  public enum Kind {
    /// A `Batch` of an agent with its name before it; see [Arrival].
    BATCH(1),
    /// What a platform noticed, JSON.
    OBSERVATION(2),
    /// A fitted model's hash, JSON.
    MODEL(3),
    /// Time passes; no payload.
    TICK(5),
    /// A stretch that somebody wants forgotten, JSON.
    UNLEARN(6);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    private static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("input of unknown kind " + code);
    }
  }

  /// One durable input.
  ///
  /// @param offset 1, 2, 3, …
  /// @param atMillis the collector's time when it was appended; never less than the entry's before
  public record Entry(long offset, Kind kind, long atMillis, byte[] payload) {}

  private record Pending(
      Kind kind, byte[] payload, List<Change> alongside, CompletableFuture<Long> done) {}

  /// Opens the log where it ended.
  public InputLog(StateStore store, LongSupplier clock) {
    this.store = store;
    this.clock = clock;
    var last = store.last(Table.LOG, null);
    if (last == null) {
      nextOffset = 1;
    } else {
      nextOffset = ByteBuffer.wrap(last.key()).getLong() + 1;
      lastMillis = decode(last.key(), last.value()).atMillis();
    }
    committer = Thread.ofPlatform().name("input-log").start(this::commit);
  }

  /// Appends; the future completes with the offset once the entry, and what goes alongside in the
  /// same write, is durable. Blocks while too much is waiting, which is how pressure reaches the
  /// senders.
  public CompletableFuture<Long> append(Kind kind, byte[] payload, List<Change> alongside) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    try {
      boolean taken = false;
      while (!taken && !closed) {
        taken = waiting.offer(new Pending(kind, payload, alongside, done), 1, TimeUnit.SECONDS);
      }
      if (!taken) {
        done.completeExceptionally(new IllegalStateException("the input log is closed"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done.completeExceptionally(e);
    }
    return done;
  }

  /// As above, alone.
  public CompletableFuture<Long> append(Kind kind, byte[] payload) {
    return append(kind, payload, List.of());
  }

  /// Entries from an offset on, ascending, at most `max`; empty when there are none yet.
  public List<Entry> read(long fromOffset, int max) {
    List<Entry> entries = new ArrayList<>();
    if (fromOffset < nextOffset) {
      store.scan(
          Table.LOG,
          key(fromOffset),
          null,
          (key, value) -> {
            entries.add(decode(key, value));
            return entries.size() < max;
          });
    }
    return entries;
  }

  /// Waits until there is an entry at `offset`, or the time is over.
  public void await(long offset, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (grown) {
      long left = millis;
      while (nextOffset <= offset && !closed && left > 0) {
        grown.wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    }
  }

  /// Offset of the newest entry; 0 when there is none.
  public long newest() {
    return nextOffset - 1;
  }

  /// Offset of the oldest entry; that of the next one when there is none.
  public long oldest() {
    long[] found = {nextOffset};
    store.scan(
        Table.LOG,
        key(0),
        null,
        (key, value) -> {
          found[0] = ByteBuffer.wrap(key).getLong();
          return false;
        });
    return found[0];
  }

  /// Forgets entries below an offset.
  public void trim(long belowOffset) {
    store.deleteRange(Table.LOG, key(0), key(belowOffset));
  }

  @Override
  public void close() {
    closed = true;
    try {
      committer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void commit() {
    List<Pending> group = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        Pending first = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        group.add(first);
        waiting.drainTo(group, MAX_GROUP - 1);
        write(group);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        group.clear();
      }
    }
  }

  private void write(List<Pending> group) {
    long now = Math.max(lastMillis, clock.getAsLong());
    long offset = nextOffset;
    List<Change> changes = new ArrayList<>();
    for (Pending pending : group) {
      changes.add(new Change(Table.LOG, key(offset++), encode(pending.kind, now, pending.payload)));
      changes.addAll(pending.alongside);
    }
    try {
      store.write(changes);
    } catch (RuntimeException e) {
      log.error("inputs are refused until the store can be written again: {}", e.getMessage());
      group.forEach(pending -> pending.done.completeExceptionally(e));
      return;
    }
    lastMillis = now;
    long at = nextOffset;
    synchronized (grown) {
      nextOffset = offset;
      grown.notifyAll();
    }
    for (Pending pending : group) {
      pending.done.complete(at++);
    }
  }

  private static byte[] key(long offset) {
    return ByteBuffer.allocate(8).putLong(offset).array();
  }

  private static byte[] encode(Kind kind, long atMillis, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put(kind.code)
        .putLong(atMillis)
        .put(payload)
        .array();
  }

  private static Entry decode(byte[] key, byte[] value) {
    ByteBuffer buffer = ByteBuffer.wrap(value);
    Kind kind = Kind.of(buffer.get());
    long atMillis = buffer.getLong();
    byte[] payload = new byte[buffer.remaining()];
    buffer.get(payload);
    return new Entry(ByteBuffer.wrap(key).getLong(), kind, atMillis, payload);
  }
}
