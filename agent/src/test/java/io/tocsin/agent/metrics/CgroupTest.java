package io.tocsin.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {

  private final Stretch stretch = new Stretch();
  private @TempDir Path folder;
  private FixtureTree tree;

  @BeforeEach
  void start() {
    tree = new FixtureTree(folder);
  }

  private @Nullable Cgroup cgroup() {
    return Cgroup.named(Mounts.read(tree.proc()), Path.of("/system.slice/a.service"));
  }

  private void read(long atMillis) {
    Cgroup cgroup = cgroup();
    assertThat(cgroup).isNotNull();
    cgroup.read(stretch, atMillis);
    cgroup.readSeldom(stretch, atMillis);
  }

  @Test
  void versionTwoTellsOfDevicesTasksAndPressure() {
    String at = "cg/system.slice/a.service/";
    tree.mounts("cgroup2 rw cg")
        .write(at + "io.stat", "8:0\n8:16 rbytes=1000 wbytes=50 rios=1 wios=5 dbytes=0 dios=0\n")
        .write(at + "pids.current", "12\n")
        .write(at + "pids.max", "48\n")
        .write(at + "io.pressure", pressure(1_000_000, 1_000_000));
    read(0);
    stretch.seal();
    tree.write(
            at + "io.stat",
            """
            8:0 rbytes=4000 wbytes=0 rios=2 wios=0 dbytes=0 dios=0
            8:16 rbytes=3000 wbytes=250 rios=5 wios=25 dbytes=9 dios=9
            """)
        .write(at + "io.pressure", pressure(2_000_000, 1_500_000));
    read(2_000);

    assertThat(stretch.seal())
        .isEqualTo(
            Map.of(
                "cgroup.io.read.bytes", 3000d,
                "cgroup.io.written.bytes", 100d,
                "cgroup.io.reads", 3d,
                "cgroup.io.writes", 10d,
                "cgroup.pids", 12d,
                "cgroup.pids.limit.share", 0.25,
                "cgroup.pressure.io", 0.5,
                "cgroup.pressure.io.full", 0.25));
  }

  @Test
  void versionOneTellsTheSameWhereItsControllersLive() {
    String at = "/system.slice/a.service/";
    tree.mounts("cgroup blkio cg/blkio", "cgroup pids cg/pids")
        .write("cg/blkio" + at + "blkio.throttle.io_service_bytes", legacy(1_000, 50))
        .write("cg/blkio" + at + "blkio.throttle.io_serviced", legacy(1, 5))
        .write("cg/pids" + at + "pids.current", "12\n")
        .write("cg/pids" + at + "pids.max", "max\n");
    read(0);
    stretch.seal();
    tree.write("cg/blkio" + at + "blkio.throttle.io_service_bytes", legacy(7_000, 250))
        .write("cg/blkio" + at + "blkio.throttle.io_serviced", legacy(7, 25));
    read(2_000);

    assertThat(stretch.seal())
        .isEqualTo(
            Map.of(
                "cgroup.io.read.bytes", 3000d,
                "cgroup.io.written.bytes", 100d,
                "cgroup.io.reads", 3d,
                "cgroup.io.writes", 10d,
                "cgroup.pids", 12d));
  }

  @Test
  void ofAHybridMountTheOldControllerAndTheNewPressureCountOnceEach() {
    String at = "/system.slice/a.service/";
    tree.mounts("cgroup blkio cg/blkio", "cgroup2 rw cg/unified")
        .write("cg/blkio" + at + "blkio.throttle.io_service_bytes_recursive", legacy(1_000, 50))
        .write("cg/blkio" + at + "blkio.throttle.io_service_bytes", legacy(9, 9))
        .write("cg/unified" + at + "io.stat", "8:0 rbytes=9 wbytes=9 rios=9 wios=9\n")
        .write("cg/unified" + at + "cpu.pressure", pressure(0, 0));
    read(0);
    stretch.seal();
    tree.write("cg/blkio" + at + "blkio.throttle.io_service_bytes_recursive", legacy(3_000, 50))
        .write("cg/unified" + at + "cpu.pressure", pressure(100_000, 0));
    read(1_000);

    assertThat(stretch.seal())
        .containsEntry("cgroup.io.read.bytes", 2000d)
        .containsEntry("cgroup.io.written.bytes", 0d)
        .containsEntry("cgroup.pressure.cpu", 0.1);
  }

  @Test
  void garbageHasNoValueAndTheRestIsRead() {
    String at = "cg/system.slice/a.service/";
    tree.mounts("cgroup2 rw cg")
        .write(at + "io.stat", "8:16 rbytes=x wbytes=99999999999999999999 rios= wios\n\0\n=\n")
        .write(at + "pids.current", "99999999999999999999\n")
        .write(at + "memory.current", "1000\n")
        .write(at + "memory.max", "-5\n")
        .write(at + "memory.stat", "inactive_file\ninactive_file much\n")
        .write(at + "memory.events", "oom_kill 123456789012345678901234567890\n")
        .write(at + "cpu.stat", "nr_periods\nnr_throttled 7\nusage_usec -\n")
        .write(at + "cgroup.procs", "7\nseven\n\n99999999999999999999\n")
        .write(at + "io.pressure", "some total=\nfull avg10=0.00 total=-\nsome\n");
    read(0);
    stretch.seal();
    read(1_000);

    assertThat(stretch.seal())
        .isEqualTo(
            Map.of(
                "cgroup.memory.bytes",
                1000d,
                "cgroup.io.written.bytes",
                0d,
                "cgroup.io.writes",
                0d));
    Cgroup cgroup = cgroup();
    assertThat(cgroup).isNotNull();
    assertThat(cgroup.oomKills()).isEmpty();
    assertThat(cgroup.processes()).containsExactly(7L);
  }

  @Test
  void aControllerThatGoesBetweenTwoReadingsTakesOnlyItsOwnValuesAlong() {
    String at = "cg/system.slice/a.service/";
    tree.mounts("cgroup2 rw cg")
        .write(at + "memory.current", "1000\n")
        .write(at + "io.stat", "8:16 rbytes=1000 wbytes=50 rios=1 wios=5\n");
    read(0);
    stretch.seal();
    tree.delete(at + "io.stat");
    read(1_000);
    assertThat(stretch.seal()).isEqualTo(Map.of("cgroup.memory.bytes", 1000d));

    tree.delete(at + "memory.current").delete("cg/system.slice/a.service");
    assertThat(cgroup()).isNull();
  }

  @Test
  void aPathThatNoFileCanHaveIsNoCgroup() {
    tree.mounts("cgroup2 rw cg").write("cg/a/memory.current", "1\n");
    Mounts mounts = Mounts.read(tree.proc());
    assertThat(Cgroup.of(mounts, List.of("0::/a\0", "0", "::", "0::/../a"))).isNull();
  }

  private static String pressure(long some, long full) {
    return """
    some avg10=90.00 avg60=90.00 avg300=90.00 total=%d
    full avg10=90.00 avg60=90.00 avg300=90.00 total=%d
    """
        .formatted(some, full);
  }

  private static String legacy(long read, long write) {
    return """
    8:16 Read %1$d
    8:16 Write %2$d
    8:16 Sync 0
    8:16 Async %3$d
    8:16 Discard 0
    8:16 Total %3$d
    Total %3$d
    """
        .formatted(read, write, read + write);
  }
}
