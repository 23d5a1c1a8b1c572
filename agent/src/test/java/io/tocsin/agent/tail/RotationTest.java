package io.tocsin.agent.tail;

import static io.tocsin.agent.tail.Tail.AT_ONCE;
import static io.tocsin.agent.tail.Tail.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
  @TempDir Path folder;
  private Path log;
  private Tail tail;
  private int coveredByGaps;

  @BeforeEach
  void followNothingYet() {
    log = folder.resolve("app.log");
    tail = new Tail(AT_ONCE).following(Framing.PLAIN, log);
  }

  @AfterEach
  void close() {
    tail.close();
  }

  @Test
  void aRenamedFileIsReadToItsEndBeforeItsSuccessor() {
    append(log, "a\nb\n");
    tail.read();
    append(log, "c\n");
    rename(1);
    append(log, "d\n");

    assertThat(tail.settle()).containsExactly("a", "b", "c", "d");
    assertThat(tail.progress(log).gaps()).isZero();
  }

  @Test
  void severalRotationsBetweenTwoLooksLoseNothing() {
    append(log, "a\n");
    tail.read();
    for (String line : List.of("b", "c", "d")) {
      append(log, line + "\n");
      rename(3);
    }
    append(log, "e\n");

    assertThat(tail.settle()).containsExactly("a", "b", "c", "d", "e");
    assertThat(tail.progress(log).gaps()).isZero();
  }

  @Test
  void severalRotationsWhileTheAgentIsDownLoseNothing() {
    append(log, "a\nb\n");
    tail.settle();
    var positions = tail.tailer().positions();
    for (String line : List.of("c", "d", "e")) {
      append(log, line + "\n");
      rename(5);
    }
    append(log, "f\n");
    tail.restartFrom(positions);

    assertThat(tail.tailer().progress("i:app.log").catchingUp()).isTrue();
    assertThat(tail.settle()).containsExactly("a", "b", "c", "d", "e", "f");
    assertThat(tail.progress(log).gaps()).isZero();
    assertThat(tail.progress(log).catchingUp()).isFalse();
  }

  @Test
  void whatWasNotReadBeforeATruncationIsReadFromTheCopy() throws IOException {
    append(log, "a\n");
    tail.read();
    append(log, "b\nhal");
    copyTruncate(1);
    append(log, "f\nc\n");

    assertThat(tail.settle()).containsExactly("a", "b", "half", "c");
    assertThat(tail.progress(log).gaps())
        .as("what was written after the copy was made, of which nobody can know")
        .isEqualTo(1);
  }

  @Test
  void twoTruncationsBetweenTwoLooksAreReadFromTheirCopies() throws IOException {
    append(log, "a\n");
    tail.read();
    append(log, "b\n");
    copyTruncate(3);
    append(log, "c\n");
    copyTruncate(3);
    append(log, "d\n");

    assertThat(tail.settle()).containsExactly("a", "b", "c", "d");
    assertThat(tail.progress(log).gaps()).isEqualTo(2);
  }

  @Test
  void aQuietLogLosesNothingToCopyingAndSaysSo() throws IOException {
    append(log, "a\n");
    Files.setLastModifiedTime(log, FileTime.from(Instant.now().minusSeconds(60)));
    tail.read();
    copyTruncate(1);
    append(log, "b\n");

    assertThat(tail.settle()).containsExactly("a", "b");
    assertThat(tail.progress(log).gaps()).isZero();
  }

  @Test
  void aFileCutShorterGoesOnAtItsNewEnd() throws IOException {
    String first = "a line of the file that is long enough to tell it from others, seventy bytes\n";
    append(log, first + "cut away\n");
    tail.read();
    setLength(first.length());
    tail.read();
    append(log, "b\n");

    assertThat(tail.settle()).as("no line twice").containsExactly(first.strip(), "cut away", "b");
    assertThat(tail.progress(log).gaps()).isEqualTo(1);
  }

  @Test
  void aFileCutShorterAndGrownLongerBetweenTwoLooksIsNotReadOnInTheMiddle() throws IOException {
    String same =
        "the same banner at every start, longer than what is compared: %s\n"
            .formatted("x".repeat(1_100));
    append(log, same + "first run, some line\n");
    tail.read();
    truncate();
    append(log, same + "another run: one\nanother run: two\n");

    assertThat(tail.settle())
        .contains("first run, some line", "another run: one", "another run: two");
    assertThat(tail.progress(log).gaps()).isEqualTo(1);
  }

  @Test
  void anInodeUsedAgainIsNotTheFileItWas() throws IOException {
    append(log, "a line of the old file\nand one more\n");
    tail.settle();
    var old = tail.tailer().positions().logs().getFirst();
    Files.delete(log);
    append(log, "a line of the new file\nwhich is longer than the old one was\n");
    var now = FileState.of(log);
    var file =
        new Positions.Identity(
            now.device(), now.inode(), old.file().length(), old.file().fingerprint());
    tail.restartFrom(
        new Positions(
            System.currentTimeMillis(),
            List.of(new Positions.Position(old.log(), file, old.offset(), false, 0, ""))));

    assertThat(tail.settle())
        .endsWith("a line of the new file", "which is longer than the old one was");
    assertThat(tail.progress(log).gaps()).isEqualTo(1);
  }

  @Test
  void linksOfThePodsAreFollowedOverTheKubeletsRotation() throws IOException {
    var pod = Files.createDirectories(folder.resolve("pods/shop_web-1_uid/web"));
    var file = pod.resolve("0.log");
    append(file, "");
    var link = Files.createDirectories(folder.resolve("containers")).resolve("web-1_shop_web.log");
    Files.createSymbolicLink(link, file);
    try (var pods = new Tail(AT_ONCE).following(Framing.CRI, link)) {
      for (int i = 0; i < 4; i++) {
        append(file, Framed.line(Framing.CRI, "before " + i));
        if (i % 2 == 0) {
          pods.read();
        }
        append(file, Framed.line(Framing.CRI, "unread " + i));
        Files.move(file, pod.resolve("0.log.20260131-10000" + i));
        append(file, "");
        pods.read();
        // The kubelet packs the one before the newest, long after it was read.
        if (i > 0) {
          var old = pod.resolve("0.log.20260131-10000" + (i - 1));
          Files.move(old, pod.resolve(old.getFileName() + ".gz"));
        }
      }
      assertThat(pods.settle())
          .containsExactly(
              "before 0",
              "unread 0",
              "before 1",
              "unread 1",
              "before 2",
              "unread 2",
              "before 3",
              "unread 3");
      assertThat(pods.tailer().progress("i:" + link.getFileName()).gaps()).isZero();
    }
  }

  @Test
  void whatCannotBeReadIsLagUntilItCan() throws IOException {
    var other = folder.resolve("other.log");
    Files.createDirectory(other); // as root, permission cannot be lost
    try (var blind = new Tail(AT_ONCE).following(Framing.PLAIN, other)) {
      blind.read();
      assertThat(blind.tailer().unreadable()).hasSize(1);
      assertThat(blind.progress(other).bytesLag()).isPositive();
      Files.delete(other);
      append(other, "there before it was seen\n");
      blind.pass(1_000);
      blind.read();
      append(other, "a\n");
      assertThat(blind.settle()).containsExactly("a");
      assertThat(blind.tailer().unreadable()).isEmpty();
      assertThat(blind.progress(other).bytesLag()).isZero();
    }
  }

  @Test
  void aTruncationWhileTheAgentIsDownIsReadFromTheCopy() throws IOException {
    append(log, "a\n");
    tail.settle();
    var positions = tail.tailer().positions();
    append(log, "b\n");
    copyTruncate(1);
    append(log, "c\nand longer than before\n");
    tail.restartFrom(positions);

    assertThat(tail.settle()).containsExactly("a", "b", "c", "and longer than before");
  }

  @Test
  void aTruncationWithoutACopyIsAGap() throws IOException {
    append(log, "a\n");
    tail.read();
    append(log, "b\n");
    truncate();
    append(log, "c\nlonger than what was there\n");

    assertThat(tail.settle()).containsExactly("a", "c", "longer than what was there");
    assertThat(tail.progress(log).gaps()).isEqualTo(1);
  }

  @Test
  void aHoleLeftByATruncationUnderAWriterIsSkipped() throws IOException {
    append(log, "a\n");
    tail.settle();
    truncate();
    try (var writer = new RandomAccessFile(log.toFile(), "rw")) {
      writer.seek(1 << 20);
      writer.writeBytes("b\n");
    }

    assertThat(tail.settle()).containsExactly("a", "b");
  }

  @Test
  void aDeletedFileIsReadToItsEndThroughItsOpenHandle() throws IOException {
    append(log, "a\n");
    tail.read();
    append(log, "b\n");
    Files.delete(log);
    append(log, "c\n");

    assertThat(tail.settle()).containsExactly("a", "b", "c");
  }

  @Test
  void aFileGoneWhileTheAgentIsDownIsAGap() throws IOException {
    append(log, "a\n");
    tail.settle();
    var positions = tail.tailer().positions();
    append(log, "b\n");
    Files.delete(log);
    append(log, "c\n");
    tail.restartFrom(positions);

    assertThat(tail.settle()).containsExactly("a", "c");
    assertThat(tail.progress(log).gaps()).isEqualTo(1);
  }

  @Test
  void aLinkThatPointsElsewhereIsFollowed() throws IOException {
    var link = folder.resolve("link.log");
    var first = folder.resolve("first");
    var second = folder.resolve("second");
    append(first, "a\n");
    Files.createSymbolicLink(link, first);
    tail.following(Framing.PLAIN, link);
    append(first, "b\n");
    tail.read();
    append(first, "c\n");
    Files.delete(link);
    append(second, "d\n");
    Files.createSymbolicLink(link, second);

    // The link appeared after the start, so its file is read from the beginning.
    assertThat(tail.settle()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void rotatedFilesOfBeforeTheStartAreLeftAlone() throws IOException {
    append(folder.resolve("old.log.1"), "very old\n");
    append(folder.resolve("old.log.2.gz"), "packed\n");
    append(folder.resolve("old.log"), "old\nunfin");
    try (var fresh = new Tail(AT_ONCE).following(Framing.PLAIN, folder.resolve("old.log"))) {
      append(folder.resolve("old.log"), "ished\nnew\n");
      assertThat(fresh.settle()).containsExactly("unfinished", "new");
    }
  }

  @Test
  void aLogThatALaterConfigurationNamesIsReadFromItsEnd() {
    var other = folder.resolve("other.log");
    append(other, "old\n");
    tail.pass(20_000);
    var positions = tail.tailer().positions();
    try (var later = new Tail(AT_ONCE).listing(Framing.PLAIN, log, other)) {
      later.restartFrom(positions);
      append(other, "new\n");
      assertThat(later.settle()).containsExactly("new");
    }
    var fromStart = new TailConfig(true, 4 << 20, 64 << 10, 256, 0);
    try (var later = new Tail(fromStart).listing(Framing.PLAIN, log, other)) {
      later.restartFrom(positions);
      assertThat(later.settle()).containsExactly("old", "new");
    }
  }

  @Test
  void aLogMadeWhileTheAgentIsDownIsReadFromItsBeginning() {
    var positions = tail.tailer().positions();
    var other = folder.resolve("other.log");
    append(other, "first\n");
    try (var later = new Tail(AT_ONCE).listing(Framing.PLAIN, log, other)) {
      later.restartFrom(positions);
      assertThat(later.settle()).containsExactly("first");
    }
  }

  @Test
  void thousandsOfFilesNeedFewHandles() {
    int files = 3_000;
    var few = new TailConfig(false, 4 << 20, 64 << 10, 64, 0);
    var logs = new ArrayList<Path>();
    for (int i = 0; i < files; i++) {
      logs.add(folder.resolve("many-%d.log".formatted(i)));
    }
    try (var many = new Tail(few).following(Framing.PLAIN, logs.toArray(Path[]::new))) {
      logs.forEach(l -> append(l, l.getFileName() + " 1\n"));
      many.read();
      logs.forEach(l -> append(l, l.getFileName() + " 2\n"));
      assertThat(many.settle()).hasSize(2 * files).doesNotHaveDuplicates();
      assertThat(many.tailer().files()).isEqualTo(files);
    }
  }

  /// Every line is handed on exactly once whatever happens between two looks, as long as what was
  /// rotated away is still there; where it is not, a gap is counted.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyLineIsHandedOnExactlyOnce(long seed) throws IOException {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var ledger = new ArrayList<String>();
    boolean lossy = seed % 4 == 1;
    boolean byCopy = seed % 2 == 0;
    // Lines of deleted files that cannot come any more. A file made and deleted between two looks,
    // or since the positions kept at a kill, leaves no trace, so not even a gap; all others are
    // within a counted gap.
    var lost = new HashSet<String>();
    var deleted = new ArrayList<String>();
    int begin = 0;
    boolean seen = true;
    var open = new StringBuilder();
    append(log, "the first line\n");
    ledger.add("the first line");
    tail.read();
    Positions kept = tail.tailer().positions();
    int handedOnAtKept = tail.lines.size();
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(lossy ? 9 : 8)) {
        case 0, 1, 2 -> {
          if (Files.notExists(log)) {
            begin = ledger.size();
            seen = false;
          }
          for (int i = random.nextInt(20); i >= 0; i--) {
            String line = line(ledger.size(), random, open);
            append(log, line.substring(open.length()) + "\n");
            open.setLength(0);
            ledger.add(line);
          }
        }
        case 3 -> {
          if (open.isEmpty()) {
            if (Files.notExists(log)) {
              begin = ledger.size();
              seen = false;
            }
            open.append(line(ledger.size(), random, open), 0, 12);
            append(log, open.toString());
          }
        }
        case 4 -> {
          if (byCopy) {
            copyTruncate(50);
          } else if (open.isEmpty() && Files.exists(log)) {
            rename(50);
          }
        }
        case 5 -> {
          seen = true;
          tail.tailer().poll(tail.lines::add);
          kept = tail.tailer().positions();
          handedOnAtKept = tail.lines.size();
        }
        case 6 -> {
          seen = true;
          tail.read();
        }
        case 7 -> {
          if (random.nextInt(3) == 0) {
            kill(kept, handedOnAtKept);
            lost.addAll(covered(deleted, lost, kept));
            seen = true;
          }
        }
        default -> {
          if (open.isEmpty() && random.nextInt(5) == 0 && Files.exists(log)) {
            var ofFile = ledger.subList(begin, ledger.size());
            if (!seen) {
              lost.addAll(ofFile);
            }
            deleted.addAll(ofFile);
            Files.delete(log);
            if (random.nextBoolean()) {
              kill(kept, handedOnAtKept); // before it could be read to its end
              lost.addAll(covered(deleted, lost, kept));
            }
            tail.read();
            kept = tail.tailer().positions();
            handedOnAtKept = tail.lines.size();
          }
        }
      }
    }
    var handedOn = tail.settle();
    assertThat(handedOn).doesNotHaveDuplicates();
    if (!lossy) {
      assertThat(handedOn).containsExactlyElementsOf(ledger);
      // Of a copy nobody knows whether it holds all.
      assertThat(tail.progress(log).gaps()).satisfies(g -> assertThat(byCopy || g == 0).isTrue());
    } else {
      assertThat(ledger).containsSubsequence(handedOn);
      ledger.removeAll(lost);
      ledger.removeAll(handedOn);
      assertThat(ledger).as("lines missing that no gap covers").isEmpty();
      System.out.printf("%d lines lost, %d within gaps%n", lost.size(), coveredByGaps);
    }
    var progress = tail.progress(log);
    assertThat(progress.bytesLag()).isZero();
  }

  /// What came after the last positions kept never counted.
  private void kill(Positions kept, int handedOnAtKept) {
    tail.lines.subList(handedOnAtKept, tail.lines.size()).clear();
    tail.restartFrom(kept);
  }

  /// Lines that the kill cost, after it was seen that they are counted as a gap: when the file that
  /// the positions name is gone.
  private List<String> covered(List<String> deleted, Set<String> lost, Positions kept)
      throws IOException {
    var missing = new ArrayList<>(deleted);
    missing.removeAll(lost);
    missing.removeAll(tail.texts());
    boolean gone = true;
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        gone &= FileState.of(file).inode() != kept.logs().getFirst().file().inode();
      }
    }
    if (gone && !missing.isEmpty()) {
      assertThat(tail.progress(log).gaps()).as("gaps for %s", missing).isPositive();
      coveredByGaps += missing.size();
    }
    return missing;
  }

  private static String line(int number, Random random, CharSequence begun) {
    int length = begun.isEmpty() ? random.nextInt(200) : 0;
    return "line %07d %s%d".formatted(number, "x".repeat(length), number);
  }

  private void rename(int keep) {
    try {
      shift(keep);
      Files.move(log, folder.resolve("app.log.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyTruncate(int keep) throws IOException {
    if (Files.exists(log)) {
      shift(keep);
      Files.copy(log, folder.resolve("app.log.1"));
      truncate();
    }
  }

  private void truncate() throws IOException {
    setLength(0);
  }

  private void setLength(long length) throws IOException {
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(length);
    }
  }

  private void shift(int keep) throws IOException {
    Files.deleteIfExists(folder.resolve("app.log." + keep));
    for (int i = keep - 1; i >= 1; i--) {
      if (Files.exists(folder.resolve("app.log." + i))) {
        Files.move(
            folder.resolve("app.log." + i),
            folder.resolve("app.log." + (i + 1)),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
