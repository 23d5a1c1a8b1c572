package io.tocsin.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OomKillsTest {

  private @TempDir Path folder;
  private FixtureTree tree;
  private OomKills kills;
  private Watched a;
  private Watched b;

  @BeforeEach
  void start() {
    tree = new FixtureTree(folder).mounts("cgroup2 rw cg");
    machine(3);
    kills = new OomKills(tree.proc());
    a = watched(7);
    b = watched(8);
    sample(1);
  }

  private Watched watched(long pid) {
    tree.process(pid, 1, 100, 5_000).write("cg/" + pid + "/memory.events", "oom_kill 0\n");
    var instance = new Instance("i" + pid, "docker", "h", "", "i" + pid, "", "", 0, "", "");
    var named = Path.of("/" + pid);
    var one =
        new Watched(
            new Running(instance, List.of(), OptionalLong.of(pid), named, null),
            new ProcessFiles(tree.proc(), pid),
            null,
            Cgroup.named(Mounts.read(tree.proc()), named),
            true,
            null,
            500,
            false);
    one.own(true);
    return one;
  }

  private void machine(long count) {
    tree.write("proc/vmstat", "nr_free_pages 9\noom_kill " + count + "\nballoon_inflate 0\n");
  }

  private void sample(int second) {
    a.sample(second * 1_000L);
    b.sample(second * 1_000L);
    kills.settle(List.of(a, b));
  }

  /// Process and cgroup, as when a runtime cleans up behind it.
  private void gone(long pid) {
    tree.delete("proc/" + pid + "/stat").delete("cg/" + pid + "/memory.events").delete("cg/" + pid);
  }

  private static int oomKills(Watched one) {
    return one.seal(true).oomKills();
  }

  @Test
  void aKillWhoseCgroupWentWithItBelongsToTheOneThatEnded() {
    gone(7);
    machine(4);
    sample(2);
    assertThat(oomKills(a)).isEqualTo(1);
    assertThat(oomKills(b)).isZero();
    sample(3);
    assertThat(oomKills(a)).as("told once").isZero();
  }

  @Test
  void theMachinesCountMayComeOneReadingLaterOrEarlierThanTheEnd() {
    gone(7);
    sample(2);
    machine(4);
    sample(3);
    assertThat(oomKills(a)).isEqualTo(1);

    machine(5);
    sample(4);
    gone(8);
    sample(5);
    assertThat(oomKills(b)).isEqualTo(1);
  }

  @Test
  void whatACgroupToldIsNotCountedAgainWhenItGoes() {
    tree.write("cg/7/memory.events", "oom_kill 1\n").delete("proc/7/stat");
    machine(4);
    sample(2);
    assertThat(oomKills(a)).isEqualTo(1);

    tree.delete("cg/7/memory.events").delete("cg/7");
    sample(3);
    assertThat(oomKills(a)).isZero();
    assertThat(oomKills(b)).isZero();
  }

  @Test
  void aCgroupThatTellsBeforeTheMachineDoesIsNotCountedTwice() {
    tree.write("cg/7/memory.events", "oom_kill 1\n");
    sample(2);
    machine(4);
    tree.delete("proc/8/stat");
    sample(3);
    assertThat(oomKills(a)).isEqualTo(1);
    assertThat(oomKills(b)).isZero();
  }

  @Test
  void ofTwoThatEndedAtOnceNeitherIsNamed() {
    gone(7);
    gone(8);
    machine(4);
    sample(2);
    assertThat(oomKills(a)).isZero();
    assertThat(oomKills(b)).isZero();
  }

  @Test
  void aQuietEndAndAKillOfSomebodyElseAreNone() {
    gone(7);
    sample(2);
    sample(3);
    sample(4);
    machine(4);
    sample(5);
    assertThat(oomKills(a)).isZero();
    assertThat(oomKills(b)).isZero();
  }

  @Test
  void aCountThatIsGarbageOrFallsIsNoKill() {
    gone(7);
    tree.write("proc/vmstat", "x\noom_kill many\n");
    sample(2);
    machine(1);
    sample(3);
    tree.delete("proc/vmstat");
    sample(4);
    tree.write("cg/8/memory.events", "oom_kill " + Long.MAX_VALUE + "\n");
    sample(5);
    assertThat(oomKills(a)).isZero();
    assertThat(oomKills(b)).isEqualTo(1_000_000);
  }
}
