package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides where to begin in a log that is looked at for the first time by this process.
record Beginning(Start start, int maxLineBytes) {

  /// What to do with the files that are there.
  ///
  /// @param finished read by an earlier process, or older than the agent
  /// @param toRead oldest first
  /// @param gap whether the file of the position is gone
  /// @param leavesOut whether what is there already is not read
  record Plan(List<FileState> finished, List<Opening> toRead, boolean gap, boolean leavesOut) {}

  /// @param copy whether it was made before a truncation
  record Opening(FileState state, long offset, boolean copy) {}

  /// Fewer bytes alike may be chance.
  private static final int SURE = 64;

  /// @param state the current file; null when there is none
  /// @param all rotated files, oldest first
  Plan plan(@Nullable FileState state, List<FileState> all) throws IOException {
    // A copy of the current file may still be made: it is judged when the truncation has come. Of
    // an
    // empty file nothing is known.
    var current = state == null ? Head.EMPTY : Head.of(state.path());
    var rotated = new ArrayList<FileState>();
    for (var file : all) {
      var head = Head.of(file.path());
      if (head.length() > 0 && !head.agrees(current, SURE)) {
        rotated.add(file);
      }
    }
    var position = start.position().orElse(null);
    if (position != null) {
      return resume(position, state, rotated);
    }
    boolean leavesOut = state != null && start.leavesOut(state);
    return new Plan(
        rotated,
        state == null
            ? List.of()
            : List.of(new Opening(state, leavesOut ? lineStart(state) : 0, false)),
        false,
        leavesOut);
  }

  /// Finds the file of a position, and with it every later one.
  private static Plan resume(Position position, @Nullable FileState state, List<FileState> rotated)
      throws IOException {
    var candidates = new ArrayList<>(rotated);
    if (state != null) {
      candidates.add(state);
    }
    int unknown = 0;
    for (int i = 0; i < rotated.size(); i++) {
      if (rotated.get(i).inode() == position.predecessor()) {
        unknown = i + 1;
      }
    }
    int from = find(position, candidates, 0, true);
    if (from < 0 && position.file().length() > 0) {
      from = find(position, rotated, unknown, false);
    }
    if (from < 0 && position.file().length() > 0) {
      unknown = behindShorterCopy(position, rotated, unknown);
    }
    boolean byCopy =
        position.copied() || (state != null && state.inode() == position.file().inode());
    long offset = position.offset();
    boolean nothingRead = offset == 0 && position.file().length() == 0;
    boolean gap = from < 0 && position.file().inode() != 0;
    if (from < 0 || (nothingRead && from == candidates.size() - 1)) {
      from = unknown;
      offset = 0;
    }
    var toRead = new ArrayList<Opening>();
    for (int i = from; i < candidates.size(); i++) {
      toRead.add(
          new Opening(candidates.get(i), i == from ? offset : 0, byCopy && i < rotated.size()));
    }
    return new Plan(candidates.subList(0, from), toRead, gap, false);
  }

  /// A copy may end before what was read: the log was written, and read, while it was made.
  private static int behindShorterCopy(Position position, List<FileState> rotated, int from)
      throws IOException {
    for (int i = from; i < rotated.size(); i++) {
      if (Head.of(rotated.get(i).path()).matches(position.file())) {
        return i + 1;
      }
    }
    return from;
  }

  private static int find(Position position, List<FileState> candidates, int from, boolean byInode)
      throws IOException {
    var wanted = position.file();
    for (int i = from; i < candidates.size(); i++) {
      var file = candidates.get(i);
      boolean same =
          !byInode || (file.inode() == wanted.inode() && file.device() == wanted.device());
      if (same && file.size() >= position.offset() && Head.of(file.path()).matches(wanted)) {
        return i;
      }
    }
    return -1;
  }

  /// Where the last line begins: one that is not finished yet is new.
  private long lineStart(FileState file) throws IOException {
    try (var channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      long from = Math.max(0, file.size() - maxLineBytes);
      var tail = ByteBuffer.allocate((int) (file.size() - from));
      while (tail.hasRemaining() && channel.read(tail, from + tail.position()) > 0) {}
      for (int i = tail.position() - 1; i >= 0; i--) {
        if (tail.get(i) == '\n') {
          return from + i + 1;
        }
      }
      return from == 0 ? 0 : file.size();
    }
  }
}
