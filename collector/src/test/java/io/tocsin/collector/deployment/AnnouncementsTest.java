package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tocsin.collector.store.StateStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {

  private static Announcement said(String workload, int number) {
    return new Announcement(workload, "1." + number, "", "", number, "ci", false);
  }

  @Test
  void theyAreReadAgainAfterARestart() {
    StateStore store = StateStore.inMemory();
    new Announcements(store).add(said("a/b/c", 1));
    new Announcements(store).add(said("a/b/c", 2));
    assertThat(new Announcements(store).of("a/b/c"))
        .extracting(Announcement::name)
        .containsExactly("1.1", "1.2");
    assertThat(new Announcements(store).of("a/b/d")).isEmpty();
  }

  @Test
  void aPipelineThatNeverStopsPushesOutItsOwnFirst() {
    var announcements = new Announcements(StateStore.inMemory());
    announcements.add(said("a/b/quiet", 0));
    for (int i = 0; i < 30; i++) {
      announcements.add(said("a/b/c", i));
    }
    assertThat(announcements.of("a/b/c")).hasSize(20).last().isEqualTo(said("a/b/c", 29));
    assertThat(announcements.of("a/b/quiet")).hasSize(1);
    for (int workload = 0; workload < 100; workload++) {
      for (int i = 0; i < 20; i++) {
        announcements.add(said("a/b/" + workload, i));
      }
    }
    assertThat(announcements.of("a/b/quiet"))
        .as("2,000 of all: who has most gives up its first")
        .hasSize(1);
    assertThat(announcements.of("a/b/c")).hasSizeLessThan(20);
  }

  @Test
  void whatIsWrongIsSaidAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Announcement("a", "", "x".repeat(201), "ftp://x", 0, "ci", false))
        .withMessageContaining("workload: expected platform/scope/name")
        .withMessageContaining("name: expected 1 to 200")
        .withMessageContaining("commit: expected at most 200")
        .withMessageContaining("url: expected http");
    assertThat(List.of(said("nomad/default/a%2Fb", 1))).hasSize(1);
  }
}
