package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.deployment.Announcement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateAnswerTest {
  private static final String WEB = "nomad/default/web";
  private static final long MINUTE = 60_000;

  private static ReleaseRow row(String release, String name, long at, String word) {
    return row(release, name, at, word, false);
  }

  private static ReleaseRow row(
      String release, String name, long at, String word, boolean byTocsin) {
    return new ReleaseRow(
        WEB, "web", release, name, "1.4.0", at, word, "A sentence.", 1, 1, null, null, byTocsin);
  }

  private static Announcement said(String name, long at) {
    return new Announcement(WEB, name, "", "", at, "ci", false);
  }

  private static Announcement anyName(String name, long at) {
    return new Announcement(WEB, name, "", "", at, "ci", true);
  }

  private static GateAnswer ask(
      @Nullable String asked, List<ReleaseRow> rows, Announcement... said) {
    return GateAnswer.of(new GateQuestion(WEB, asked, null), rows, List.of(said));
  }

  @Test
  void aReleaseIsFoundByIdByNameAndByTheNameBeforeADigest() {
    var rows = List.of(row("abc123", "1.5.0 (abc123)", 5 * MINUTE, "healthy"));
    for (String asked : List.of("abc123", "1.5.0 (abc123)", "1.5.0")) {
      assertThat(ask(asked, rows).ok()).as(asked).isTrue();
    }
    assertThat(ask("1.5", rows).answer()).isEqualTo(GateAnswer.Answer.WAIT);
    var other = new GateQuestion("nomad/default/other", "1.5.0", null);
    assertThat(GateAnswer.of(other, rows, List.of()).ok()).isFalse();
  }

  @Test
  void anOldVerdictOfTheSameNameOpensNoGate() {
    var rows = List.of(row("abc", "1.5.0", 5 * MINUTE, "healthy"));
    GateAnswer answer = ask("1.5.0", rows, said("1.5.0", 60 * MINUTE));
    assertThat(answer.answer()).isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(answer.release()).isNull();
    var since = new GateQuestion(WEB, "1.5.0", 60 * MINUTE);
    assertThat(GateAnswer.of(since, rows, List.of()).answer())
        .as("its announcement was pushed out, and the pipeline says since when")
        .isEqualTo(GateAnswer.Answer.WAIT);
  }

  @Test
  void anotherReleaseIsNotWhatWasAnnouncedHoweverHealthyItIs() {
    var rows = List.of(row("def", "1.42.0 (def)", 3 * MINUTE, "healthy"));
    assertThat(ask("1.43.0", rows, said("1.43.0", 2 * MINUTE)).answer())
        .isEqualTo(GateAnswer.Answer.WAIT);
  }

  @Test
  void whatAPlatformCallsOtherwiseIsTheFirstReleaseSinceTheAnnouncement() {
    var rows =
        List.of(
            row("later", "x (later)", 9 * MINUTE, "healthy"),
            row("first", "x (first)", 3 * MINUTE, "regressed"),
            row("before", "x (before)", 2 * MINUTE - 1, "healthy"));
    GateAnswer answer = ask("build-77", rows, anyName("build-77", 2 * MINUTE));
    assertThat(answer.release()).isEqualTo("first");
    assertThat(answer.answer()).isEqualTo(GateAnswer.Answer.FAIL);
    assertThat(ask("build-78", rows, anyName("build-77", 2 * MINUTE)).ok())
        .as("another name than the announced")
        .isFalse();
    var late = List.of(row("late", "x", 90 * MINUTE, "healthy"));
    assertThat(ask("build-77", late, anyName("build-77", 0)).ok())
        .as("an hour later it is somebody else's")
        .isFalse();
  }

  @Test
  void whatCameAfterANewerAnnouncementIsThatOnes() {
    var rows = List.of(row("x", "x (x)", 9 * MINUTE, "healthy"));
    Announcement[] said = {anyName("build-77", 2 * MINUTE), anyName("build-78", 8 * MINUTE)};
    assertThat(ask("build-77", rows, said).answer())
        .as("it was cancelled")
        .isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(ask("build-78", rows, said).ok()).isTrue();
  }

  @Test
  void whatAnotherAnnouncementNamesIsNotTakenForOneWithoutAName() {
    var rows = List.of(row("x", "1.5.0 (x)", 9 * MINUTE, "healthy"));
    Announcement[] said = {said("1.5.0", MINUTE), anyName("build-77", 2 * MINUTE)};
    assertThat(ask("build-77", rows, said).answer()).isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(ask("1.5.0", rows, said).ok()).isTrue();
  }

  @Test
  void whatTocsinWentBackToIsNotWhatWasAnnounced() {
    var rows = List.of(row("old", "1.4.0 (old)", 9 * MINUTE, "healthy", true));
    assertThat(ask("build-77", rows, anyName("build-77", 2 * MINUTE)).ok()).isFalse();
    assertThat(ask("1.4.0", rows, said("1.4.0", 2 * MINUTE)).ok()).isFalse();
  }

  @Test
  void theNewestReleasePassesOnlyWhereItIsSaidSinceWhen() {
    var rows = List.of(row("abc", "1.5.0", 5 * MINUTE, "healthy"));
    GateAnswer answer = ask(null, rows);
    assertThat(answer.answer()).as("it may be the one before").isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(answer.sentence()).contains("say release, or since");
    var since = new GateQuestion(WEB, null, 5 * MINUTE);
    assertThat(GateAnswer.of(since, rows, List.of()).ok()).isTrue();
    var later = new GateQuestion(WEB, null, 5 * MINUTE + 1);
    assertThat(GateAnswer.of(later, rows, List.of()).release()).isNull();
    var bad = List.of(row("abc", "1.5.0", 5 * MINUTE, "regressed"));
    assertThat(ask(null, bad).answer()).isEqualTo(GateAnswer.Answer.FAIL);
  }

  @Test
  void onlyHealthyPasses() {
    for (String word : List.of("regressed", "undecided so far", "cannot judge", "superseded")) {
      var rows = List.of(row("abc", "1.5.0", 0, word));
      assertThat(ask("1.5.0", rows).ok()).as(word).isFalse();
    }
  }
}
