package io.tocsin.agent.tail;

import static io.tocsin.agent.tail.Tail.AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardInputTest {
  private static final String PADDING = "x".repeat(240);

  @TempDir Path folder;

  @Test
  void whatIsPipedInIsReadToItsEndAlsoTheLineWithoutOne() {
    try (var tail = following()) {
      var input = pipe("a\nb\nthe last");
      input.begin();
      await().until(input::ended);

      assertThat(tail.settle()).containsExactly("a", "b", "the last");
      assertThat(input.dropped()).isZero();
      assertThat(input.trouble()).isNull();
    }
  }

  @Test
  void linesThatAKillLeftUnreadAreReadAfterTheNextStart() {
    try (var tail = following()) {
      var killed = pipe("a\nb\ncut by the ki");
      killed.begin();
      await().until(killed::ended);
      tail.restart();
      var next = pipe("c\n");
      next.begin();
      await().until(next::ended);

      assertThat(tail.settle()).containsExactly("a", "b", "cut by the ki", "c");
    }
  }

  @Test
  void nobodyElseMayReadTheFile() throws IOException {
    pipe("a\n");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log())))
        .isEqualTo("rw-------");
  }

  /// 40 MB through files of 16 MB, read as they come.
  @Test
  void nothingIsLostOverItsFiles() throws IOException, InterruptedException {
    int lines = 160_000;
    try (var tail = following()) {
      var out = new PipedOutputStream();
      var input = new StandardInput(new PipedInputStream(out, 1 << 16), log());
      input.begin();
      var writer =
          Thread.ofPlatform()
              .start(() -> IntStream.range(0, lines).forEach(i -> line(out, i + " " + PADDING)));
      while (writer.isAlive()) {
        tail.read();
        input.read(tail.progress(log()).bytesRead());
      }
      writer.join();
      out.close();
      await().until(input::ended);

      assertThat(input.dropped() + tail.settle().size()).isEqualTo(lines);
      assertThat(tail.progress(log()).gaps()).isZero();
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("app.log", "app.log.1");
    }
  }

  @Test
  void whoIsNotReadDropsWholeLinesCountsThemAndFillsNoDisk() throws IOException {
    int lines = 200_000; // 48 MB
    var text = new StringBuilder();
    IntStream.range(0, lines).forEach(i -> text.append(i).append(' ').append(PADDING).append('\n'));
    try (var tail = following()) {
      var input = pipe(text.toString());
      input.begin();
      await().until(input::ended);

      assertThat(Files.size(log())).isLessThanOrEqualTo(StandardInput.MAX_BYTES + 1);
      assertThat(input.dropped()).isPositive();
      assertThat(input.trouble()).contains("more than 16 MB wait to be read");
      assertThat(tail.settle())
          .hasSize((int) (lines - input.dropped()) + 1) // one was cut: its head is kept
          .allMatch(line -> line.endsWith(PADDING) || line.length() < PADDING.length() + 8);
    }
  }

  /// Read in pieces that end anywhere, as they come from a busy service.
  @Test
  void itsFilesAreCutAtLinesAndAreNoLargerThanTheyMayBe() throws IOException {
    var text = new StringBuilder();
    IntStream.range(0, 200_000)
        .forEach(i -> text.append(i).append(' ').append(PADDING).append('\n')); // 48 MB
    var input = pipe(text.toString());
    input.read(Long.MAX_VALUE / 2); // as if all were read at once
    input.begin();
    await().until(input::ended);

    assertThat(input.dropped()).isZero();
    for (String name : List.of("app.log", "app.log.1")) {
      Path file = folder.resolve(name);
      assertThat(Files.size(file)).isLessThanOrEqualTo(StandardInput.MAX_BYTES + (64 << 10));
      assertThat(Files.readString(file)).matches("(?s)\\d+ x.*x\n");
    }
  }

  @Test
  void aLineWithoutEndThatIsReadFillsNoDisk() throws IOException {
    var input = pipe("y".repeat(3 * (int) StandardInput.MAX_BYTES));
    input.read(Long.MAX_VALUE / 2);
    input.begin();
    await().until(input::ended);

    assertThat(input.dropped()).isZero();
    assertThat(Files.size(folder.resolve("app.log.1")))
        .isLessThanOrEqualTo(2 * StandardInput.MAX_BYTES + (64 << 10));
    assertThat(Files.size(log())).isLessThanOrEqualTo(2 * StandardInput.MAX_BYTES);
  }

  @Test
  void aLineWithoutEndIsCut() throws IOException {
    var endless = "y".repeat((int) StandardInput.MAX_BYTES + (1 << 20)) + "\nnext\n";
    var input = pipe(endless);
    input.begin();
    await().until(input::ended);

    assertThat(Files.size(log())).isLessThanOrEqualTo(StandardInput.MAX_BYTES + 1);
    assertThat(input.dropped()).isEqualTo(2); // its rest, and the next
  }

  @Test
  void aFullDiskDropsAndIsSaidAndOverWhenThereIsRoom() throws IOException, InterruptedException {
    Files.createSymbolicLink(log(), Path.of("/dev/full"));
    var out = new PipedOutputStream();
    var input = new StandardInput(new PipedInputStream(out), log());
    input.begin();
    line(out, "lost");
    await().until(() -> input.dropped() == 1);
    assertThat(input.trouble()).contains("cannot be written");

    Files.delete(log());
    line(out, "kept");
    out.close();
    await().until(input::ended);

    assertThat(log()).hasContent("kept");
    assertThat(input.trouble()).isNull();
  }

  private Tail following() {
    return new Tail(AT_ONCE).following(Framing.PLAIN, log());
  }

  private Path log() {
    return folder.resolve("app.log");
  }

  private StandardInput pipe(String text) {
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return new StandardInput(in, log());
  }

  private static void line(PipedOutputStream out, String text) {
    try {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
