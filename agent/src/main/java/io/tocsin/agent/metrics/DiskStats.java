package io.tocsin.agent.metrics;

import java.nio.file.Path;
import java.util.Map;

/// What the machine's block devices did (`diskstats`, the kernel's iostats document).
final class DiskStats {

  private static final double SECTOR_BYTES = 512; // whatever the device's own sector is

  private DiskStats() {}

  /// Lines like `254 0 vda reads merged sectors ms writes merged sectors ms pending busy-ms …`.
  ///
  /// @param disks mount points by device, `254:0`
  static void read(Path proc, Map<String, Path> disks, Stretch into, long nowMillis) {
    for (String line : SmallFile.lines(proc.resolve("diskstats"))) {
      String[] fields = line.strip().split("\\s+", 15);
      Path mountPoint = fields.length < 13 ? null : disks.get(fields[0] + ':' + fields[1]);
      if (mountPoint == null) {
        continue;
      }
      String name = "host.disk." + mountPoint;
      double operations = SmallFile.value(fields[3]) + SmallFile.value(fields[7]);
      double millis = SmallFile.value(fields[6]) + SmallFile.value(fields[10]);
      into.counter(name + ".read.bytes", SECTOR_BYTES * SmallFile.value(fields[5]), nowMillis);
      into.counter(name + ".written.bytes", SECTOR_BYTES * SmallFile.value(fields[9]), nowMillis);
      into.counter(name + ".busy.share", SmallFile.value(fields[12]) / 1e3, nowMillis);
      into.share(name + ".latency.millis", millis, operations);
    }
  }
}
