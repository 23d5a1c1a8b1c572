package io.tocsin.collector.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.LoginCount;
import io.tocsin.collector.ingest.WindowSummary.Logins;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.profile.Guess;
import io.tocsin.collector.profile.GuessWatch;
import io.tocsin.collector.window.SealConfig;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuessingTest {
  private static final String SSH = "systemd/host1/ssh";
  private static final MonitorConfig CONFIG =
      new MonitorConfig(
          SealConfig.DEFAULT,
          DetectConfig.hurried(10_000, 6_000_000),
          CalibrateConfig.hurried(10_000, 6),
          JudgeConfig.defaults(),
          60_000);

  @Test
  void guessingIsAFactOfItsOwnOverARestartAndTheStoreKeepsIt() {
    WorkloadMonitor monitor = new WorkloadMonitor(CONFIG, SSH, new TemplateBook());
    assertThat(guesses(monitor, 10_000, 4)).isEmpty();

    byte[] kept = Json.write(monitor.state());
    WorkloadMonitor.State state = Json.read(kept, WorkloadMonitor.State.class);
    WorkloadMonitor restored =
        WorkloadMonitor.restore(CONFIG, SSH, new TemplateBook(), state, null);
    List<Fact> facts = guesses(restored, 20_000, 1);
    assertThat(facts)
        .containsExactly(
            new Fact.Guessing(SSH, new Guess("10.0.0.9", 10_000, 20_000, 5, "", Guess.News.BEGAN)));
    assertThat(Json.read(Json.write(facts.getFirst()), Fact.class)).isEqualTo(facts.getFirst());
  }

  @Test
  void aStateFromBeforeLoginsWereCountedIsRead() {
    WorkloadMonitor monitor = new WorkloadMonitor(CONFIG, SSH, new TemplateBook());
    String now = new String(Json.write(monitor.state()), StandardCharsets.UTF_8);
    String before = now.substring(0, now.indexOf(",\"guesses\"")) + "}";
    assertThat(
            Json.read(before.getBytes(StandardCharsets.UTF_8), WorkloadMonitor.State.class)
                .guesses())
        .isEqualTo(GuessWatch.State.NONE);
  }

  private static List<Fact> guesses(WorkloadMonitor monitor, long endMillis, long failures) {
    var summary =
        new WindowSummary(
            "agent",
            new WindowSummary.Instance("i", "systemd", "host1", "", "i", "", "", 0, "", ""),
            endMillis - 10_000,
            endMillis,
            WindowSummary.Completeness.NONE,
            List.of(),
            null,
            Map.of(),
            new WindowSummary.Liveness(true, 0, 0, null),
            false,
            new Logins(List.of(new LoginCount("10.0.0.9", "anna", 1, false, failures)), 0));
    var window =
        new SealedWindow(
            SSH,
            endMillis - 10_000,
            endMillis,
            List.of(new InstanceWindow("", 0, summary)),
            List.of(),
            0,
            false);
    return monitor.window(window, null, _ -> 0).stream()
        .filter(Fact.Guessing.class::isInstance)
        .toList();
  }
}
