package io.tocsin.agent.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Template;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WindowCounterTest {
  private static final Instance SHOP = instance("shop");
  private final WindowConfig config = new WindowConfig(Duration.ofSeconds(10), 3);
  private final WindowCounter windows = new WindowCounter(config, 100_000);

  @Test
  void aLineCountsInTheWindowOfItsTime() {
    windows.add(line(105_000, 7, Level.INFO));
    windows.add(line(109_999, 7, Level.ERROR));
    windows.add(line(110_000, 7, Level.INFO));
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
    windows.add(line(101_000, 7, Level.INFO));
    WindowSummary now = seal(120_000).getFirst();
    assertThat(now.completeness().linesLate()).isEqualTo(1);
    assertThat(now.completeness().linesParsed()).isEqualTo(1);
  }

  @Test
  void aStampFarAheadDoesNotOpenWindowsWithoutEnd() {
    for (int hour = 1; hour < 100; hour++) {
      windows.add(line(100_000 + hour * 3_600_000L, 7, Level.INFO));
    }
    seal(110_000);
    assertThat(seal(120_000).getFirst().completeness().linesParsed()).isEqualTo(99);
  }

  @Test
  void whatFindsNoRoomCountsAsOther() {
    for (int template = 10; template < 20; template++) {
      windows.add(line(101_000, template, Level.INFO));
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
    windows.add(line(111_000, 7, Level.WARN));
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
  void countersOfTheTailBecomeDifferences() {
    windows.seal(110_000, running(), id -> progress(100, 10, 2), Map.of());
    WindowSummary second =
        windows.seal(120_000, running(), id -> progress(250, 25, 5), Map.of()).getFirst();
    assertThat(second.completeness().bytesRead()).isEqualTo(150);
    assertThat(second.completeness().linesRead()).isEqualTo(15);
    assertThat(second.completeness().linesDropped()).containsEntry("binary", 3L);
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

  private static LogEvent line(long millis, long template, Level level) {
    return new LogEvent(SHOP, template, level, millis, true);
  }

  static Instance instance(String id) {
    return new Instance(id, "file", "host1", "file/host1/" + id, id, "", "", 0, "", "");
  }
}
