package io.tocsin.collector.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.calibrate.Calibrator;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Detector;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.detect.Score;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BacktestTest {
  private static final Path EXAMPLE = Path.of("../deploy/example");
  private static final Settings SETTINGS = new Settings(1, 42);

  @TempDir Path folder;

  @Test
  void theExampleIsWhatItsSeedGives() throws IOException {
    assertThat(EXAMPLE.resolve("shop.csv")).hasContent(text(Histories.shop(5)));
    assertThat(EXAMPLE.resolve("labels.csv")).hasContent(text(Histories.shopLabels()));
  }

  @Test
  void aLevelShiftAndALeakAreFound() {
    Report report = run(EXAMPLE.resolve("shop.csv"), EXAMPLE.resolve("labels.csv"));

    var labels = report.labels();
    assertThat(labels).isNotNull();
    assertThat(labels.events()).isEqualTo(2);
    assertThat(labels.recall()).isEqualTo(1);
    var shop = report.workloads().getFirst();
    assertThat(shop.workload()).isEqualTo("shop");
    assertThat(shop.learntMillis())
        .isEqualTo(Histories.BEGIN.plusSeconds(6 * 3_600).toEpochMilli());
    assertThat(shop.alarms())
        .anySatisfy(alarm -> assertThat(alarm.sentence()).contains("latency.mean ms at"))
        .anySatisfy(alarm -> assertThat(alarm.sentence()).contains("memory MB at"));
  }

  @Test
  void scoresAndThresholdsAreThoseOfTheCollectorsOwnPath() throws IOException {
    List<String> lines = Histories.minutes(7, 1_100);
    Report report = run(file("load.csv", lines), null);

    DetectConfig config = DetectConfig.standard(60_000);
    Detector detector = new Detector(config);
    Calibrator calibrator = new Calibrator(CalibrateConfig.standard(60_000));
    List<Row> history = new ArrayList<>();
    List<Report.Point> expected = new ArrayList<>();
    List<Long> raised = new ArrayList<>();
    int version = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      long end = Long.parseLong(cells[0]) * 1000;
      Row row =
          new Row(
              end, "", Map.of("load", Double.valueOf(cells[1]), "queue", Double.valueOf(cells[2])));
      Score score = detector.score("load", row, false);
      assertThat(score).isNotNull();
      history.addAll(detector.history());
      calibrator.accept(List.of(score), false).ifPresent(anomaly -> raised.add(end));
      expected.add(new Report.Point(end, score.surprise(), calibrator.threshold(score)));
      if (detector.wantsFit()) {
        ModelSet models = Fitter.fit(history, config, 42 ^ "load".hashCode(), version).models();
        version = models.version();
        detector.adopt(models);
        calibrator.adopt(models);
      }
    }
    var load = report.workloads().getFirst();
    assertThat(load.fits()).isEqualTo(version).isGreaterThan(2);
    assertThat(load.curve()).isEqualTo(expected);
    assertThat(raised).isNotEmpty();
    assertThat(load.alarms()).extracting(Report.Alarm::atMillis).isEqualTo(raised);
  }

  @Test
  void theSameHistoryGivesTheSameReportAndPage() throws IOException {
    Path file = file("load.csv", Histories.minutes(3, 1_100));

    Report once = run(file, null);
    Report again = run(file, null);

    assertThat(again).isEqualTo(once);
    assertThat(HtmlPage.of(again)).isEqualTo(HtmlPage.of(once));
  }

  @Test
  void packedIsReadAsPlain() throws IOException {
    List<String> lines = Histories.minutes(3, 500);
    Path packed = folder.resolve("load.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(text(lines).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(run(packed, null)).isEqualTo(run(file("load.csv", lines), null));
  }

  @Test
  void workloadsOfOneFileAreScoredAsIfEachHadItsOwn() throws IOException {
    List<String> a = Histories.minutes(1, 500);
    List<String> b = Histories.minutes(2, 500);
    List<String> both = new ArrayList<>();
    both.add("time,workload,load,queue");
    for (int i = 1; i < a.size(); i++) {
      both.add(a.get(i).replaceFirst(",", ",a,"));
      both.add(b.get(i).replaceFirst(",", ",b,"));
    }

    Report together = run(file("both.csv", both), null);

    assertThat(together.workloads())
        .containsExactly(
            run(file("a.csv", a), null).workloads().getFirst(),
            run(file("b.csv", b), null).workloads().getFirst());
  }

  @Test
  void gapsAndEmptyCellsAreSaidAndAreNoError() throws IOException {
    List<String> lines = Histories.minutes(1, 500);
    lines.subList(200, 260).clear();
    lines.set(100, lines.get(100).replaceAll(",[^,]*$", ","));
    lines.set(101, lines.get(101).replaceAll(",[^,]*$", ",NaN"));

    Report report = run(file("load.csv", lines), null);

    assertThat(report.workloads().getFirst().gaps()).isEqualTo(1);
    assertThat(report.workloads().getFirst().windows()).isEqualTo(440);
    assertThat(report.notes()).containsExactly("2 cells were empty or NaN: not measured there.");
  }

  @Test
  void shortHistoryIsNoSilence() throws IOException {
    Report report = run(file("load.csv", Histories.minutes(1, 100)), null);

    assertThat(report.headline()).contains("History is too short");
    assertThat(report.workloads().getFirst().learntMillis()).isNull();
  }

  @Test
  void eventsThatLearningDidNotSeeDoNotCount() throws IOException {
    Path labels = file("labels.csv", List.of("from,to", "1772409700,1772410000"));

    var labelled = run(file("load.csv", Histories.minutes(1, 500)), labels).labels();

    assertThat(labelled).isNotNull();
    assertThat(labelled.beforeLearnt()).isEqualTo(1);
    assertThat(labelled.recall()).isNull();
  }

  @ParameterizedTest
  @MethodSource("wrongTables")
  void whatIsWrongIsSaidWithItsPlace(String table, String said) throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.csv"), table);

    assertThatThrownBy(() -> run(file, null))
        .isInstanceOf(BacktestException.class)
        .hasMessageContaining("wrong.csv")
        .hasMessageContaining(said);
  }

  static Stream<Arguments> wrongTables() {
    return Stream.of(
        Arguments.of("", "expected a header and rows, found an empty file"),
        Arguments.of("time,a\n", "expected rows below the header, found none"),
        Arguments.of("time\n1\n", "1 to 128 metrics separated by commas, found 0"),
        Arguments.of("time;a\n1;2\n", "1 to 128 metrics separated by commas, found 0"),
        Arguments.of("time,a,a\n1,2,3\n", "line 1: column 3: expected a header with a name"),
        Arguments.of("1,2.5\n2,2.5\n", "line 1: expected a header"),
        Arguments.of(
            "time,a\n60,1\n120,2,3\n", "line 3: expected 2 columns, as in the header, found 3"),
        Arguments.of("time,a\n60,1\nnoon,2\n", "line 3: column time: expected a time (epoch"),
        Arguments.of("time,a\n0,1\n60,2\n", "found `0`"),
        Arguments.of("time,a\n60,1\n60,2\n", "line 3: expected one row a time, found a second one"),
        Arguments.of("time,a\n120,1\n60,2\n", "1970-01-01T00:01:00Z; sort the file by time"),
        Arguments.of("time,a\n60,1\n120,high\n", "line 3: column a: expected a finite number"),
        Arguments.of("time,a\n60,1\n120,1e999\n", "found `1e999`"),
        Arguments.of("time,a\n60,1\n120,\"2\n", "expected a quote at the end"),
        Arguments.of("time,a\n60,1\n", "expected at least two rows of each workload, found one"),
        Arguments.of("time,workload,a\n60,,1\n", "line 2: workload: expected a name"));
  }

  @Test
  void rowsTooFarApartAreRefused() throws IOException {
    Path file = file("hourly.csv", List.of("time,a", "3600,1", "7200,2", "10800,3"));

    assertThatThrownBy(() -> run(file, null))
        .hasMessage(
            "hourly: expected rows at most 12 minutes apart, found one in 60 min; bring a finer history");
  }

  @Test
  void aWrongEndIsSaidBeforeAnythingIsScored() throws IOException {
    List<String> lines = Histories.minutes(1, 500);
    lines.add("later,1,2");
    List<String> told = new ArrayList<>();
    Source source = Source.csv(List.of(file("load.csv", lines)), ZoneOffset.UTC, Set.of());

    assertThatThrownBy(
            () -> Backtest.run(List.of(source), SETTINGS, null, (what, share) -> told.add(what)))
        .hasMessageContaining("line 502");
    assertThat(told).isNotEmpty().allMatch(what -> what.startsWith("checking"));
  }

  @Test
  void aPageAsksNobodyForAnythingAndTakesNamesAsText() throws IOException {
    List<String> lines = Histories.minutes(3, 1_100);
    lines.set(0, "time,<script>alert(1)</script>,queue");

    String page = HtmlPage.of(run(file("load.csv", lines), null));

    assertThat(page)
        .contains("&lt;script&gt;alert(1)")
        .contains("prefers-color-scheme: dark")
        .contains("class=\"mark\"")
        .doesNotContain("<script")
        .doesNotContain("<link")
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("url(");
  }

  private Path file(String name, List<String> lines) throws IOException {
    return Files.writeString(folder.resolve(name), text(lines));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private static Report run(Path file, @Nullable Path labels) {
    return Backtest.run(
        List.of(Source.csv(List.of(file), ZoneOffset.UTC, Set.of())),
        SETTINGS,
        labels == null ? null : Labels.read(labels, ZoneOffset.UTC),
        (what, share) -> {});
  }
}
