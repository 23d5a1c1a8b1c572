package io.tocsin.collector.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.Attributor.Attribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SealerTest {
  private static final String SHOP = "directory/host1/shop";
  private final Attributor fromDisk =
      instance ->
          instance.workload().isEmpty()
              ? null
              : new Attribution(instance.workload(), instance.release());
  private final Sealer sealer = new Sealer(SealConfig.DEFAULT, fromDisk);
  private long offset;

  @Test
  void aWindowSealsOnceEveryLiveInstanceHasReported() {
    assertThat(report("a", 10_000, "1")).hasSize(1); // nobody else is known yet
    assertThat(report("b", 10_000, "2")).singleElement().matches(SealedWindow::late);
    assertThat(report("a", 20_000, "1")).isEmpty();
    assertThat(report("b", 20_000, "2"))
        .singleElement()
        .satisfies(window -> {
          assertThat(window.instances())
              .extracting(SealedWindow.InstanceWindow::instance)
              .containsExactly("1", "2");
          assertThat(window.silent()).isEmpty();
          assertThat(window.endMillis()).isEqualTo(20_000);
        });
  }

  @Test
  void afterTheGraceTheSilentAreNamed() {
    both(10_000);
    report("a", 20_000, "1");
    assertThat(sealer.tick(24_999)).isEmpty();
    assertThat(sealer.tick(25_000))
        .singleElement()
        .satisfies(window -> assertThat(window.silent()).containsExactly("2"));
  }

  @Test
  void whenAllAgentsStopWindowsGoOnAndSayWhoIsSilent() {
    both(10_000);
    tickTo(20_000);
    List<SealedWindow> sealed = new ArrayList<>();
    for (long now = 21_000; now <= 46_000; now += 1_000) {
      sealed.addAll(sealer.tick(now));
    }
    assertThat(sealed)
        .extracting(SealedWindow::endMillis)
        .containsExactly(20_000L, 30_000L, 40_000L);
    assertThat(sealed).allSatisfy(w -> assertThat(w.silent()).containsExactly("1", "2"));
  }

  @Test
  void anInstanceThatItsAgentGoesOnWithoutIsGoneAndNotSilent() {
    both(10_000);
    accept("a", window("a", 20_000, "1"));
    accept("b", window("b", 20_000, "3")); // 2 was replaced by 3
    accept("a", window("a", 30_000, "1"));
    List<SealedWindow> sealed = accept("b", window("b", 30_000, "3"));
    assertThat(sealed).isNotEmpty();
    assertThat(sealed.getLast().silent()).isEmpty();
  }

  @Test
  void aDeadInstanceIsNotWaitedFor() {
    both(10_000);
    accept("b", dead("b", 20_000, "2"));
    assertThat(report("a", 20_000, "1")).hasSize(1);
    assertThat(report("a", 30_000, "1"))
        .singleElement()
        .satisfies(window -> assertThat(window.silent()).isEmpty());
  }

  @Test
  void whatComesAfterTheSealIsABatchOfItsOwn() {
    both(10_000);
    report("a", 20_000, "1");
    sealer.tick(25_000);
    assertThat(report("b", 20_000, "2"))
        .singleElement()
        .satisfies(window -> {
          assertThat(window.late()).isTrue();
          assertThat(window.instances()).hasSize(1);
        });
  }

  @Test
  void aClockHoursAheadDoesNotCloseTheWindowsOfTheOthers() {
    both(10_000);
    WindowSummary ahead = window("c", 10_000_000, "9");
    assertThat(sealer.accept(arrival("c", ahead), 11_000, ++offset))
        .singleElement()
        .matches(SealedWindow::late);
    report("a", 20_000, "1");
    assertThat(report("b", 20_000, "2"))
        .singleElement()
        .satisfies(window -> {
          assertThat(window.late()).isFalse();
          assertThat(window.silent()).isEmpty();
        });
  }

  @Test
  void anUnattributedWindowWaitsForThePlatformThenIsKeptAsUnknown() {
    WindowSummary unknown = summary("a", "", 10_000, "1", true);
    assertThat(accept("a", unknown)).isEmpty();
    tickTo(59_000);
    List<SealedWindow> sealed = new ArrayList<>();
    for (long now = 60_000; now < 80_000; now += 1_000) {
      sealed.addAll(sealer.tick(now));
    }
    assertThat(sealed.getFirst().workload()).isEqualTo("docker/host1/unattributed");
  }

  @Test
  void afterTheCollectorWasAwaySpooledWindowsComeBeforeSilenceIsCalled() {
    both(10_000);
    sealer.tick(12_000);
    assertThat(sealer.tick(600_000)).isEmpty();
    assertThat(both(20_000)).extracting(SealedWindow::silent).containsExactly(List.of());
    List<SealedWindow> silent = new ArrayList<>();
    for (long now = 601_000; now < 630_000; now += 1_000) {
      silent.addAll(sealer.tick(now));
    }
    assertThat(silent).isEmpty();
    assertThat(sealer.tick(630_000)).isNotEmpty();
  }

  @Test
  void aRestoredSealerGoesOnAsIfNothingHadHappened() {
    both(10_000);
    report("a", 20_000, "1");
    Sealer.State state = sealer.state(offset);
    Sealer restored = Sealer.restore(SealConfig.DEFAULT, fromDisk, state);
    assertThat(state.replayFrom()).isEqualTo(offset);
    restored.rebuild(arrival("a", window("a", 20_000, "1")), 20_000, offset);
    var expected = sealer.accept(arrival("b", window("b", 20_000, "2")), 20_000, offset + 1);
    var found = restored.accept(arrival("b", window("b", 20_000, "2")), 20_000, offset + 1);
    assertThat(found).isEqualTo(expected).hasSize(1);
  }

  @Test
  void whatWaitedForThePlatformAtACrashIsPlacedOnceAndNoMore() {
    TreeMap<String, Attribution> placed = new TreeMap<>();
    Attributor platform = instance -> placed.get(instance.id());
    Sealer before = new Sealer(SealConfig.DEFAULT, platform);
    before.tick(10_000);
    Arrival first = arrival("a", window("a", 10_000, "1"));
    Arrival second = arrival("a", window("a", 20_000, "1"));
    before.accept(first, 10_000, 1);
    before.accept(second, 20_000, 2);
    placed.put("1", new Attribution(SHOP, "1.0")); // the crash comes before the next tick

    Sealer after = Sealer.restore(SealConfig.DEFAULT, platform, before.state(2));
    after.rebuild(first, 10_000, 1);
    after.rebuild(second, 20_000, 2);
    assertThat(after.state(2)).isEqualTo(before.state(2));
    List<SealedWindow> sealed = before.tick(21_000);
    assertThat(after.tick(21_000)).isEqualTo(sealed).hasSize(2);

    Sealer again = Sealer.restore(SealConfig.DEFAULT, platform, after.state(2));
    again.rebuild(first, 10_000, 1);
    again.rebuild(second, 20_000, 2);
    assertThat(again.tick(22_000)).isEqualTo(before.tick(22_000)).isEmpty();
  }

  private List<SealedWindow> both(long end) {
    List<SealedWindow> sealed = new ArrayList<>(report("a", end, "1"));
    sealed.addAll(report("b", end, "2"));
    return sealed;
  }

  @Test
  void aWindowSaysHowFarItsAgentsClocksAreOff() {
    both(10_000);
    report("a", 20_000, "1");
    var slow = new Arrival("b", 2, -14_000, List.of(window("b", 20_000, "2")), Map.of());
    assertThat(sealer.accept(slow, 34_000, ++offset))
        .singleElement()
        .satisfies(window -> assertThat(window.skewMillis()).isEqualTo(14_000));
    report("a", 30_000, "1");
    assertThat(report("b", 30_000, "2"))
        .singleElement()
        .satisfies(window -> assertThat(window.skewMillis()).isZero());
  }

  private void tickTo(long now) {
    for (long at = 11_000; at <= now; at += 1_000) {
      sealer.tick(at);
    }
  }

  private List<SealedWindow> report(String agent, long end, String instance) {
    return accept(agent, window(agent, end, instance));
  }

  private List<SealedWindow> accept(String agent, WindowSummary summary) {
    return sealer.accept(arrival(agent, summary), summary.endMillis(), ++offset);
  }

  private static Arrival arrival(String agent, WindowSummary summary) {
    return new Arrival(agent, 1, 0, List.of(summary), Map.of());
  }

  private static WindowSummary window(String agent, long end, String instance) {
    return summary(agent, SHOP, end, instance, true);
  }

  private static WindowSummary dead(String agent, long end, String instance) {
    return summary(agent, SHOP, end, instance, false);
  }

  private static WindowSummary summary(
      String agent, String workload, long end, String instance, boolean alive) {
    return new WindowSummary(
        agent,
        new WindowSummary.Instance(
            instance, "docker", "host1", workload, instance, "1.0", "", 1_000, "", ""),
        end - 10_000,
        end,
        WindowSummary.Completeness.NONE,
        List.of(),
        null,
        Map.of(),
        new WindowSummary.Liveness(alive, 0, 0, null),
        false);
  }
}
