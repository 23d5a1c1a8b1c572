package io.tocsin.benchmarks.agent;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A service that logs: appends lines to a file at a steady rate, and rotates it.
final class Feed implements AutoCloseable {
  private static final long TICK_MILLIS = 10;
  private static final int KEPT = 4;

  private final Path file;
  private final Supplier<byte[]> lines;
  private FileChannel channel;
  private long written;

  /// How a full file is put aside; as logrotate does, `.1` being the newest.
  enum Rotation {
    /// The file is renamed, the service opens a new one.
    RENAME,
    /// The file is copied, then emptied under the service.
    COPY_TRUNCATE
  }

  /// @param lines the next line, with its end
  Feed(Path file, Supplier<byte[]> lines) throws IOException {
    this.file = file;
    this.lines = lines;
    this.channel = FileChannel.open(file, CREATE, APPEND);
  }

  /// Lines written so far.
  long written() {
    return written;
  }

  /// Writes `perSecond` lines a second, in portions of 10 ms; whoever is late catches up.
  void write(double seconds, int perSecond) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    long due = Math.round(seconds * perSecond);
    long done = 0;
    while (true) {
      double passed = (System.nanoTime() - begun) / 1e9;
      long now = Math.min(due, (long) (passed * perSecond));
      write(now - done);
      done = now;
      if (passed >= seconds && done == due) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(perSecond == 0 ? 10 * TICK_MILLIS : TICK_MILLIS);
    }
  }

  /// Writes so many lines at once.
  void write(long count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    for (long i = 0; i < count; i++) {
      byte[] line = lines.get();
      if (buffer.remaining() < line.length) {
        empty(buffer);
      }
      buffer.put(line);
      written++;
    }
    empty(buffer);
  }

  void rotate(Rotation how) throws IOException {
    Path newest = aside(1);
    for (int i = KEPT; i > 1; i--) {
      if (Files.exists(aside(i - 1))) {
        Files.move(aside(i - 1), aside(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    switch (how) {
      case RENAME -> {
        Files.move(file, newest);
        channel.close();
        channel = FileChannel.open(file, CREATE, APPEND);
      }
      case COPY_TRUNCATE -> {
        Files.copy(file, newest);
        channel.truncate(0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static byte[] ended(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Path aside(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private void empty(ByteBuffer buffer) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
