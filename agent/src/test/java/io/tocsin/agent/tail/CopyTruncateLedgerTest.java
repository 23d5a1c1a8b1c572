package io.tocsin.agent.tail;

import static io.tocsin.agent.tail.Tail.AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A writer that does not stop while its file is copied and truncated under it, as logrotate does.
/// Lines written in between are gone before anyone could read them. No line comes twice, and where
/// one is missing a gap is counted, with rotations some thirty milliseconds apart and kills in
/// between. Closer together they are not told apart surely: RATIONALE.
class CopyTruncateLedgerTest {
  private static final int LINES = 30_000;
  private static final int KEPT = 50;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  @Timeout(120)
  void linesLostToTheRotatorAreNeverLostInSilence(long seed) throws Exception {
    var log = folder.resolve("app.log");
    Files.createFile(log);
    var written = new AtomicInteger();
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log);
        var threads = Executors.newFixedThreadPool(2)) {
      Future<?> writer = threads.submit(write(log, written));
      var random = new Random(seed);
      long gaps = 0;
      Future<?> rotator = threads.submit(rotate(log, written, random));
      while (!writer.isDone() || !rotator.isDone()) {
        tail.read();
        if (random.nextInt(20) == 0) {
          gaps += tail.progress(log).gaps();
          tail.restart();
        }
      }
      join(writer);
      join(rotator);
      var handedOn = tail.settle();

      assertThat(handedOn).as("lines twice, seed %d", seed).doesNotHaveDuplicates();
      var read = new HashSet<>(handedOn);
      long lost = LINES - read.stream().filter(line -> line.matches("line \\d{7} x+ end")).count();
      gaps += tail.progress(log).gaps();
      System.out.printf("seed %d: the rotator lost %d lines, gaps %d%n", seed, lost, gaps);
      assertThat(lost == 0 || gaps > 0).as("%d lines lost in silence", lost).isTrue();
      // It keeps every copy. Of what is whole in these a gap may cost the line that was half read.
      var left = onDisk(log);
      left.removeAll(read);
      assertThat(left).as("left on the disk, seed %d", seed).hasSizeLessThan(LINES / 100);
    }
  }

  /// Whole lines in the copies and in the file itself.
  private Set<String> onDisk(Path log) throws IOException {
    var lines = new HashSet<String>();
    for (int i = 0; i <= KEPT; i++) {
      var file = i == 0 ? log : folder.resolve("app.log." + i);
      if (Files.exists(file)) {
        Files.readAllLines(file).stream()
            .filter(line -> line.matches("line \\d{7} x+ end"))
            .forEach(lines::add);
      }
    }
    return lines;
  }

  private static Callable<Integer> write(Path log, AtomicInteger written) {
    return () -> {
      try (OutputStream out = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
        for (int i = 0; i < LINES; i++) {
          String line = "line %07d %s end\n".formatted(i, "x".repeat(1 + i % 90));
          out.write(line.getBytes(StandardCharsets.UTF_8));
          written.set(i + 1);
          if (i % 50 == 0) { // some 70,000 lines a second
            LockSupport.parkNanos(500_000);
          }
        }
      }
      return LINES;
    };
  }

  /// As logrotate: shifts the copies, copies, then truncates what may have grown since.
  private Callable<Integer> rotate(Path log, AtomicInteger written, Random random) {
    return () -> {
      int rotations = 0;
      int next = 1_000 + random.nextInt(2_000);
      while (written.get() < LINES) {
        if (written.get() < next) {
          Thread.onSpinWait();
          continue;
        }
        next = written.get() + 1_000 + random.nextInt(3_000);
        shift();
        Files.copy(log, folder.resolve("app.log.1"));
        try (var file = FileChannel.open(log, StandardOpenOption.WRITE)) {
          file.truncate(0);
        }
        rotations++;
      }
      return rotations;
    };
  }

  private void shift() throws IOException {
    for (int i = KEPT - 1; i >= 1; i--) {
      var file = folder.resolve("app.log." + i);
      if (Files.exists(file)) {
        Files.move(file, folder.resolve("app.log." + (i + 1)));
      }
    }
  }

  private static void join(Future<?> thread) throws InterruptedException {
    try {
      assertThat(thread.get()).isNotNull();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
