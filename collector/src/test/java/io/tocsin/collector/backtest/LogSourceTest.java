package io.tocsin.collector.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.window.SealedWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSourceTest {
  private static final Instant BEGIN = Instant.parse("2026-03-02T10:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(10);

  @TempDir Path folder;

  private record Read(Recorder history, List<String> notes) {}

  private static final class Recorder implements History {
    final List<SealedWindow> windows = new ArrayList<>();

    @Override
    public void row(String workload, long stepMillis, Row row) {
      throw new AssertionError("a log has no rows");
    }

    @Override
    public void window(SealedWindow window, TemplateBook book) {
      windows.add(window);
    }

    @Override
    public void done(String workload) {}

    List<Long> lines() {
      return windows.stream()
          .map(w ->
              w.instances().getFirst().summary().templates().stream()
                  .mapToLong(TemplateCount::count)
                  .sum())
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-02T10:00:05Z INFO a",
        "2026-03-02 10:00:05,123 INFO [main] a",
        "2026-03-02T12:00:05+02:00 a",
        "1.2.3.4 - - [02/Mar/2026:10:00:05 +0000] \"GET / HTTP/1.1\" 200 5",
        "[Mon Mar 02 10:00:05 2026] [error] a",
        "Mar  2 10:00:05 host sshd[1]: a",
        "26/03/02 10:00:05 INFO a.B: c",
        "260302 100005 148 INFO a.B: c",
        "I0302 10:00:05.123456 1 a.go:1] b",
        "1772445605 INFO a",
        "{\"ts\":1772445605.5,\"msg\":\"a\"}",
        "{\"time\":\"2026-03-02T10:00:05.000Z\",\"level\":\"info\"}",
        "app.log.2020-01-01_13:53:08 2026-03-02 10:00:05.008 25746 INFO a",
      })
  void stampsAreReadAsLoggersWriteThem(String line) {
    var times = new LineTimes(ZoneOffset.UTC, OptionalInt.of(2026));

    assertThat(times.of(line).orElse(0) / 1000).isEqualTo(BEGIN.plusSeconds(5).getEpochSecond());
  }

  @Test
  void aYearThatIsNotSaidGoesOnOverNewYear() {
    var times = new LineTimes(ZoneOffset.UTC, OptionalInt.of(2025));

    assertThat(times.of("Dec 31 23:59:59 host a: b")).hasValue(at("2025-12-31T23:59:59Z"));
    assertThat(times.of("Jan  1 00:00:01 host a: b")).hasValue(at("2026-01-01T00:00:01Z"));
  }

  @Test
  void everyLineCountsInTheWindowOfItsStampAndSilenceIsAWindow() throws IOException {
    Read read =
        read(
            "too early",
            "2026-03-02 10:00:01 one",
            "no stamp",
            "2026-03-02 10:00:12 two",
            "2026-03-02 10:00:03 late",
            "2026-03-02 10:00:45 three",
            "2026-03-02 10:01:00 in a window that was not over");

    assertThat(read.history.lines()).containsExactly(2L, 2L, 0L, 0L, 1L, 0L);
    assertThat(read.history.windows.getFirst().startMillis()).isEqualTo(BEGIN.toEpochMilli());
    assertThat(read.notes)
        .anyMatch(n -> n.contains("1 lines had no stamp: they count at that of the line before"))
        .anyMatch(n -> n.contains("1 lines stood before the first stamp"))
        .anyMatch(n -> n.contains("1 lines were older than their window"));
  }

  @Test
  void framingsGiveTheSameWindowsAsPlainLines() throws IOException {
    List<String> plain = new ArrayList<>();
    List<String> docker = new ArrayList<>();
    List<String> cri = new ArrayList<>();
    Random random = new Random(4);
    Instant now = BEGIN;
    for (int i = 0; i < 500; i++) {
      now = now.plusMillis(random.nextInt(1_500));
      String text = "served request " + i + " in " + random.nextInt(90) + " ms";
      plain.add(now + " " + text);
      docker.add(
          "{\"log\":\"%s %s\\n\",\"stream\":\"stdout\",\"time\":\"%s\"}".formatted(now, text, now));
      cri.add("%s stdout F %s %s".formatted(now, now, text));
    }

    List<SealedWindow> expected = read(plain.toArray(String[]::new)).history.windows;

    assertThat(expected).hasSizeGreaterThan(20);
    assertThat(read(docker.toArray(String[]::new)).history.windows).isEqualTo(expected);
    assertThat(read(cri.toArray(String[]::new)).history.windows).isEqualTo(expected);
  }

  @Test
  void aTraceIsOneMessageAndSecretsDoNotBecomeTemplates() throws IOException {
    Read read =
        read(
            "2026-03-02 10:00:01 ERROR failed password=hunter2secret",
            "java.lang.IllegalStateException: no",
            "\tat a.B.c(B.java:1)",
            "2026-03-02 10:00:15 INFO on");

    assertThat(read.history.lines()).containsExactly(1L);
  }

  @Test
  void aDateFarAheadIsNotBelievedAlone() throws IOException {
    Read read =
        read(
            "2026-03-02 10:00:01 a",
            "2031-01-01 00:00:00 certificate ends",
            "2026-03-02 10:00:02 b",
            "2026-03-02 10:00:11 c");

    assertThat(read.history.lines()).containsExactly(3L);
    assertThat(read.notes).anyMatch(n -> n.contains("1 lines had a stamp over an hour ahead"));
  }

  @Test
  void aPauseOfDaysIsNoSilence() throws IOException {
    Read read =
        read(
            "2026-03-02 10:00:01 a",
            "2026-03-09 10:00:02 b",
            "2026-03-09 10:00:03 c",
            "2026-03-09 10:00:11 d");

    assertThat(read.history.lines()).containsExactly(1L, 2L);
    assertThat(read.notes).anyMatch(n -> n.contains("1 pauses of over a day are no history"));
  }

  @Test
  void anAccessLogTellsOfRequests() throws IOException {
    Read read =
        read(
            "1.2.3.4 - - [02/Mar/2026:10:00:05 +0000] \"GET / HTTP/1.1\" 200 5",
            "1.2.3.4 - - [02/Mar/2026:10:00:06 +0000] \"GET / HTTP/1.1\" 503 5",
            "1.2.3.4 - - [02/Mar/2026:10:00:16 +0000] \"GET / HTTP/1.1\" 200 5");

    var requests = read.history.windows.getFirst().instances().getFirst().summary().requests();
    assertThat(requests).isNotNull();
    assertThat(requests.total()).isEqualTo(2);
    assertThat(requests.failed()).isEqualTo(1);
  }

  @Test
  void aLogWithoutStampsIsRefused() {
    assertThatThrownBy(() -> read("one", "two"))
        .isInstanceOf(BacktestException.class)
        .hasMessageContaining("expected lines that begin with a time, found none in 2 lines");
    assertThatThrownBy(() -> read("Mar  2 10:00:05 host a: b", "Mar  2 10:00:25 host a: b"))
        .hasMessageContaining("say the year of the first with --year");
    assertThatThrownBy(() -> read()).hasMessageContaining("expected lines, found none");
    assertThatThrownBy(() -> read("2026-03-02 10:00:01 a"))
        .hasMessageContaining("expected lines over more than one window of 10 s");
  }

  @Test
  void anOutburstOfErrorsIsAnAlarm() throws IOException {
    List<String> lines = new ArrayList<>();
    Random random = new Random(11);
    for (int s = 0; s < 10 * 3_600; s += 2) {
      Instant now = BEGIN.plusSeconds(s);
      lines.add("%s INFO served /cart in %d ms".formatted(now, 20 + random.nextInt(30)));
      if (s >= 9 * 3_600 && s < 9 * 3_600 + 600) {
        lines.add("%s ERROR payment of order %d failed: connection refused".formatted(now, s));
      }
    }
    Path file = Files.write(folder.resolve("shop.log"), lines);

    Report report =
        Backtest.run(
            List.of(Source.logs(List.of(file), ZoneOffset.UTC, OptionalInt.empty(), WINDOW)),
            new Settings(1, 42),
            null,
            (what, share) -> {});

    var shop = report.workloads().getFirst();
    assertThat(shop.alarms())
        .filteredOn(alarm -> !alarm.learning())
        .anySatisfy(alarm -> {
          assertThat(alarm.atMillis() - BEGIN.plusSeconds(9 * 3_600).toEpochMilli())
              .isBetween(0L, 60_000L);
          assertThat(alarm.carriers())
              .extracting(Report.Carrier::feature)
              .contains("lines.error per second");
        });
  }

  private Read read(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("app.log"), List.of(lines));
    Source source = Source.logs(List.of(file), ZoneOffset.UTC, OptionalInt.empty(), WINDOW);
    var recorder = new Recorder();
    source.read(recorder, (what, share) -> {});
    return new Read(recorder, source.notes());
  }

  private static long at(String time) {
    return Instant.parse(time).toEpochMilli();
  }
}
