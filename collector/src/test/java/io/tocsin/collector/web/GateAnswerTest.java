package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.deployment.Announcement;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateAnswerTest {
  private static final String WEB = "nomad/default/web";
  private static final long MINUTE = 60_000;

  private static ReleaseRow row(String release, String name, long at, String word) {
    return new ReleaseRow(
        WEB, "web", release, name, "1.4.0", at, word, "A sentence.", 1, 1, null, null);
  }

  private static Announcement said(String name, long at) {
    return new Announcement(WEB, name, "", "", at, "ci");
  }

  @Test
  void aReleaseIsFoundByIdByNameAndByTheNameBeforeADigest() {
    var rows = List.of(row("abc123", "1.5.0 (abc123)", 5 * MINUTE, "healthy"));
    for (String asked : List.of("abc123", "1.5.0 (abc123)", "1.5.0")) {
      assertThat(GateAnswer.of(WEB, asked, rows, List.of()).ok()).as(asked).isTrue();
    }
    assertThat(GateAnswer.of(WEB, "1.5", rows, List.of()).answer())
        .isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(GateAnswer.of("nomad/default/other", "1.5.0", rows, List.of()).ok()).isFalse();
  }

  @Test
  void anOldVerdictOfTheSameNameOpensNoGate() {
    var rows = List.of(row("abc", "1.5.0", 5 * MINUTE, "healthy"));
    GateAnswer answer = GateAnswer.of(WEB, "1.5.0", rows, List.of(said("1.5.0", 60 * MINUTE)));
    assertThat(answer.answer()).isEqualTo(GateAnswer.Answer.WAIT);
    assertThat(answer.release()).isNull();
  }

  @Test
  void whatAPlatformCallsOtherwiseIsTheFirstReleaseSinceTheAnnouncement() {
    var rows =
        List.of(
            row("later", "x (later)", 9 * MINUTE, "healthy"),
            row("first", "x (first)", 3 * MINUTE, "regressed"),
            row("before", "x (before)", MINUTE, "healthy"));
    GateAnswer answer = GateAnswer.of(WEB, "build-77", rows, List.of(said("build-77", 2 * MINUTE)));
    assertThat(answer.release()).isEqualTo("first");
    assertThat(answer.answer()).isEqualTo(GateAnswer.Answer.FAIL);
    assertThat(GateAnswer.of(WEB, "build-78", rows, List.of(said("build-77", 2 * MINUTE))).ok())
        .as("another name than the announced")
        .isFalse();
    assertThat(
            GateAnswer.of(WEB, "build-77", List.of(rows.getFirst()), List.of(said("build-77", 0)))
                .release())
        .isEqualTo("later");
    assertThat(
            GateAnswer.of(
                    WEB,
                    "build-77",
                    List.of(row("late", "x", 90 * MINUTE, "healthy")),
                    List.of(said("build-77", 0)))
                .ok())
        .as("an hour later it is somebody else's")
        .isFalse();
  }

  @Test
  void onlyHealthyPasses() {
    for (String word : List.of("regressed", "undecided so far", "cannot judge", "superseded")) {
      var rows = List.of(row("abc", "1.5.0", 0, word));
      assertThat(GateAnswer.of(WEB, null, rows, List.of()).ok()).as(word).isFalse();
    }
  }
}
