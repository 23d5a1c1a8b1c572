package io.tocsin.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFilesTest {

  private final Stretch stretch = new Stretch();
  private @TempDir Path folder;

  @Test
  void aDiskTellsWhatItMovedAndHowLongThatTook() {
    var tree = new FixtureTree(folder);
    tree.write(
        "proc/diskstats",
        """
           7       0 loop0 9 9 9 9 9 9 9 9 9 9 9
         254       0 vda 100 0 1000 400 50 0 2000 600 0 700 1000 0 0 0 0
         254       1 vda1 1 1 1 1 1 1 1 1 1 1 1
        """);
    var host = new HostFiles(tree.proc(), Map.of("254:0", Path.of("/nowhere")));
    host.readSeldom(stretch, 0);
    stretch.seal();
    tree.write("proc/diskstats", " 254 0 vda 110 0 1020 450 60 0 2200 750 0 1700 1200 0 0 0 0\n");
    host.readSeldom(stretch, 2_000);

    assertThat(stretch.seal())
        .isEqualTo(
            Map.of(
                "host.disk./nowhere.read.bytes", 5_120d,
                "host.disk./nowhere.written.bytes", 51_200d,
                "host.disk./nowhere.busy.share", 0.5,
                "host.disk./nowhere.latency.millis", 10d));
  }

  @Test
  void theNetworkTellsOfErrorsAndDropsAndLeavesVirtualOnesOut() {
    var tree = new FixtureTree(folder);
    tree.write("proc/net/dev", interfaces(1_000, 1, 2));
    var host = new HostFiles(tree.proc(), Map.of());
    host.readSeldom(stretch, 0);
    stretch.seal();
    tree.write("proc/net/dev", interfaces(3_000, 5, 10));
    host.readSeldom(stretch, 2_000);

    assertThat(stretch.seal())
        .isEqualTo(
            Map.of(
                "host.net.rx.bytes", 1_000d,
                "host.net.tx.bytes", 0d,
                "host.net.errors", 4d,
                "host.net.drops", 4d));
  }

  @Test
  void garbageHasNoValue() {
    var tree = new FixtureTree(folder);
    var host = new HostFiles(tree.proc(), Map.of("254:0", Path.of("/nowhere")));
    for (int round = 0; round < 2; round++) {
      tree.write("proc/stat", "cpu  a b c d e f g h i\n")
          .write("proc/meminfo", "MemTotal: none\n")
          .write("proc/loadavg", "high higher\n")
          .write("proc/pressure/io", "some total=x\n")
          .write("proc/diskstats", "254 0\n254 0 vda - - - - - - - - - - -\n")
          .write("proc/net/dev", "eth0: x\neth1\n");
      host.read(stretch, round * 1_000L);
      host.readSeldom(stretch, round * 1_000L);
    }
    assertThat(stretch.seal()).isEmpty();
  }

  private static String interfaces(long bytes, long errors, long drops) {
    return """
    Inter-|   Receive                                                |  Transmit
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
        lo: %1$d 1 9 9 0 0 0 0 9 1 9 9 0 0 0 0
    veth12: %1$d 1 %2$d %3$d 0 0 0 0 7 1 %2$d %3$d 0 0 0 0
      eth0: %1$d 1 %2$d %3$d 0 0 0 0 7 1 %2$d 2 0 0 0 0
    """
        .formatted(bytes, errors, drops);
  }
}
