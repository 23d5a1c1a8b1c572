package io.tocsin.agent.tail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Joins the parts of a long line, then the lines of a stack trace. Says where the oldest byte lies
/// that was not handed on.
///
/// @param <M> a place in a log
final class Messages<M> {
  static final int MAX_LINES = 500;
  static final int MAX_WAITING = 100;
  static final long QUIET_MILLIS = 1_000;

  /// Receives whole messages.
  interface Sink {
    /// @param ascii whether every character is ASCII
    /// @param cut whether text is missing at the end
    void message(String text, boolean ascii, long timeMillis, boolean stamped, boolean cut);
  }

  private record Waiting<M>(Part part, boolean cut, M mark) {}

  private final int maxLength;
  private final Sink sink;
  private final StackTraces traces = new StackTraces();

  // The message begun: its first line, or all of them once there are more.
  private String first = "";
  private final StringBuilder text = new StringBuilder();
  private @Nullable M messageMark;
  private String messageStream = "";
  private long messageMillis;
  private boolean messageStamped;
  private boolean messageCut;
  private boolean messageAscii;
  private int lines;
  private long lastArrival;

  // The long line begun, and what the other stream wrote meanwhile: handing that on at once would
  // leave no single place to go on from after a restart.
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream(0);
  private @Nullable Part partialFirst;
  private @Nullable M partialMark;
  private boolean partialCut;
  private final ArrayDeque<Waiting<M>> waiting = new ArrayDeque<>();
  private long waitingSince;

  Messages(int maxLength, Sink sink) {
    this.maxLength = maxLength;
    this.sink = sink;
  }

  /// The first byte not handed on; null when all is.
  @Nullable M mark() {
    return messageMark != null ? messageMark : partialMark;
  }

  void accept(Part part, boolean cut, M mark, long now) {
    var first = partialFirst;
    if (first == null) {
      if (part.complete()) {
        boolean plain = part.plain();
        String line = LineText.decode(part.bytes(), part.from(), part.to(), plain);
        line(line, plain || LineText.isAscii(line), part, cut, mark, now);
      } else {
        partialFirst = part;
        partialMark = mark;
        append(part, cut);
      }
    } else if (part.stream().equals(first.stream())) {
      append(part, cut);
      if (part.complete()) {
        endPartial(now);
      }
    } else {
      if (waiting.isEmpty()) {
        waitingSince = now;
      }
      byte[] copy = Arrays.copyOfRange(part.bytes(), part.from(), part.to());
      waiting.add(
          new Waiting<>(
              new Part(
                  copy,
                  0,
                  copy.length,
                  part.plain(),
                  part.stampMillis(),
                  part.stamped(),
                  part.stream(),
                  part.complete()),
              cut,
              mark));
      if (waiting.size() > MAX_WAITING) {
        endPartial(now);
      }
    }
  }

  /// Hands on what has been quiet for a second, or for less when the clock was set back: nothing
  /// may wait until it has caught up.
  void tick(long now) {
    if (messageMark != null && Math.abs(now - lastArrival) >= QUIET_MILLIS) {
      emit();
    }
    if (!waiting.isEmpty() && Math.abs(now - waitingSince) >= QUIET_MILLIS) {
      endPartial(now);
    }
  }

  /// Hands on everything, finished or not.
  void flush(long now) {
    while (partialFirst != null) {
      endPartial(now);
    }
    emit();
  }

  private void append(Part part, boolean cut) {
    int n = Math.min(part.to() - part.from(), maxLength - partial.size());
    partialCut |= cut || n < part.to() - part.from();
    partial.write(part.bytes(), part.from(), n);
  }

  private void endPartial(long now) {
    var first = partialFirst;
    var mark = partialMark;
    if (first == null || mark == null) {
      return;
    }
    byte[] bytes = partial.toByteArray();
    boolean cut = partialCut;
    partial.reset();
    partialFirst = null;
    partialMark = null;
    partialCut = false;
    String line = LineText.decode(bytes, 0, bytes.length, false);
    line(line, LineText.isAscii(line), first, cut, mark, now);
    var queued = new ArrayDeque<>(waiting);
    waiting.clear();
    queued.forEach(w -> accept(w.part, w.cut, w.mark, now));
  }

  private void line(String line, boolean ascii, Part part, boolean cut, M mark, long now) {
    boolean goesOn = traces.continues(line);
    if (goesOn
        && messageMark != null
        && part.stream().equals(messageStream)
        && lines < MAX_LINES
        && (lines == 1 ? first.length() : text.length()) + 1 + line.length() <= maxLength) {
      if (lines == 1) {
        text.append(first);
      }
      text.append('\n').append(line);
      messageCut |= cut;
      messageAscii &= ascii;
      lines++;
    } else {
      emit();
      first = line;
      messageMark = mark;
      messageStream = part.stream();
      messageMillis = part.stamped() ? part.stampMillis() : now;
      messageStamped = part.stamped();
      messageCut = cut;
      messageAscii = ascii;
      lines = 1;
    }
    lastArrival = now;
  }

  private void emit() {
    if (messageMark == null) {
      return;
    }
    String whole = LineText.cut(lines > 1 ? text.toString().stripTrailing() : first, maxLength);
    messageMark = null;
    first = "";
    text.setLength(0);
    if (text.capacity() > 8_192) {
      text.trimToSize();
    }
    sink.message(whole, messageAscii, messageMillis, messageStamped, messageCut);
  }
}
