package io.tocsin.agent.tail;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What is piped into the agent, kept as a log that is followed like any other: what a kill leaves
/// unread is read after the next start, and whoever writes waits for the disk and for nobody else.
///
/// A thread of its own reads. The log is cut into files of [#MAX_BYTES], of which two are kept;
/// when more waits to be read than one holds, or the disk takes nothing, whole lines are dropped
/// and counted. The files hold lines as they were written, secrets too, and are for their owner
/// alone.
public final class StandardInput {

  /// Bytes of one file, and bytes that may wait to be read.
  static final long MAX_BYTES = 16L << 20;

  private static final int CHUNK = 64 << 10;
  private static final byte[] NEWLINE = {'\n'};

  /// What becomes of the line that has begun and not ended.
  private enum Open {
    NONE,
    KEPT,
    DROPPED
  }

  private final InputStream in;
  private final Path log;
  private final Thread reader;
  private FileChannel file;
  private long size;
  private long written;
  private Open open = Open.NONE;

  /// Whether the file ends in a part of a line that nothing belongs to any more.
  private boolean torn;

  private final AtomicLong dropped = new AtomicLong();
  private volatile long read;
  private volatile boolean ended;
  private volatile @Nullable String trouble;

  /// @param in read until its end; not closed, for a read that waits could not be ended so
  /// @param log where it is kept; its folder is made
  /// @throws UncheckedIOException when the file cannot be written
  public StandardInput(InputStream in, Path log) {
    this.in = in;
    this.log = log;
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      this.file = open();
      this.torn = size > 0 && lastByte() != '\n';
    } catch (IOException e) {
      throw new UncheckedIOException(
          "standard input cannot be kept in %s: %s; expected a folder that can be written"
              .formatted(log, e.getMessage()),
          e);
    }
    this.reader = Thread.ofPlatform().name("standard-input").daemon().unstarted(this::run);
  }

  /// Begins to read; again, it does nothing. Called once the log is followed: at its first look a
  /// tailer begins at the end of what is there.
  public void begin() {
    if (reader.getState() == Thread.State.NEW) {
      reader.start();
    }
  }

  /// @param bytes of the log that were read since this was made, so that it is known how much waits
  public void read(long bytes) {
    read = bytes;
  }

  /// Lines not kept, since this was made.
  public long dropped() {
    return dropped.get();
  }

  /// Whether whoever wrote has closed their end, and all is in the log.
  public boolean ended() {
    return ended;
  }

  /// Why lines are not kept now; null when they are.
  public @Nullable String trouble() {
    return trouble;
  }

  private void run() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        take(chunk, n);
      }
      if (open == Open.KEPT) {
        write(NEWLINE, 0, 1);
      }
    } catch (IOException e) {
      trouble = "standard input: cannot be read (%s)".formatted(e.getMessage());
    } finally {
      closeFile();
      ended = true;
    }
  }

  private void take(byte[] chunk, int n) {
    int from = 0;
    boolean full = written + n - read > MAX_BYTES;
    if (full && open == Open.KEPT) {
      write(NEWLINE, 0, 1); // cut, or a line without an end would fill the disk
      open = Open.DROPPED;
    }
    if (open == Open.DROPPED) {
      from = behindNewline(chunk, n);
      dropped.addAndGet(from > 0 ? 1 : 0);
      from = from > 0 ? from : n;
      open = chunk[from - 1] == '\n' ? Open.NONE : Open.DROPPED;
    }
    if (from == n) {
      return;
    }
    if (full) {
      trouble =
          "standard input: more than %d MB wait to be read; lines are dropped and counted"
              .formatted(MAX_BYTES >> 20);
      drop(chunk, from, n);
    } else if (keep(chunk, from, n)) {
      trouble = null;
      open = chunk[n - 1] == '\n' ? Open.NONE : Open.KEPT;
    } else {
      drop(chunk, from, n);
    }
  }

  /// A file that is full ends with the last line that does; one without an end at twice its size.
  private boolean keep(byte[] chunk, int from, int to) {
    if (size < MAX_BYTES) {
      return write(chunk, from, to);
    }
    int cut = to;
    while (cut > from && chunk[cut - 1] != '\n') {
      cut--;
    }
    boolean whole = open == Open.NONE || cut > from;
    if (!whole && size < 2 * MAX_BYTES) {
      return write(chunk, from, to);
    }
    cut = open == Open.NONE ? from : cut;
    return (cut == from || write(chunk, from, cut))
        && rotated()
        && (cut == to || write(chunk, cut, to));
  }

  private static int behindNewline(byte[] chunk, int n) {
    for (int i = 0; i < n; i++) {
      if (chunk[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private void drop(byte[] chunk, int from, int to) {
    long lines = 0;
    for (int i = from; i < to; i++) {
      lines += chunk[i] == '\n' ? 1 : 0;
    }
    dropped.addAndGet(lines);
    open = chunk[to - 1] == '\n' ? Open.NONE : Open.DROPPED;
  }

  /// @return whether all of it is in the file; else what is there of it ends with the next line
  private boolean write(byte[] chunk, int from, int to) {
    try {
      if (!file.isOpen()) {
        file = open();
      }
      if (torn && size > 0) {
        append(ByteBuffer.wrap(NEWLINE));
      }
      torn = false;
      append(ByteBuffer.wrap(chunk, from, to - from));
      return true;
    } catch (IOException e) {
      return failed(e);
    }
  }

  private boolean failed(IOException e) {
    closeFile(); // opened anew with the next line
    torn = true;
    trouble =
        "%s: cannot be written (%s); what comes by standard input is dropped and counted"
            .formatted(log, e.getMessage());
    return false;
  }

  private void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int n = file.write(bytes);
      size += n;
      written += n;
    }
  }

  private boolean rotated() {
    try {
      file.close();
      Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.ATOMIC_MOVE);
      file = open();
      return true;
    } catch (IOException e) {
      return failed(e);
    }
  }

  private FileChannel open() throws IOException {
    var channel =
        FileChannel.open(
            log,
            Set.of(CREATE, READ, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    size = channel.size();
    channel.position(size);
    return channel;
  }

  private byte lastByte() throws IOException {
    var last = ByteBuffer.allocate(1);
    file.read(last, size - 1);
    return last.get(0);
  }

  private void closeFile() {
    try {
      file.close();
    } catch (IOException e) {
      trouble = "%s: cannot be closed (%s)".formatted(log, e.getMessage());
    }
  }
}
