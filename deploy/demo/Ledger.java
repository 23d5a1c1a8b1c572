import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What an instance really did, second by second: the truth that what Tocsin says is held against, and that Tocsin never reads. Lines
/// `end_millis,release,requests,errors,slow,unavailable,crashes,leaked_mb,spun_millis,debug_lines,hung,listening`. Safe for many threads.
final class Ledger {
  /// A request waits longer than this one time in twenty, in a release that is not slow: 10 ms times exp(.5 x 1.645).
  static final double SLOW_MILLIS = 22.76;

  final LongAdder requests = new LongAdder();
  /// Failed because the release makes them fail.
  final LongAdder errors = new LongAdder();
  final LongAdder slow = new LongAdder();
  /// Failed because the inventory did.
  final LongAdder unavailable = new LongAdder();
  final LongAdder spunMillis = new LongAdder();
  final LongAdder debugLines = new LongAdder();
  /// Requests that wait for a lock nobody will ever give back, now.
  final AtomicLong hung = new AtomicLong();
  final AtomicLong leakedBytes = new AtomicLong();
  volatile boolean listening;

  private final Path file;
  private final String release;

  private Ledger(Path file, String release) {
    this.file = file;
    this.release = release;
  }

  /// Begins to write at every full second.
  static Ledger at(Path file, String release) {
    var ledger = new Ledger(file, release);
    Thread.ofPlatform().daemon().name("ledger").start(ledger::run);
    return ledger;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(1_000 - System.currentTimeMillis() % 1_000);
        write(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes what was not written yet, and a crash.
  void crash() {
    write(1);
  }

  private synchronized void write(int crashes) {
    String line =
        String.format(
            Locale.ROOT,
            "%d,%s,%d,%d,%d,%d,%d,%.1f,%d,%d,%d,%d%n",
            System.currentTimeMillis(),
            release,
            requests.sumThenReset(),
            errors.sumThenReset(),
            slow.sumThenReset(),
            unavailable.sumThenReset(),
            crashes,
            leakedBytes.get() / 1048576.0,
            spunMillis.sumThenReset(),
            debugLines.sumThenReset(),
            hung.get(),
            listening ? 1 : 0);
    try {
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }
}
