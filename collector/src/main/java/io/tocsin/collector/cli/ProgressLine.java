package io.tocsin.collector.cli;

import io.tocsin.collector.backtest.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// How far it is: a bar that is drawn over itself on a terminal, else a line now and then. Confined
/// to one thread.
final class ProgressLine implements Progress, AutoCloseable {
  private static final long BAR_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final int BAR = 24;
  private static final int NAME = 48;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long next;
  private boolean drawn;

  /// @param terminal whether `err` is one
  ProgressLine(PrintWriter err, boolean terminal, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    next = nanos.getAsLong() + (terminal ? 0 : LINE_NANOS);
  }

  @Override
  public void at(String what, double share) {
    long now = nanos.getAsLong();
    if (now - next < 0) {
      return;
    }
    next = now + (terminal ? BAR_NANOS : LINE_NANOS);
    String name =
        Cell.text(what.length() > NAME ? "…" + what.substring(what.length() - NAME) : what);
    int percent = (int) (100 * share);
    if (terminal) {
      int full = (int) (BAR * share);
      err.printf("\r\033[K%s%s %3d %% %s", "█".repeat(full), "░".repeat(BAR - full), percent, name);
      drawn = true;
    } else {
      err.printf("tocsin: %3d %% %s%n", percent, name);
    }
    err.flush();
  }

  @Override
  public void close() {
    if (drawn) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  /// Most that this process held, as the kernel counts.
  static String peakMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          long kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
          return kilobytes / 1024 + " MB";
        }
      }
    } catch (IOException e) {
      // Said below.
    }
    return "an unknown amount";
  }
}
