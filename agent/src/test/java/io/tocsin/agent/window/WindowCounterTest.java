package io.tocsin.agent.window;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.metrics.Reading;
import io.tocsin.agent.metrics.Reading.Calls;
import io.tocsin.agent.metrics.Reading.Requests;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.template.Template;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowCounterTest {
  private static final Instance SHOP = instance("shop");
  private final WindowConfig config = new WindowConfig(Duration.ofSeconds(10), 3);
  private final WindowCounter windows = new WindowCounter(config, 100_000);

  @Test
  void aLineCountsInTheWindowOfItsTime() {
    windows.add(line(105_000, 7, Level.INFO), null, null);
    windows.add(line(109_999, 7, Level.ERROR), null, null);
    windows.add(line(110_000, 7, Level.INFO), null, null);
    assertThat(windows.due(109_999)).isFalse();
    assertThat(windows.due(110_000)).isTrue();

    WindowSummary first = seal(110_000).getFirst();
    assertThat(first.startMillis()).isEqualTo(100_000);
    assertThat(first.counts()).containsExactly(new WindowSummary.TemplateCount(7, 2, Level.ERROR));
    assertThat(seal(120_000).getFirst().counts())
        .containsExactly(new WindowSummary.TemplateCount(7, 1, Level.INFO));
  }

  @Test
  void aLineLaterThanItsSealCountsNowAndIsCalledLate() {
    seal(110_000);
    windows.add(line(101_000, 7, Level.INFO), null, null);
    WindowSummary now = seal(120_000).getFirst();
    assertThat(now.completeness().linesLate()).isEqualTo(1);
    assertThat(now.completeness().linesParsed()).isEqualTo(1);
  }

  @Test
  void whoWasKilledForWantOfMemoryHasALastWindowThoughItSaidNothing() {
    Instance gone = instance("gone");
    var readings =
        Map.of(
            "gone", new Reading(gone, Map.of(), null, false, 0, 2, null),
            "other", new Reading(instance("other"), Map.of(), null, false, 0, 0, null),
            "shop", new Reading(SHOP, Map.of(), null, true, 1, 0, null));
    var sealed = windows.seal(110_000, running(), _ -> Progress.NONE, readings);

    assertThat(sealed)
        .extracting(WindowSummary::instance, WindowSummary::alive, WindowSummary::oomKills)
        .containsExactly(tuple(SHOP, true, 0), tuple(gone, false, 2));
    assertThat(sealed).extracting(WindowSummary::restarts).containsExactly(1, 0);
    assertThat(seal(120_000)).extracting(WindowSummary::instance).containsExactly(SHOP);
  }

  @Test
  void aStampFarAheadDoesNotOpenWindowsWithoutEnd() {
    for (int hour = 1; hour < 100; hour++) {
      windows.add(line(100_000 + hour * 3_600_000L, 7, Level.INFO), null, null);
    }
    seal(110_000);
    assertThat(seal(120_000).getFirst().completeness().linesParsed()).isEqualTo(99);
  }

  @Test
  void whatFindsNoRoomCountsAsOther() {
    for (int template = 10; template < 20; template++) {
      windows.add(line(101_000, template, Level.INFO), null, null);
    }
    WindowSummary sealed = seal(110_000).getFirst();
    assertThat(sealed.counts()).hasSize(4);
    assertThat(sealed.counts())
        .contains(new WindowSummary.TemplateCount(Template.OTHER, 7, Level.INFO));
    assertThat(sealed.completeness().linesParsed()).isEqualTo(10);
  }

  @Test
  void aSilentInstanceHasASummaryToo() {
    assertThat(seal(110_000))
        .singleElement()
        .satisfies(summary -> assertThat(summary.counts()).isEmpty());
  }

  @Test
  void openCountsSurviveACheckpoint() {
    windows.add(line(111_000, 7, Level.WARN), null, null);
    seal(110_000);
    WindowCounter resumed = new WindowCounter(config, windows.sealedUntilMillis());
    resumed.resume(windows.partial());
    assertThat(resumed.seal(120_000, List.of(), id -> Progress.NONE, Map.of()))
        .singleElement()
        .satisfies(summary ->
            assertThat(summary.counts())
                .containsExactly(new WindowSummary.TemplateCount(7, 1, Level.WARN)));
  }

  @Test
  void loginsAreCountedBoundedAndSurviveACheckpoint() {
    for (int i = 0; i < 150; i++) {
      windows.add(line(111_000, 7, Level.INFO), null, failed("10.0.0.9", "name" + i));
      windows.add(line(111_000, 7, Level.INFO), null, failed("10.0.1." + i, "anna"));
    }
    seal(110_000);
    WindowCounter resumed = new WindowCounter(config, windows.sealedUntilMillis());
    resumed.resume(windows.partial());
    Logins logins =
        resumed.seal(120_000, List.of(), id -> Progress.NONE, Map.of()).getFirst().logins();
    assertThat(logins.counts()).hasSize(Logins.MAX);
    long ofOne =
        logins.counts().stream()
            .filter(each -> each.source().equals("10.0.0.9"))
            .mapToLong(Logins.LoginCount::count)
            .sum();
    assertThat(ofOne).as("names go before sources do").isEqualTo(150);
    assertThat(logins.counts().stream().mapToLong(Logins.LoginCount::count).sum())
        .isEqualTo(300 - logins.leftOut());
  }

  @Test
  void countersOfTheTailBecomeDifferences() {
    windows.seal(110_000, running(), id -> progress(100, 10, 2), Map.of());
    WindowSummary second =
        windows.seal(120_000, running(), id -> progress(250, 25, 5), Map.of()).getFirst();
    assertThat(second.completeness().bytesRead()).isEqualTo(150);
    assertThat(second.completeness().linesRead()).isEqualTo(15);
    assertThat(second.completeness().linesDropped()).containsEntry("binary", 3L);
  }

  @Test
  void anAccessLogTellsOfRequestsWhereMetricsDoNot() {
    for (int status : new int[] {200, 200, 404, 503}) {
      windows.add(
          line(101_000, 7, Level.UNKNOWN), new Request(status, status == 503 ? 950 : 2), null);
    }
    Requests requests = requests(seal(110_000));
    assertThat(requests.total()).isEqualTo(4);
    assertThat(requests.failed()).isEqualTo(1);
    assertThat(requests.rejected()).isEqualTo(1);
    assertThat(requests.sumMillis()).isEqualTo(956);
    assertThat(requests.upperMillis()).isSorted().endsWith(Double.POSITIVE_INFINITY);
    assertThat(bucket(requests, 2)).isEqualTo(3);
    assertThat(bucket(requests, 1_000)).isEqualTo(1);

    Requests quiet = requests(seal(120_000));
    assertThat(quiet.total()).as("a quiet window of a known access log").isZero();
    assertThat(quiet.upperMillis()).isEqualTo(requests.upperMillis());
  }

  @Test
  void withoutLatenciesThereAreNoBuckets() {
    windows.add(line(101_000, 7, Level.UNKNOWN), new Request(200, Double.NaN), null);
    assertThat(requests(seal(110_000)).upperMillis()).isEmpty();
  }

  @Test
  void noLineIsNotNoRequestWhereReadingLags() {
    windows.add(line(101_000, 7, Level.UNKNOWN), new Request(200, 1), null);
    seal(110_000);
    var lagging = new Progress(10, 5, 1, Map.of(), 0, 5, 100, false);
    assertThat(windows.seal(120_000, running(), id -> lagging, Map.of()).getFirst().requests())
        .isNull();
  }

  @Test
  void metricsThatTellOfRequestsWinForGood() {
    var scraped = new Requests(9, 0, 0, List.of(), List.of(), 0, List.of());
    for (int window = 0; window < 6; window++) {
      windows.add(line(101_000 + window * 10_000L, 7, Level.UNKNOWN), new Request(200, 1), null);
      var reading = reading(window == 1 ? scraped : null);
      var sealed =
          windows.seal(
              110_000 + window * 10_000L, running(), id -> Progress.NONE, Map.of("shop", reading));
      assertThat(sealed.getFirst().requests()).isEqualTo(window == 1 ? scraped : null);
    }
  }

  @Test
  void anEndpointThatTellsOfNoRequestsLeavesItToTheLog() {
    var calls = List.of(new Calls("stock", 5, 1, 10));
    var reading = reading(new Requests(0, 0, 0, List.of(), List.of(), 0, calls));
    Requests last = null;
    for (int window = 0; window < 4; window++) {
      windows.add(line(101_000 + window * 10_000L, 7, Level.UNKNOWN), new Request(200, 1), null);
      last =
          requests(
              windows.seal(
                  110_000 + window * 10_000L,
                  running(),
                  id -> Progress.NONE,
                  Map.of("shop", reading)));
    }
    assertThat(last).isNotNull();
    assertThat(last.total()).isEqualTo(1);
    assertThat(last.calls()).isEqualTo(calls);
  }

  @Test
  void whatAServerDoesNotSpeakIsNoFailureOfIts() {
    windows.add(line(101_000, 7, Level.UNKNOWN), new Request(501, 2), null);
    windows.add(line(101_000, 7, Level.UNKNOWN), new Request(505, 2), null); // GET / HTTP/9.9
    Requests requests = requests(seal(110_000));
    assertThat(requests.failed()).isZero();
    assertThat(requests.rejected()).isEqualTo(2);
  }

  @Test
  void requestsOfOpenWindowsSurviveACheckpoint() {
    windows.add(line(101_000, 7, Level.UNKNOWN), new Request(500, 2), null);
    WindowCounter resumed = new WindowCounter(config, 100_000);
    resumed.resume(windows.partial());
    resumed.add(line(102_000, 7, Level.UNKNOWN), new Request(200, 2), null);
    Requests requests = requests(resumed.seal(110_000, running(), id -> Progress.NONE, Map.of()));
    assertThat(requests.total()).isEqualTo(2);
    assertThat(requests.failed()).isEqualTo(1);
    assertThat(bucket(requests, 2)).isEqualTo(2);
  }

  private static Requests requests(List<WindowSummary> sealed) {
    return requireNonNull(sealed.getFirst().requests());
  }

  private static long bucket(Requests requests, double upper) {
    return requests.bucketCounts().get(requests.upperMillis().indexOf(upper));
  }

  private static Reading reading(@Nullable Requests requests) {
    return new Reading(SHOP, Map.of(), requests, true, 0, 0, true);
  }

  private List<WindowSummary> seal(long now) {
    return windows.seal(now, running(), id -> Progress.NONE, Map.of());
  }

  private static Progress progress(long bytes, long lines, long dropped) {
    return new Progress(bytes, bytes, lines, Map.of("binary", dropped), 0, 0, 0, false);
  }

  private static List<Running> running() {
    return List.of(new Running(SHOP, List.of(), OptionalLong.empty(), null, null));
  }

  private static Login failed(String source, String user) {
    return new Login(source, user, Login.Kind.SSH, false);
  }

  private static LogEvent line(long millis, long template, Level level) {
    return new LogEvent(SHOP, template, level, millis, true, false);
  }

  static Instance instance(String id) {
    return new Instance(id, "file", "host1", "file/host1/" + id, id, "", "", 0, "", "");
  }
}
