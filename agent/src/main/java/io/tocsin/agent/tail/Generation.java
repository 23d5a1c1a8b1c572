package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// One physical file of a log: the current one, or one rotated away and not yet read to its end.
final class Generation {
  // A file that was cut and has grown again may begin as before; that it reads as before in front
  // of the place where reading goes on as well is chance only where it repeats itself.
  private static final int TRAIL = 64;

  /// A file with as much of its beginning left was cut, not written anew.
  private static final int SURE = 64;

  /// A log not written for so long is taken to be idle while it is rotated.
  private static final long QUIET_MILLIS = 10_000;

  private final Handles handles;
  private FileState state;
  private Head head;
  private long offset;

  /// The last bytes read, at most [#TRAIL]; empty after a restart.
  private byte[] trail = new byte[0];

  /// Set for a copy made before a truncation: its last line may go on in the next file.
  private final boolean copy;

  private long predecessor;

  private Generation(
      FileState state, Head head, long offset, boolean copy, long predecessor, Handles handles) {
    this.state = state;
    this.head = head;
    this.offset = offset;
    this.copy = copy;
    this.predecessor = predecessor;
    this.handles = handles;
  }

  static Generation open(
      FileState state, long offset, boolean copy, long predecessor, Handles handles)
      throws IOException {
    var file = new Generation(state, Head.EMPTY, offset, copy, predecessor, handles);
    file.head = Head.of(file.channel());
    return file;
  }

  FileState state() {
    return state;
  }

  Head head() {
    return head;
  }

  long offset() {
    return offset;
  }

  long unread() {
    return Math.max(0, state.size() - offset);
  }

  boolean isCopy() {
    return copy;
  }

  /// Inode of the file before this one; 0 for none.
  long predecessor() {
    return predecessor;
  }

  void follows(Generation before) {
    predecessor = before.state.inode();
  }

  boolean isOpen() {
    return handles.get(this) != null;
  }

  Identity identity() {
    return head.identity(state.device(), state.inode());
  }

  /// The same file under another name, or grown.
  void seen(FileState now) {
    state = now;
  }

  /// Takes the size from the open file, which may have no name any more.
  void measure() throws IOException {
    var channel = handles.get(this);
    if (channel != null) {
      state = state.sized(channel.size());
    }
  }

  /// Reads on from the offset.
  ///
  /// @return bytes read, 0 at the end, -1 when the file was cut or written anew: what was read is
  ///   then void and the offset has not moved
  /// @throws NoSuchFileException when it is not where it was last seen and not open either
  int read(ByteBuffer into) throws IOException {
    var channel = channel();
    int n = Math.max(0, channel.read(into, offset));
    if (n == 0) {
      long size = channel.size();
      if (size == offset && size == state.size()) {
        return 0;
      }
      if (size < offset) {
        return -1;
      }
    }
    // After the read: a truncation in between voids it.
    var now = Head.of(channel);
    if (!head.isBeginningOf(now) || !followsTrail(channel)) {
      return -1;
    }
    head = now;
    keepTrail(into, n);
    offset += n;
    if (offset > state.size()) {
      measure();
    }
    return n;
  }

  private boolean followsTrail(FileChannel channel) throws IOException {
    if (trail.length == 0) {
      return true;
    }
    var before = ByteBuffer.allocate(trail.length);
    int n = channel.read(before, offset - trail.length);
    return n == trail.length && Arrays.equals(before.array(), trail);
  }

  private void keepTrail(ByteBuffer read, int n) {
    if (n >= TRAIL) {
      int end = read.arrayOffset() + read.position();
      trail = Arrays.copyOfRange(read.array(), end - TRAIL, end);
    } else if (n > 0) {
      int kept = Math.min(trail.length, TRAIL - n);
      byte[] both = new byte[kept + n];
      System.arraycopy(trail, trail.length - kept, both, 0, kept);
      int begin = read.arrayOffset() + read.position() - n;
      System.arraycopy(read.array(), begin, both, kept, n);
      trail = both;
    }
  }

  /// Whether the file was cut or written anew since it was last read.
  boolean isTruncated() throws IOException {
    var channel = channel();
    return channel.size() < offset
        || !head.isBeginningOf(Head.of(channel))
        || !followsTrail(channel);
  }

  /// While nothing was read the beginning may still change; a copy being made has the new one.
  void beginsAgain() throws IOException {
    if (offset == 0) {
      head = Head.of(channel());
    }
  }

  /// Where reading goes on in a file that was cut: at its end when its beginning was left, for that
  /// was read; else at its start, for all of it is new.
  long restartOffset() throws IOException {
    var channel = channel();
    long size = channel.size();
    var now = Head.of(channel);
    boolean left =
        size < offset
            && now.length() >= SURE
            && (now.isBeginningOf(head) || head.isBeginningOf(now));
    return left ? size : 0;
  }

  /// Whether lines may be missing that were written before this file was truncated: what comes
  /// between the last byte copied and the truncation is gone and leaves no trace, so every log that
  /// was being written is doubtful.
  boolean mayHaveLost(FileState copy) {
    return copy.size() != state.size()
        || copy.modifiedMillis() - state.modifiedMillis() < QUIET_MILLIS;
  }

  /// Whether it is where it was seen last.
  boolean isThere() {
    try {
      return FileState.of(state.path()).sameFile(state);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // no permission now: it may come back
    }
  }

  private FileChannel channel() throws IOException {
    var channel = handles.get(this);
    if (channel == null) {
      channel = FileChannel.open(state.path(), StandardOpenOption.READ);
      try {
        if (!FileState.of(state.path()).sameFile(state)) {
          throw new NoSuchFileException(state.path().toString());
        }
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      handles.put(this, channel);
    }
    return channel;
  }

  void close() {
    handles.close(this);
  }
}
