package io.tocsin.agent.tail;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The files of one log that are not read to their end, oldest first; the last is the current one.
/// Follows rename, copytruncate, deletion and reused inodes.
final class Generations {
  // Kernels stamp folders with a clock of some milliseconds: what was changed just before a scan
  // may change again without another stamp.
  private static final long FOLDER_GRAIN_MILLIS = 100;
  private static final int MAX_ATTEMPTS = 5;

  /// Two files that begin with as many equal bytes, a whole line as a rule, are copies.
  private static final int SURE = 64;

  private final LogPlace place;
  private final Start start;
  private final int maxLineBytes;
  private final Handles handles;
  private final LongConsumer gap;
  private final LongConsumer doubt;
  private final ArrayDeque<Generation> files = new ArrayDeque<>();

  /// Rotated files done with, by inode; those gone from the folder are forgotten.
  private Finished done = new Finished();

  private final GivenUp givenUp = new GivenUp();
  private long predecessor;
  private boolean begun;
  private boolean suspect;
  private long folderModified = Long.MIN_VALUE;
  private long foundUnread;

  /// @param gap told the bytes known to be lost, where what follows is another file
  /// @param doubt told the same where a copy goes on with what was read
  Generations(
      LogPlace place,
      Start start,
      int maxLineBytes,
      Handles handles,
      LongConsumer gap,
      LongConsumer doubt) {
    this.place = place;
    this.start = start;
    this.maxLineBytes = maxLineBytes;
    this.handles = handles;
    this.gap = gap;
    this.doubt = doubt;
  }

  @Nullable Generation first() {
    return files.peekFirst();
  }

  int count() {
    return files.size();
  }

  long unread() {
    long sum = 0;
    for (var file : files) {
      sum += file.unread();
    }
    return sum;
  }

  /// Bytes that were there at the first look and are to be read.
  long foundUnread() {
    return foundUnread;
  }

  /// Inode of the newest rotated file done with; 0 for none.
  long predecessor() {
    return predecessor;
  }

  /// Something does not fit what was seen last: look closely.
  void suspect() {
    suspect = true;
  }

  boolean hasSuccessorOf(Generation file) {
    return files.stream().anyMatch(f -> f != file && f.state().size() > 0);
  }

  void removeFirst() {
    var file = files.removeFirst();
    predecessor = file.state().inode();
    done.add(file.state(), file.identity());
    file.close();
  }

  void close() {
    files.forEach(Generation::close);
  }

  void look(long now) throws IOException {
    if (!begun) {
      begin();
      begun = true;
      return;
    }
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      var state = place.stat();
      long modified = place.folderModified(state);
      var current = files.peekLast();
      if (!suspect && modified == folderModified && unchanged(current, state)) {
        return;
      }
      if (reconcile(state, current)) {
        folderModified = now - modified < FOLDER_GRAIN_MILLIS ? Long.MIN_VALUE : modified;
        suspect = false;
        return;
      }
    }
    suspect = true; // it rotates faster than it can be looked at: again at the next look
  }

  private boolean unchanged(@Nullable Generation current, @Nullable FileState state)
      throws IOException {
    if (current == null || state == null) {
      return state == null; // nothing came or went in the folder, so nothing was renamed
    }
    var last = current.state();
    if (!state.sameFile(last) || state.size() < current.offset()) {
      return false;
    }
    // Written, and yet not longer than what was read: perhaps cut and written anew.
    if (state.modifiedMillis() != last.modifiedMillis()
        && state.size() == current.offset()
        && current.isTruncated()) {
      return false;
    }
    current.seen(state.at(last.path()));
    return true;
  }

  /// @throws IOException when it rotates faster than it can be looked at
  private void begin() throws IOException {
    var beginning = new Beginning(start, maxLineBytes);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      var state = place.stat();
      var rotated = place.siblings(state);
      if (rotated == null) {
        continue;
      }
      var plan = beginning.plan(state, rotated);
      done = Finished.of(plan.finished());
      predecessor = plan.finished().isEmpty() ? 0 : plan.finished().getLast().inode();
      for (var file : plan.toRead()) {
        files.add(open(file.state(), file.offset(), file.copy()));
      }
      if (place.isStill(state)) {
        foundUnread = plan.leavesOut() ? 0 : unread();
        if (plan.gap()) {
          gap.accept(0);
        } else if (plan.toRead().stream().anyMatch(Beginning.Opening::copy)) {
          doubt.accept(0); // truncated while nobody looked
        }
        return;
      }
      close(); // rotated meanwhile, so what was opened may not be what was planned
      files.clear();
    }
    throw new IOException("rotated too fast");
  }

  /// @return false when the folder changed meanwhile
  private boolean reconcile(@Nullable FileState state, @Nullable Generation current)
      throws IOException {
    boolean sameName = current != null && state != null && state.sameFile(current.state());
    // Before the folder is listed: the copy that a truncation leaves is there then.
    boolean truncated = sameName && current != null && current.isTruncated();
    if (sameName && current != null && !truncated) {
      current.beginsAgain();
    }
    var rotated = place.siblings(state);
    var now = state == null ? Head.EMPTY : Head.of(state.path());
    if (rotated == null || !place.isStill(state)) {
      return false;
    }
    boolean mayHaveMissed = current == null || !sameName || truncated || current.offset() == 0;
    var between = new ArrayList<FileState>();
    FileState copy = null;
    var seen = new Finished();
    for (var file : rotated) {
      if (done.hasUnchanged(file)) {
        seen.keep(file, done);
        continue;
      }
      var head = Head.of(file.path());
      if (renamed(file, head)) {
        continue;
      }
      if (done.has(file, head)) {
        seen.keep(file, done);
      } else if (truncated && copy == null && current != null && head.agrees(current.head(), 1)) {
        // The oldest not known is the one made of what was there.
        copy = file.size() >= current.offset() ? file : null;
      } else if (!truncated
          && current != null
          && head.agrees(current.head(), sameName ? 1 : SURE)) {
        // Perhaps still being copied: judged when the truncation has come.
      } else if (truncated && head.agrees(now, SURE)) {
        // Of what came after the truncation, and still being copied as well.
      } else if (head.length() > 0
          && mayHaveMissed
          && !isCopyOfOlder(head)
          && !givenUp.contains(head)) {
        between.add(file);
      } else if (head.length() > 0) {
        seen.add(file, head.identity(file.device(), file.inode()));
      }
    }
    done = seen;
    if (!rotated.isEmpty() && seen.hasInode(rotated.getLast().inode())) {
      predecessor = rotated.getLast().inode();
    }
    forgetLost(sameName ? current : null);
    apply(state, current, sameName, truncated, copy, between);
    return true;
  }

  private void apply(
      @Nullable FileState state,
      @Nullable Generation current,
      boolean sameName,
      boolean truncated,
      @Nullable FileState copy,
      List<FileState> between)
      throws IOException {
    boolean stays = sameName && !truncated;
    long restart = 0;
    if (sameName && current != null) {
      files.removeLast();
      if (truncated) {
        if (copy == null) {
          givenUp.add(current.head());
          restart = current.restartOffset();
          gap.accept(current.unread());
        } else {
          if (current.mayHaveLost(copy)) {
            doubt.accept(Math.max(0, current.state().size() - copy.size()));
          }
          files.add(open(copy, current.offset(), true));
        }
        current.close();
      }
    }
    for (var file : between) {
      files.add(open(file, 0, sameName)); // a log that keeps its inode is rotated by copying
      if (sameName) {
        doubt.accept(0);
      }
    }
    if (stays && current != null && state != null) {
      current.seen(state.at(current.state().path()));
      if (!between.isEmpty()) {
        current.follows(files.getLast());
      }
      files.add(current);
    } else if (state != null) {
      files.add(open(state, restart, false));
    }
  }

  private boolean renamed(FileState file, Head head) {
    for (var known : files) {
      if (known.state().sameFile(file) && (known.isOpen() || known.head().isBeginningOf(head))) {
        known.seen(file);
        return true;
      }
    }
    return false;
  }

  private boolean isCopyOfOlder(Head head) {
    return files.stream().anyMatch(f -> f != files.peekLast() && head.agrees(f.head(), SURE));
  }

  /// What is neither open nor where it was seen last is gone.
  private void forgetLost(@Nullable Generation except) {
    for (var file : List.copyOf(files)) {
      if (file != except && !file.isOpen() && !file.isThere()) {
        files.remove(file);
        gap.accept(file.unread());
      }
    }
  }

  private Generation open(FileState file, long offset, boolean copy) throws IOException {
    var last = files.peekLast();
    long before = last == null ? predecessor : last.state().inode();
    return Generation.open(file.at(file.path().toRealPath()), offset, copy, before, handles);
  }
}
