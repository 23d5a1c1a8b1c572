package io.tocsin.collector.backtest;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file that is read once and knows how far it is; unpacked where its name ends in `.gz`.
final class Input implements AutoCloseable {
  private final Counting counting;
  private final InputStream stream;
  private final long size;

  private Input(Counting counting, InputStream stream, long size) {
    this.counting = counting;
    this.stream = stream;
    this.size = size;
  }

  static Input open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw BacktestException.wrong(
          "%s: expected a file, found %s"
              .formatted(file, Files.exists(file) ? "something else" : "none"));
    }
    if (!Files.isReadable(file)) {
      throw BacktestException.wrong(
          "%s: expected a file that %s may read, found one that is not"
              .formatted(file, System.getProperty("user.name")));
    }
    Counting counting = new Counting(new BufferedInputStream(Files.newInputStream(file)));
    try {
      boolean packed = file.toString().endsWith(".gz");
      return new Input(
          counting, packed ? new GZIPInputStream(counting, 1 << 16) : counting, Files.size(file));
    } catch (IOException e) {
      counting.close();
      throw e;
    }
  }

  InputStream stream() {
    return stream;
  }

  /// Of the bytes on disk, 0 to 1.
  double share() {
    return size == 0 ? 1 : Math.min(1, (double) counting.read / size);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  /// The name without folder, packing and kind.
  static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    for (String ending : new String[] {".gz", ".csv", ".log"}) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        name = name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }

  static BacktestException unreadable(Path file, IOException e) {
    return e instanceof ZipException
        ? BacktestException.wrong(
            "%s: expected a gzip file, as its name says, found another (%s)"
                .formatted(file, e.getMessage()))
        : BacktestException.failed(
            "%s: expected a file that can be read to its end, found %s: %s"
                .formatted(file, e.getClass().getSimpleName(), e.getMessage()));
  }

  private static final class Counting extends FilterInputStream {
    private long read;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      read += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      read += Math.max(0, n);
      return n;
    }

    // What is unpacked is marked and skipped elsewhere.
    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
