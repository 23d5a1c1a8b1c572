package io.tocsin.agent.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What the machine as a whole says of itself (proc_stat(5), proc_meminfo(5), proc_loadavg(5)).
final class HostFiles {

  /// Interfaces whose traffic is counted again on a real one, or never leaves the machine.
  private static final Pattern VIRTUAL =
      Pattern.compile(
          "lo|veth.*|br-.*|docker.*|virbr.*|cali.*|cni.*|flannel.*|vxlan.*|ifb.*|tun.*");

  private final Path proc;
  private final List<Path> disks;

  HostFiles(Path proc, List<Path> disks) {
    this.proc = proc;
    this.disks = disks;
  }

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
      into.gauge("host.load1", Double.parseDouble(load.substring(0, load.indexOf(' '))));
    }
    for (Path disk : disks) {
      disk(disk, into);
    }
    network(into, nowMillis);
    for (String resource : List.of("cpu", "memory", "io")) {
      Pressure.read(proc.resolve("pressure").resolve(resource), "host.pressure." + resource, into);
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
      all += Double.parseDouble(fields[field]);
    }
    double waiting = Double.parseDouble(fields[4]) + Double.parseDouble(fields[5]);
    double steal = Double.parseDouble(fields[8]);
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

  private void network(Stretch into, long nowMillis) {
    double received = 0;
    double sent = 0;
    boolean any = false;
    for (String line : SmallFile.lines(proc.resolve("net/dev"))) {
      int colon = line.indexOf(':');
      if (colon < 0 || VIRTUAL.matcher(line.substring(0, colon).strip()).matches()) {
        continue;
      }
      String[] fields = line.substring(colon + 1).strip().split("\\s+");
      if (fields.length >= 9) {
        received += Double.parseDouble(fields[0]);
        sent += Double.parseDouble(fields[8]);
        any = true;
      }
    }
    if (any) {
      into.counter("host.net.rx.bytes", received, nowMillis);
      into.counter("host.net.tx.bytes", sent, nowMillis);
    }
  }
}
