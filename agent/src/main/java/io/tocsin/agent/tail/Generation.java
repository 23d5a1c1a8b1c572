package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;

/// One physical file of a log: the current one, or one rotated away and not yet read to its end.
final class Generation {
  private final Handles handles;
  private FileState state;
  private Head head;
  private long offset;

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
    if (!head.isBeginningOf(now)) {
      return -1;
    }
    head = now;
    offset += n;
    if (offset > state.size()) {
      measure();
    }
    return n;
  }

  /// Whether the file was cut or written anew since it was last read.
  boolean isTruncated() throws IOException {
    var channel = channel();
    return channel.size() < offset || !head.isBeginningOf(Head.of(channel));
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
