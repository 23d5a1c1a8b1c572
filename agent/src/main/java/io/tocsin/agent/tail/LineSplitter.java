package io.tocsin.agent.tail;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts bytes at `\n`. A line too long is cut; NULs before a line's first byte, such as a
/// truncation under a writer without `O_APPEND` leaves, are skipped.
///
/// @param <F> a file
final class LineSplitter<F> {

  /// Receives lines.
  interface Lines<F> {
    /// @param bytes not to be kept
    /// @param cut whether bytes are missing at the end
    /// @param plain whether all bytes are known to be printable ASCII or tabs, but for a final `\r`
    /// @param file where the line begins
    /// @param offset of the line's first byte there
    void line(byte[] bytes, int from, int to, boolean cut, boolean plain, F file, long offset);
  }

  private final int maxBytes;
  private byte[] kept = new byte[0];
  private int keptLength;
  private boolean cut;
  private @Nullable F startFile;
  private long startOffset;

  LineSplitter(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Where the unfinished line begins; null when there is none.
  @Nullable F startFile() {
    return startFile;
  }

  long startOffset() {
    return startOffset;
  }

  /// @param offset of the first byte in the file
  void feed(byte[] bytes, int length, F file, long offset, Lines<F> lines) {
    int from = 0;
    boolean plain = true;
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (b >= ' ') { // what is not ASCII is negative
        continue;
      }
      if (b != '\n') {
        boolean ends = b == '\r' && i + 1 < length && bytes[i + 1] == '\n';
        plain &= b == '\t' || ends;
        continue;
      }
      var start = startFile;
      if (start == null) {
        int begin = Math.min(skipNuls(bytes, from, i), i);
        int end = Math.min(i, begin + maxBytes);
        lines.line(bytes, begin, end, end < i, plain, file, offset + from);
      } else {
        keep(bytes, from, i);
        lines.line(kept, 0, keptLength, cut, false, start, startOffset);
        clear();
      }
      from = i + 1;
      plain = true;
    }
    if (from < length) {
      if (startFile == null) {
        startFile = file;
        startOffset = offset + from;
      }
      keep(bytes, from, length);
    }
  }

  /// Hands on the line that has no end, if any.
  void flush(Lines<F> lines) {
    var start = startFile;
    if (start != null) {
      lines.line(kept, 0, keptLength, cut, false, start, startOffset);
      clear();
    }
  }

  void clear() {
    kept = new byte[0];
    keptLength = 0;
    cut = false;
    startFile = null;
  }

  private void keep(byte[] bytes, int from, int to) {
    int begin = keptLength == 0 ? skipNuls(bytes, from, to) : from;
    int n = Math.min(to - begin, maxBytes - keptLength);
    cut |= n < to - begin;
    if (keptLength + n > kept.length) {
      kept = Arrays.copyOf(kept, Math.min(maxBytes, Math.max(keptLength + n, 2 * kept.length)));
    }
    System.arraycopy(bytes, begin, kept, keptLength, n);
    keptLength += n;
  }

  private static int skipNuls(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] == 0) {
      i++;
    }
    return i;
  }
}
