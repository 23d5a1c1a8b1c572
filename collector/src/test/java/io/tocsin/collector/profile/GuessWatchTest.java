package io.tocsin.collector.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.LoginCount;
import io.tocsin.collector.ingest.WindowSummary.Logins;
import io.tocsin.collector.profile.Guess.News;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuessWatchTest {
  private static final long WINDOW = 10_000;
  private static final long MINUTE = 60_000;
  private static final int SSH = 1;
  private static final int PAM = 3;

  private GuessWatch watch = new GuessWatch(GuessWatch.State.NONE);

  @Test
  void theFifthAttemptIsAnAlarmOverAllInstances() {
    assertThat(at(0, failed("10.0.0.9", SSH, 2), failed("10.0.0.9", SSH, 2))).isEmpty();
    assertThat(at(MINUTE, failed("10.0.0.9", SSH, 1)))
        .containsExactly(new Guess("10.0.0.9", WINDOW, MINUTE + WINDOW, 5, "", News.BEGAN));
  }

  @Test
  void linesOfTwoKindsAreOneAttemptUntilTheyAreEight() {
    assertThat(at(0, failed("10.0.0.9", SSH, 3), failed("10.0.0.9", PAM, 4))).isEmpty();
    assertThat(at(MINUTE, failed("10.0.0.9", SSH, 1)))
        .extracting(Guess::failures)
        .containsExactly(8L);
  }

  @Test
  void whoMistypesNowAndThenIsNone() {
    for (int i = 0; i < 50; i++) {
      assertThat(at(i * 4L * MINUTE, failed("10.0.0.9", SSH, 1), failed("10.0.0.9", PAM, 1)))
          .isEmpty();
    }
  }

  @Test
  void anEpisodeIsOneAlarmAndEndsAfterTenMinutesOfQuiet() {
    at(0, failed("10.0.0.9", SSH, 9));
    for (int i = 1; i < 30; i++) {
      assertThat(at(i * MINUTE, failed("10.0.0.9", SSH, 9))).isEmpty();
    }
    assertThat(at(38 * MINUTE)).isEmpty();
    assertThat(at(39 * MINUTE)).extracting(Guess::news).containsExactly(News.ENDED);
    assertThat(at(40 * MINUTE)).isEmpty();
    assertThat(at(41 * MINUTE, failed("10.0.0.9", SSH, 9)))
        .extracting(Guess::news)
        .containsExactly(News.BEGAN);
  }

  @Test
  void whoComesInAfterGuessingIsSaidOnce() {
    at(0, failed("10.0.0.9", SSH, 9), accepted("10.0.0.8", "ben"));
    assertThat(at(MINUTE, accepted("10.0.0.9", "anna"), accepted("10.0.0.9", "anna")))
        .extracting(Guess::source, Guess::user, Guess::news)
        .containsExactly(tuple("10.0.0.9", "anna", News.CAME_IN));
    assertThat(at(2 * MINUTE, accepted("10.0.0.9", "anna"))).isEmpty();
  }

  @Test
  void aFloodOfSourcesIsBoundedAndCounted() {
    for (int i = 0; i < 40; i++) {
      LoginCount[] hundred = new LoginCount[100];
      for (int k = 0; k < 100; k++) {
        hundred[k] = failed("10.0.%d.%d".formatted(i, k), SSH, 1);
      }
      at(i * 1_000L, hundred);
    }
    assertThat(watch.state().tracks()).hasSize(GuessWatch.SOURCES);
    assertThat(watch.state().evicted()).isEqualTo(4_000 - GuessWatch.SOURCES);
  }

  @Test
  void ofManyWhoGuessAFewAreToldAndWhoeverComesInIs() {
    List<Guess> news = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      news.addAll(at(i * 1_000L, failed("10.0.0." + i, SSH, 9)));
    }
    assertThat(news).hasSize(GuessWatch.SAID);
    assertThat(at(101_000, accepted("10.0.0.99", "anna")))
        .extracting(Guess::news)
        .containsExactly(News.CAME_IN);
    assertThat(at(10 * MINUTE, failed("10.0.1.1", SSH, 9)))
        .extracting(Guess::news)
        .containsExactly(News.BEGAN);
  }

  @Test
  void aClockThatIsWrongByADayHidesNobody() {
    at(0);
    SealedWindow wrong = window(24 * 60 * MINUTE, failed("10.0.0.8", SSH, 1));
    watch.accept(
        new SealedWindow(
            wrong.workload(),
            wrong.startMillis(),
            wrong.endMillis(),
            wrong.instances(),
            List.of(),
            0,
            true));
    assertThat(at(MINUTE, failed("10.0.0.9", SSH, 9)))
        .extracting(Guess::source)
        .containsExactly("10.0.0.9");
  }

  @Test
  void savedAndRestoredAnywhereItSaysTheSame() {
    List<Guess> straight = new ArrayList<>();
    List<Guess> restored = new ArrayList<>();
    GuessWatch other = new GuessWatch(GuessWatch.State.NONE);
    for (int i = 0; i < 60; i++) {
      SealedWindow window =
          i % 20 < 8
              ? window(i * MINUTE, failed("10.0.0.%d".formatted(i % 3), PAM, 3))
              : window(i * MINUTE);
      straight.addAll(watch.accept(window));
      restored.addAll(other.accept(window));
      other = new GuessWatch(other.state());
    }
    assertThat(straight).hasSizeGreaterThan(5);
    assertThat(restored).isEqualTo(straight);
    assertThat(other.state()).isEqualTo(watch.state());
  }

  private List<Guess> at(long startMillis, LoginCount... counts) {
    return watch.accept(window(startMillis, counts));
  }

  /// Each count seen by an instance of its own.
  private static SealedWindow window(long startMillis, LoginCount... counts) {
    List<InstanceWindow> instances =
        Arrays.stream(counts)
            .map(count -> new InstanceWindow("r1", 0, summary(startMillis, count)))
            .toList();
    return new SealedWindow(
        "systemd/host1/ssh", startMillis, startMillis + WINDOW, instances, List.of(), 0, false);
  }

  private static WindowSummary summary(long startMillis, LoginCount count) {
    return new WindowSummary(
        "agent",
        new WindowSummary.Instance("i", "systemd", "host1", "", "i", "", "", 0, "", ""),
        startMillis,
        startMillis + WINDOW,
        WindowSummary.Completeness.NONE,
        List.of(),
        null,
        Map.of(),
        new WindowSummary.Liveness(true, 0, 0, null),
        false,
        new Logins(List.of(count), 0));
  }

  private static LoginCount failed(String source, int kind, long count) {
    return new LoginCount(source, "anna", kind, false, count);
  }

  private static LoginCount accepted(String source, String user) {
    return new LoginCount(source, user, SSH, true, 1);
  }
}
