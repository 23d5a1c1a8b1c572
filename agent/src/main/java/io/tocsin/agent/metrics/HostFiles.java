package io.tocsin.agent.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What the machine as a whole says of itself (proc_stat(5), proc_meminfo(5), proc_loadavg(5)), of
/// its disks and its network.
final class HostFiles {

  /// Interfaces whose traffic is counted again on a real one, or never leaves the machine.
  private static final Pattern VIRTUAL =
      Pattern.compile(
          "lo|veth.*|br-.*|docker.*|virbr.*|cali.*|cni.*|flannel.*|vxlan.*|ifb.*|tun.*");

  private final Path proc;
  private final Map<String, Path> disks;

  /// @param disks mount points by device, `254:0`
  HostFiles(Path proc, Map<String, Path> disks) {
    this.proc = proc;
    this.disks = disks;
  }

  /// What moves within a second.
  void read(Stretch into, long nowMillis) {
    cpu(into);
    List<String> memory = SmallFile.lines(proc.resolve("meminfo"));
    OptionalLong total = SmallFile.number(memory, "MemTotal");
    OptionalLong available = SmallFile.number(memory, "MemAvailable");
    if (total.orElse(0) > 0 && available.isPresent()) {
      into.gauge("host.memory.available.share", (double) available.getAsLong() / total.getAsLong());
    }
    String load = SmallFile.text(proc.resolve("loadavg"));
    if (load.contains(" ")) {
      into.gauge("host.load1", SmallFile.value(load.substring(0, load.indexOf(' '))));
    }
  }

  /// What needs no more than one reading a window.
  void readSeldom(Stretch into, long nowMillis) {
    for (Path disk : disks.values()) {
      disk(disk, into);
    }
    DiskStats.read(proc, disks, into, nowMillis);
    NetDev.read(
        proc.resolve("net/dev"),
        name -> !VIRTUAL.matcher(name).matches(),
        "host.net",
        into,
        nowMillis);
    for (String resource : List.of("cpu", "memory", "io")) {
      Pressure.read(
          proc.resolve("pressure").resolve(resource), "host.pressure." + resource, into, nowMillis);
    }
  }

  /// `cpu user nice system idle iowait irq softirq steal guest guest_nice`, in ticks; guests are
  /// already part of user and nice.
  private void cpu(Stretch into) {
    String[] fields = SmallFile.text(proc.resolve("stat")).split("\n", 2)[0].split("\\s+");
    if (fields.length < 9 || !fields[0].equals("cpu")) {
      return;
    }
    double all = 0;
    for (int field = 1; field <= 8; field++) {
      all += SmallFile.value(fields[field]);
    }
    double waiting = SmallFile.value(fields[4]) + SmallFile.value(fields[5]);
    double steal = SmallFile.value(fields[8]);
    into.share("host.cpu.busy.share", all - waiting - steal, all);
    into.share("host.cpu.steal.share", steal, all);
  }

  private static void disk(Path mountPoint, Stretch into) {
    try {
      var store = Files.getFileStore(mountPoint);
      double total = store.getTotalSpace();
      if (total > 0) {
        // As df does it: what is kept for root is neither used nor free.
        double used = total - store.getUnallocatedSpace();
        into.gauge(
            "host.disk." + mountPoint + ".used.share", used / (used + store.getUsableSpace()));
      }
    } catch (IOException gone) {
      // Unmounted since, or not visible from here: no value.
    }
  }
}
