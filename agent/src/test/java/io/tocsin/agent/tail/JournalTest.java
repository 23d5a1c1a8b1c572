package io.tocsin.agent.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a real journal, read by the real `journalctl`; needs the Debian packages `systemd` and
/// `systemd-journal-remote`, but no running systemd.
class JournalTest {
  private static final Path WRITER = Path.of("/lib/systemd/systemd-journal-remote");
  private static final TailConfig FROM_NOW = new TailConfig(false, 4 << 20, 4_096, 256, 0);
  private static final TailConfig FROM_START = new TailConfig(true, 4 << 20, 4_096, 256, 0);

  @TempDir Path folder;
  private Path journal = Path.of("");
  private Tail tail = new Tail(FROM_NOW);
  private long stamp;
  private long ago;
  private String boot = "0123456789abcdef0123456789abcdef";

  @BeforeEach
  void needsJournalctl() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/journalctl")) && Files.isExecutable(WRITER),
        "journalctl and systemd-journal-remote are needed: apt-get install systemd-journal-remote");
    journal = Files.createDirectory(folder.resolve("journal"));
    ago = 60_000_000;
    write("old.service", "before the agent");
    ago = 0;
  }

  @AfterEach
  void close() {
    tail.close();
  }

  private JournalSource source() {
    return new JournalSource(List.of("journalctl", "--directory=" + journal), List.of(journal));
  }

  private static LogFile unit(String name) {
    return new LogFile(Path.of(name), Framing.JOURNAL);
  }

  private Tail tailing(TailConfig config, String... units) {
    tail = new Tail(config, source());
    Arrays.stream(units).forEach(u -> tail.finds("i:" + u, unit(u)));
    return tail;
  }

  /// Appends entries to the journal: unit, message, unit, message.
  private void write(String... entries) throws IOException {
    var text = new StringBuilder();
    long now = System.currentTimeMillis() * 1_000;
    for (int i = 0; i < entries.length; i += 2) {
      stamp = Math.max(stamp + 1, now - ago);
      text.append("__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n".formatted(stamp, stamp))
          .append("_BOOT_ID=%s\n_MACHINE_ID=00112233445566778899aabbccddeeff\n".formatted(boot))
          .append("_PID=4711\n_TRANSPORT=stdout\nPRIORITY=6\n")
          .append("_SYSTEMD_UNIT=%s\nMESSAGE=%s\n\n".formatted(entries[i], entries[i + 1]));
    }
    var input = Files.writeString(folder.resolve("entries"), text, StandardCharsets.UTF_8);
    var writer =
        new ProcessBuilder(
                WRITER.toString(), "-o", journal.resolve("system.journal").toString(), "-")
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("writer.txt").toFile())
            .start();
    assertThat(writer.onExit().join().exitValue()).isZero();
  }

  private void awaitLines(String... texts) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(tail.settle()).containsExactlyInAnyOrder(texts));
  }

  private List<ProcessHandle> readers() {
    return ProcessHandle.current()
        .children()
        .filter(p -> p.info().commandLine().orElse("").contains(journal.toString()))
        .toList();
  }

  @Test
  void linesOfUnitsAreHandedOnAsTheyComeWithTheirStamps() throws IOException {
    tailing(FROM_NOW, "a.service", "b.service");
    long from = System.currentTimeMillis();
    write("a.service", "one", "kernel", "not a unit's", "b.service", "two", "a.service", "three");

    awaitLines("one", "two", "three");
    assertThat(tail.lines).allMatch(line -> line.stamped());
    assertThat(tail.lines.getFirst().timeMillis()).isBetween(from, System.currentTimeMillis());
    assertThat(tail.lines)
        .allMatch(line -> line.instance().id().equals("i:b.service") == line.text().equals("two"));
    write("a.service", "four");

    awaitLines("one", "two", "three", "four");
    assertThat(readers()).as("one process for all units").hasSize(1);
    assertThat(tail.tailer().progress("i:a.service").linesRead()).isEqualTo(3);
    assertThat(tail.tailer().progress("i:a.service").bytesLag()).isZero();
    assertThat(tail.tailer().unreadable()).isEmpty();
  }

  @Test
  void aRestartGoesOnWhereEveryUnitStopped() throws IOException {
    tailing(FROM_START, "a.service", "b.service");
    write("a.service", "java.lang.IllegalStateException: no", "b.service", "done 1");
    write("b.service", "done 2", "b.service", "done 3");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(tail.read()).containsExactly("done 1", "done 2"));
    // `a` waits for more of its stack trace, and so does the last line of `b`.
    write("a.service", "\tat x.Y.z(Y.java:1)", "b.service", "done 4");
    tail.restart();

    awaitLines(
        "done 1",
        "done 2",
        "done 3",
        "java.lang.IllegalStateException: no\n\tat x.Y.z(Y.java:1)",
        "done 4");
    assertThat(tail.tailer().progress("i:a.service").gaps()).isZero();
  }

  @Test
  void whatWasWrittenOverARebootIsRead() throws IOException {
    tailing(FROM_NOW, "a.service");
    write("a.service", "one");
    awaitLines("one");
    var positions = tail.tailer().positions();
    write("a.service", "going down");
    boot = "1123456789abcdef0123456789abcdef";
    write("a.service", "up again");
    tail.restartFrom(positions);

    awaitLines("one", "going down", "up again");
    assertThat(tail.tailer().progress("i:a.service").gaps()).isZero();
  }

  @Test
  void aJournalWhosePlaceIsGoneIsAGapAndReadOn() throws IOException {
    tailing(FROM_NOW, "a.service");
    write("a.service", "one");
    awaitLines("one");
    var positions = tail.tailer().positions();
    write("a.service", "lost");
    Files.delete(journal.resolve("system.journal"));
    write("a.service", "found");
    tail.restartFrom(positions);

    awaitLines("one", "found");
    assertThat(tail.tailer().progress("i:a.service").gaps()).isEqualTo(1);
  }

  @Test
  void aReaderThatDiesIsStartedAgainAndLosesNothing() throws IOException {
    tailing(FROM_NOW, "a.service");
    write("a.service", "one");
    awaitLines("one");
    readers().forEach(ProcessHandle::destroyForcibly);
    await().until(() -> readers().isEmpty());
    tail.read();

    assertThat(tail.tailer().unreadable()).singleElement().asString().contains("ended");
    assertThat(tail.tailer().progress("i:a.service").bytesLag()).isEqualTo(1);
    write("a.service", "two");
    awaitLines("one", "two");
    assertThat(tail.tailer().unreadable()).isEmpty();
    assertThat(tail.tailer().progress("i:a.service").gaps()).isZero();
  }

  @Test
  void aServiceThatHasJustStartedIsWaitedForUntilTheNextLook() throws IOException {
    tailing(FROM_NOW, "a.service");
    write("new.service", "first words", "a.service", "one", "short.service", "nobody's");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          tail.read();
          return !readers().isEmpty();
        });
    assertThat(tail.read()).isEmpty();
    tail.finds("i:new", unit("new.service"));
    tail.look();

    awaitLines("first words", "one");
  }

  @Test
  void aUnitThatIsGoneKeepsItsLastWords() throws IOException {
    tailing(FROM_NOW, "a.service");
    tail.tailer().follow(List.of());
    write("a.service", "last words");

    awaitLines("last words");
    assertThat(tail.lines.getFirst().instance().id()).isEqualTo("i:a.service");
    tail.finds("i:a2", unit("a.service"));
    write("a.service", "up");
    awaitLines("last words", "up");
    assertThat(tail.lines.getLast().instance().id()).isEqualTo("i:a2");
  }

  @Test
  void withoutAJournalOrJournalctlOneSentenceSaysSo() {
    tail =
        new Tail(FROM_NOW, new JournalSource(List.of("journalctl"), List.of(folder.resolve("no"))));
    tail.finds("i:a", unit("a.service")).finds("i:b", unit("b.service"));
    tail.read();
    assertThat(tail.tailer().unreadable()).singleElement().asString().contains("there is none in");
    tail.close();

    tail = new Tail(FROM_NOW, new JournalSource(List.of("/no/journalctl"), List.of(folder)));
    tail.finds("i:a", unit("a.service")).finds("i:b", unit("b.service"));
    tail.read();
    assertThat(tail.tailer().unreadable()).singleElement().asString().contains("cannot be started");
  }
}
