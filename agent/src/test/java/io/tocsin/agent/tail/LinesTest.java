package io.tocsin.agent.tail;

import static io.tocsin.agent.tail.Tail.AT_ONCE;
import static io.tocsin.agent.tail.Tail.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  @TempDir Path folder;

  private List<String> read(Framing framing, String... writes) {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(framing, log)) {
      for (var write : writes) {
        append(log, write);
        tail.read();
      }
      return tail.settle();
    }
  }

  @Test
  void containerdLinesCarryTheirStampAndPartsAreJoined() {
    var log = folder.resolve("0.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.CRI, log)) {
      append(log, "2026-01-31T10:00:00.123456789Z stdout P one \n");
      append(log, "2026-01-31T10:00:00.200000000Z stderr F between\n");
      tail.read();
      append(log, "2026-01-31T11:00:00.300000000+01:00 stdout F line\nnot framed\n");
      assertThat(tail.settle()).containsExactly("one line", "between");
      var first = tail.lines.getFirst();
      assertThat(first.stamped()).isTrue();
      assertThat(first.timeMillis())
          .isEqualTo(Instant.parse("2026-01-31T10:00:00.123Z").toEpochMilli());
      assertThat(tail.progress(log).linesDropped()).containsEntry("malformed", 1L);
    }
  }

  @Test
  void dockerLinesAreUnescapedAndLongOnesJoined() {
    String time = "\",\"stream\":\"stdout\",\"time\":\"2026-01-31T10:00:00.5Z\"}\n";
    assertThat(
            read(
                Framing.DOCKER_JSON,
                "{\"log\":\"caf\\u00e9 \\\"x\\\"\\n" + time,
                "{\"log\":\"long " + time + "{\"log\":\"line\\n" + time))
        .containsExactly("café \"x\"", "long line");
  }

  @Test
  void anUnfinishedLongLineIsReadAgainAfterAKillAndNothingTwice() {
    var log = folder.resolve("0.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.CRI, log)) {
      append(log, "2026-01-31T10:00:00Z stdout F zero\n2026-01-31T10:00:00Z stdout P one \n");
      append(log, "2026-01-31T10:00:00Z stderr F two\n");
      tail.read();
      tail.restart();
      append(log, "2026-01-31T10:00:00Z stdout F half\n");
      assertThat(tail.settle()).containsExactly("zero", "one half", "two");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERROR failed\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n\t... 3 more\n"
            + "Caused by: java.io.IOException: y\n\tat d.E.f(E.java:2)",
        "ERROR failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\n"
            + "ValueError: x",
        "panic: boom\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/a/main.go:3 +0x1d\n"
            + "created by main.main\n\t/a/main.go:9 +0x2",
        "Unhandled exception. System.InvalidOperationException: x\n   at A.B.C() in /a.cs:line 3\n"
            + "   --- End of inner exception stack trace ---\n   at A.D()",
        "request failed\nTypeError: Cannot read properties of undefined\n    at f (/a.js:1:2)\n"
            + "    at node:internal/main:1"
      })
  void aStackTraceIsOneMessage(String trace) {
    assertThat(read(Framing.PLAIN, "before\n" + trace + "\nINFO after\n"))
        .containsExactly("before", trace, "INFO after");
  }

  @Test
  void aStackTraceIsJoinedInsideAFraming() {
    String stamp = "2026-01-31T10:00:00Z stderr F ";
    assertThat(
            read(
                Framing.CRI,
                stamp + "ERROR x\n",
                stamp + "java.lang.Error: y\n" + stamp + "\tat a.B.c(B.java:1)\n"))
        .containsExactly("ERROR x\njava.lang.Error: y\n\tat a.B.c(B.java:1)");
  }

  @Test
  void anEndlessStackTraceIsHandedOnInBoundedPieces() {
    var messages = read(Framing.PLAIN, "ERROR\n" + "\tat a.B.c(B.java:1)\n".repeat(1_200));
    assertThat(messages).hasSize(3);
    assertThat(messages).allSatisfy(m -> assertThat(m.lines().count()).isLessThanOrEqualTo(500));
  }

  @Test
  void aLineTooLongIsCutAndCounted() {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
      append(log, "a".repeat(300_000));
      tail.read();
      append(log, "b\nnext\n");
      assertThat(tail.settle()).containsExactly("a".repeat(64 << 10), "next");
      assertThat(tail.progress(log).linesDropped()).containsEntry("too-long", 1L);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Framing.class,
      names = {"PLAIN", "CRI", "DOCKER_JSON"})
  void aLineOverAMegabyteIsCutAndCountedInEveryFraming(Framing framing) {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(framing, log)) {
      String long1 = "a".repeat(1_500_000);
      append(log, Framed.line(framing, long1));
      for (int part = 0; part < 100; part++) { // as runtimes split it
        append(log, Framed.part(framing, "b".repeat(16 << 10), part == 99));
      }
      append(log, Framed.line(framing, "next"));
      var texts = tail.settle();
      assertThat(texts).last().isEqualTo("next");
      assertThat(texts).contains("b".repeat(64 << 10));
      assertThat(texts).allMatch(text -> text.length() <= 64 << 10);
      long accounted =
          tail.progress(log).linesDropped().values().stream().mapToLong(Long::longValue).sum();
      assertThat(accounted).as("cut or not framed any more").isEqualTo(2);
    }
  }

  @Test
  void aClockSetBackHoldsNothingUp() throws IOException {
    var log = folder.resolve("app.log");
    var slow = new TailConfig(false, 4 << 20, 64 << 10, 256, 500);
    try (var tail = new Tail(slow).following(Framing.PLAIN, log)) {
      append(log, "a\n");
      tail.read();
      Files.move(log, folder.resolve("app.log.1"));
      append(log, "b\n");
      tail.read();
      tail.pass(-3_600_000);
      tail.read();
      tail.pass(-3_600_000);
      assertThat(tail.read()).containsExactly("a", "b");
    }
  }

  @Test
  void bytesBecomeCleanText() {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
      append(log, "crlf\r\n\u001b[1;31mred\u001b[0m\0!\n\n");
      append(log, new byte[] {'x', (byte) 0xff, 'y', '\n'});
      assertThat(tail.settle()).containsExactly("crlf", "red!", "", "x\uFFFDy");
    }
  }

  @Test
  void anUnfinishedLineIsNotHandedOnUntilItEnds() {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
      append(log, "hal");
      assertThat(tail.settle()).isEmpty();
      tail.restart();
      append(log, "f\n");
      assertThat(tail.settle()).containsExactly("half");
    }
  }

  @Test
  void anInstanceThatGoesIsReadToItsEndAndLetGo() {
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
      append(log, "a\nlast without an end");
      tail.tailer().follow(List.of());
      assertThat(tail.read()).containsExactly("a", "last without an end");
      assertThat(tail.tailer().files()).isZero();
      assertThat(tail.progress(log).linesRead()).isEqualTo(2);
    }
  }

  @Test
  void aBusyLogDoesNotStarveAQuietOne() {
    var busy = folder.resolve("busy.log");
    var quiet = folder.resolve("quiet.log");
    var small = new TailConfig(false, 128 << 10, 64 << 10, 256, 0);
    try (var tail = new Tail(small).following(Framing.PLAIN, busy, quiet)) {
      append(busy, "busy line\n".repeat(100_000));
      append(quiet, "quiet\nquiet\n");
      assertThat(tail.tailer().poll(tail.lines::add)).isTrue();
      assertThat(tail.texts()).contains("quiet");
      assertThat(tail.progress(busy).bytesLag()).isPositive();
    }
  }

  @Test
  void permissionLostIsListedAndForgottenWhenGivenBack() throws IOException {
    Assumptions.assumeFalse("root".equals(System.getProperty("user.name")), "root may read all");
    var log = folder.resolve("app.log");
    append(log, "");
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("---------"));
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
      assertThat(tail.tailer().unreadable()).hasSize(1);
      Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
      append(log, "a\n");
      assertThat(tail.settle()).containsExactly("a");
      assertThat(tail.tailer().unreadable()).isEmpty();
    }
  }

  @Test
  void damagedPositionsAreRefused() {
    byte[] bytes = new Positions(1, List.of()).encode();
    assertThat(Positions.decode(bytes)).isEqualTo(new Positions(1, List.of()));
    bytes[5] ^= 1;
    assertThatThrownBy(() -> Positions.decode(bytes)).hasMessageContaining("checksum");
    assertThatThrownBy(() -> Positions.decode(new byte[3])).hasMessageContaining("found 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Apache", "HDFS", "Hadoop", "Linux", "OpenSSH", "OpenStack", "Spark"})
  void everyLineOfARealLogIsHandedOn(String name) throws IOException {
    var source =
        Path.of(System.getProperty("tocsin.root"))
            .resolveSibling("shared/data/loghub/" + name + "_2k.log.gz");
    Assumptions.assumeTrue(Files.exists(source), source + " is not here");
    var log = folder.resolve("app.log");
    try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log);
        var in = new GZIPInputStream(Files.newInputStream(source))) {
      for (byte[] bytes = in.readNBytes(9_999); bytes.length > 0; bytes = in.readNBytes(9_999)) {
        append(log, bytes);
        tail.read();
      }
      append(log, "\n");
      var handedOn = String.join("\n", tail.settle());
      assertThat(handedOn.lines().map(String::strip).filter(l -> !l.isEmpty()).toList())
          .isEqualTo(
              Files.readString(log).lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
      var progress = tail.progress(log);
      assertThat(progress.linesDropped()).isEmpty();
      assertThat(progress.gaps()).isZero();
      assertThat(progress.bytesRead()).isEqualTo(Files.size(log)).isEqualTo(progress.bytesOnDisk());
    }
  }
}
