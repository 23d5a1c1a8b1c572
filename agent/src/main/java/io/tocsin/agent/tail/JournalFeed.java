package io.tocsin.agent.tail;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The journal's entries from a place on, by one `journalctl` at a time: first all there are, over
/// all boots, then those that come. Started again, later and later, when it dies.
final class JournalFeed {
  private static final long MIN_WAIT_MILLIS = 1_000;
  private static final long MAX_WAIT_MILLIS = 60_000;

  private final JournalSource source;
  private final int maxMessageBytes;
  private final byte[] chunk;
  private final Runnable gap;
  private final ArrayDeque<JournalEntry> entries = new ArrayDeque<>();

  private @Nullable JournalProcess process;
  private JournalExport export;

  /// Whether the process waits for more; else it ends with what is there.
  private boolean following;

  /// The entry it was told to begin with, until that has come; empty for none.
  private String expected = "";

  private boolean live;
  private String trouble = "";
  private long startedAt;
  private long downSince;
  private long failedAt = -1;
  private long wait = MIN_WAIT_MILLIS;
  private long lastWait;

  /// @param chunk to read into
  /// @param gap called before entries are handed out that do not follow the place asked for
  JournalFeed(JournalSource source, int maxMessageBytes, byte[] chunk, Runnable gap) {
    this.source = source;
    this.maxMessageBytes = maxMessageBytes;
    this.chunk = chunk;
    this.gap = gap;
    this.export = new JournalExport(maxMessageBytes);
  }

  /// What was read and not taken.
  ArrayDeque<JournalEntry> entries() {
    return entries;
  }

  /// Reads on, at most `maxBytes`, without blocking; to be called when all entries are taken.
  ///
  /// @param place of the last entry taken: a cursor, `@` and a time in seconds since the epoch, or
  ///   empty for the beginning
  /// @return bytes read; 0 when there is nothing more now
  int read(String place, int maxBytes, long now) {
    var running = process;
    if (running == null) {
      // Against the clock being set back, too.
      if (failedAt < 0 || Math.abs(now - failedAt) >= lastWait) {
        start(place, place.startsWith("@"), now);
      }
      return 0;
    }
    try {
      int n = running.read(chunk, maxBytes);
      if (n > 0) {
        up();
        export.feed(chunk, n, this::add);
      } else if (running.ended()) {
        ended(running, place, now);
      } else if (following && Math.abs(now - startedAt) >= MIN_WAIT_MILLIS) {
        up();
        live = true;
      }
      return n;
    } catch (IOException e) {
      down("journalctl's output cannot be read: " + e.getMessage(), now);
      return 0;
    }
  }

  private void add(JournalEntry entry) {
    String first = expected;
    expected = "";
    if (first.equals(entry.cursor())) {
      return; // taken before, asked for to see that it is still there
    }
    if (!first.isEmpty() && !following) {
      gap.run();
    }
    wait = MIN_WAIT_MILLIS;
    entries.add(entry);
  }

  private void start(String place, boolean follow, long now) {
    if (!source.isThere()) {
      down("there is none in " + source.folders(), now);
      return;
    }
    following = follow;
    expected = place.startsWith("@") ? "" : place;
    export = new JournalExport(maxMessageBytes);
    startedAt = now;
    try {
      process = JournalProcess.start(source.command(place, follow));
    } catch (IOException e) {
      down("journalctl cannot be started (%s)".formatted(e.getMessage()), now);
    }
  }

  private void ended(JournalProcess old, String place, long now) {
    if (following || !old.succeeded()) {
      String said = old.complaint().isEmpty() ? "" : " (%s)".formatted(old.complaint());
      down("journalctl ended" + said, now);
      return;
    }
    if (!expected.isEmpty()) {
      gap.run(); // nothing came, not even the entry taken last
    }
    close();
    start(place, true, now);
  }

  private void up() {
    downSince = 0;
    trouble = "";
  }

  private void down(String why, long now) {
    close();
    entries.clear(); // they come again
    live = false;
    trouble =
        "journal: %s; lines of systemd units are not read, tried again within a minute"
            .formatted(why);
    downSince = downSince == 0 ? now : downSince;
    failedAt = now;
    lastWait = wait;
    wait = Math.min(MAX_WAIT_MILLIS, 2 * wait);
  }

  /// Bytes known to wait; while nothing can be read, at least one.
  long lag() {
    if (downSince > 0) {
      return 1;
    }
    return process == null ? 0 : process.available();
  }

  /// Since when nothing can be read, epoch milliseconds; 0 when it can.
  long downSinceMillis() {
    return downSince;
  }

  /// Whether all that was there is read and it waits for more.
  boolean isLive() {
    return live;
  }

  /// Why it cannot be read, or not all of it; null when it can.
  @Nullable String trouble() {
    if (!trouble.isEmpty()) {
      return trouble;
    }
    return process == null || process.complaint().isEmpty()
        ? null
        : "journal: journalctl says: " + process.complaint();
  }

  void close() {
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
