package io.tocsin.agent.tail;

import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.tail.Positions.Identity;
import io.tocsin.agent.tail.Positions.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log in files: reads its generations oldest first and makes their bytes into messages.
final class FileLog implements FollowedLog {
  private static final long IDLE_AFTER_MILLIS = 10_000;
  private static final long IDLE_LOOK_MILLIS = 1_000;

  /// Where a message begins.
  private record Mark(Generation file, long offset) {}

  private final LogFile log;
  private final TailConfig config;
  private final Consumer<RawLine> out;
  private final byte[] chunk;
  private final Generations files;
  private final LineSplitter<Generation> lines;
  private final Messages<Mark> messages;
  private Owner owner;
  private @Nullable Owner next;
  private @Nullable String trouble;
  private long now;
  private long lastChange;
  private long lastLook;
  private long behindSince;
  private boolean behind;
  private long endSeenAt = -1;
  private long catchUp;

  /// @param start where to begin
  /// @param siblings shared by all logs of the tailer
  /// @param chunk shared by all logs of the tailer
  FileLog(
      LogFile log,
      Owner owner,
      Start start,
      TailConfig config,
      Handles handles,
      Siblings siblings,
      byte[] chunk,
      Consumer<RawLine> out) {
    this.log = log;
    this.owner = owner;
    this.config = config;
    this.chunk = chunk;
    this.out = out;
    this.behindSince = start.position().isPresent() ? start.sinceMillis() : 0;
    this.files =
        new Generations(
            new LogPlace(log.path(), siblings),
            start,
            config.maxLineBytes(),
            handles,
            this::gap,
            this::doubt);
    this.lines = new LineSplitter<>(maxBytes(log.framing(), config));
    this.messages = new Messages<>(config.maxLineBytes(), this::emit);
  }

  /// Of a physical line.
  static int maxBytes(LogFile.Framing framing, TailConfig config) {
    return switch (framing) {
      case PLAIN -> config.maxLineBytes();
      case CRI -> config.maxLineBytes() + 128;
      case DOCKER_JSON -> 6 * config.maxLineBytes() + 512; // each byte escaped
      case JOURNAL -> throw new IllegalArgumentException("a journal is no file");
    };
  }

  @Override
  public Owner owner() {
    return next == null ? owner : next;
  }

  @Override
  public void handOver(Owner owner) {
    next = owner;
  }

  @Override
  public void look(long now) {
    this.now = now;
    boolean first = lastLook == 0;
    boolean idle = Math.abs(now - lastChange) >= IDLE_AFTER_MILLIS;
    if (!first && idle && Math.abs(now - lastLook) < IDLE_LOOK_MILLIS) {
      return;
    }
    lastLook = now;
    long before = files.unread();
    try {
      files.look(now);
      trouble = null;
    } catch (IOException e) {
      unreadable(e);
    }
    long unread = files.unread();
    if (unread != before) {
      lastChange = now;
    }
    if (first) {
      lastChange = now;
      catchUp = files.foundUnread();
    }
    if (unread > 0 && !behind) {
      behind = true;
      behindSince = first && behindSince > 0 ? behindSince : now;
    }
  }

  @Override
  public int read(int maxBytes, long now) {
    this.now = now;
    takeOver();
    int total = 0;
    while (total < maxBytes) {
      var file = files.first();
      if (file == null) {
        break;
      }
      long offset = file.offset();
      int n;
      try {
        n = file.read(ByteBuffer.wrap(chunk, 0, Math.min(chunk.length, maxBytes - total)));
      } catch (IOException e) {
        if (e instanceof NoSuchFileException) {
          files.suspect();
        } else {
          unreadable(e);
        }
        break;
      }
      if (n < 0) {
        files.suspect();
        break;
      }
      if (n == 0) {
        if (!advance(file)) {
          break;
        }
        continue;
      }
      endSeenAt = -1;
      total += n;
      owner.counters().read(n);
      catchUp = Math.max(0, catchUp - n);
      lastChange = now;
      lines.feed(chunk, n, file, offset, this::line);
    }
    if (files.unread() == 0) {
      behind = false;
    }
    return total;
  }

  /// Leaves a file read to its end once its successor has begun.
  private boolean advance(Generation file) {
    if (!files.hasSuccessorOf(file)) {
      return false;
    }
    if (!file.isCopy()) {
      if (endSeenAt < 0) {
        endSeenAt = now;
      }
      // The clock may be set back meanwhile: then it is left earlier, not when that has caught up.
      if (Math.abs(now - endSeenAt) < config.rotateWaitMillis()) {
        return false;
      }
      lines.flush(this::line); // whoever wrote it ended in the middle of a line
    }
    endSeenAt = -1;
    files.removeFirst();
    return true;
  }

  @Override
  public void finish(long now) {
    this.now = now;
    takeOver();
    lines.flush(this::line);
    messages.flush(now);
  }

  @Override
  public void tick(long now) {
    this.now = now;
    takeOver();
    messages.tick(now);
  }

  private void takeOver() {
    if (next != null) {
      messages.flush(now);
      owner = next;
      next = null;
    }
  }

  private void gap(long bytes) {
    owner.counters().gap(bytes);
    lines.clear();
  }

  private void doubt(long bytes) {
    owner.counters().gap(bytes);
  }

  private void line(
      byte[] bytes, int from, int to, boolean cut, boolean plain, Generation file, long offset) {
    var part = Part.of(log.framing(), bytes, from, to, plain);
    if (part == null) {
      owner.counters().drop("malformed");
    } else {
      messages.accept(part, cut, new Mark(file, offset), now);
    }
  }

  private void emit(String text, boolean ascii, long timeMillis, boolean stamped, boolean cut) {
    if (cut) {
      owner.counters().drop("too-long");
    }
    owner.counters().line();
    out.accept(new RawLine(owner.running().instance(), text, timeMillis, stamped, ascii));
  }

  @Override
  public Position position() {
    var mark = messages.mark();
    var unfinished = lines.startFile();
    var first = files.first();
    if (mark != null) {
      return position(mark.file(), mark.offset());
    }
    if (unfinished != null) {
      return position(unfinished, lines.startOffset());
    }
    return first == null
        ? new Position(log.path().toString(), Identity.NONE, 0, false, files.predecessor(), "")
        : position(first, first.offset());
  }

  private Position position(Generation file, long offset) {
    return new Position(
        log.path().toString(), file.identity(), offset, file.isCopy(), file.predecessor(), "");
  }

  @Override
  public long lag() {
    // What may not be read is lag, by a byte at least: its silence must not pass for the service's.
    return trouble == null ? files.unread() : Math.max(1, files.unread());
  }

  @Override
  public long behindSinceMillis() {
    return behindSince;
  }

  @Override
  public boolean catchingUp() {
    return catchUp > 0;
  }

  @Override
  public int files() {
    return files.count();
  }

  @Override
  public @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    files.close();
  }

  private void unreadable(IOException e) {
    behindSince = trouble == null && !behind ? now : behindSince;
    String reason = e.getClass().getSimpleName().replace("Exception", "");
    trouble = "%s: cannot be read (%s)".formatted(log.path(), reason);
  }
}
