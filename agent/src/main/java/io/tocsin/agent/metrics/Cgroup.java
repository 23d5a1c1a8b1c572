package io.tocsin.agent.metrics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Files of one cgroup, version 1 or 2, controller by controller: on a hybrid machine each is read
/// where it lives (cgroups(7), and the kernel's cgroup-v1 and cgroup-v2 documents).
final class Cgroup {

  private static final List<String> CONTROLLERS =
      List.of(Mounts.UNIFIED, "memory", "cpu", "cpuacct", "pids", "blkio");

  private final Map<String, Path> directories;

  private Cgroup(Map<String, Path> directories) {
    this.directories = directories;
  }

  /// The cgroup of this name in every hierarchy; null when none has it.
  static @Nullable Cgroup named(Mounts mounts, Path name) {
    Map<String, Path> found = new TreeMap<>();
    for (String controller : CONTROLLERS) {
      put(found, mounts, controller, Path.of("/").resolve(name).normalize());
    }
    return found.isEmpty() ? null : new Cgroup(found);
  }

  /// The cgroup a process is in, as far as it is not the root; null when it is the root everywhere.
  ///
  /// @param lines of `/proc/<pid>/cgroup`, `number:controllers:path`
  static @Nullable Cgroup of(Mounts mounts, List<String> lines) {
    Map<String, Path> found = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && !parts[2].equals("/") && usable(parts[2])) {
        for (String controller : parts[1].split(",")) {
          if (CONTROLLERS.contains(controller)) {
            put(found, mounts, controller, Path.of(parts[2]));
          }
        }
      }
    }
    return found.isEmpty() ? null : new Cgroup(found);
  }

  /// `..` stands for places outside of our cgroup namespace.
  private static boolean usable(String path) {
    return !path.contains("..") && path.indexOf(0) < 0;
  }

  private static void put(Map<String, Path> found, Mounts mounts, String controller, Path name) {
    Path directory = mounts.cgroup(controller, name);
    if (directory != null && Files.isDirectory(directory)) {
      found.put(controller, directory);
    }
  }

  /// The same for every process of the cgroup, and for no other.
  Map<String, Path> identity() {
    return directories;
  }

  /// Its processes, in any of the hierarchies.
  List<Long> processes() {
    return directories.values().stream()
        .flatMap(directory -> SmallFile.lines(directory.resolve("cgroup.procs")).stream())
        .flatMap(line -> SmallFile.whole(line.strip()).stream().boxed())
        .distinct()
        .toList();
  }

  /// Whether any of it is still there.
  boolean exists() {
    return directories.values().stream().anyMatch(Files::isDirectory);
  }

  /// What moves within a second.
  void read(Stretch into, long nowMillis) {
    memory(into);
    cpu(into, nowMillis);
  }

  /// What needs no more than one reading a window: counters say the same then.
  void readSeldom(Stretch into, long nowMillis) {
    pids(into);
    Path blkio = directories.get("blkio");
    if (blkio != null) {
      BlockIo.legacy(blkio, into, nowMillis);
    }
    Path unified = directories.get(Mounts.UNIFIED);
    if (unified != null) {
      if (blkio == null) {
        BlockIo.unified(unified, into, nowMillis);
      }
      for (String resource : List.of("cpu", "memory", "io")) {
        Pressure.read(
            unified.resolve(resource + ".pressure"),
            "cgroup.pressure." + resource,
            into,
            nowMillis);
      }
    }
  }

  /// Kills by the out-of-memory killer since the cgroup was made.
  OptionalLong oomKills() {
    Path v1 = directories.get("memory");
    if (v1 != null) {
      return SmallFile.number(v1.resolve("memory.oom_control"), "oom_kill");
    }
    Path v2 = directories.get(Mounts.UNIFIED);
    return v2 == null
        ? OptionalLong.empty()
        : SmallFile.number(v2.resolve("memory.events"), "oom_kill");
  }

  private void pids(Stretch into) {
    Path pids = directories.getOrDefault("pids", directories.get(Mounts.UNIFIED));
    OptionalLong now =
        pids == null ? OptionalLong.empty() : SmallFile.number(pids.resolve("pids.current"));
    if (pids != null && now.isPresent()) {
      into.gauge("cgroup.pids", (double) now.getAsLong());
      OptionalLong max = SmallFile.number(pids.resolve("pids.max")); // empty: no limit
      if (max.orElse(0) > 0) {
        into.gauge("cgroup.pids.limit.share", (double) now.getAsLong() / max.getAsLong());
      }
    }
  }

  private void memory(Stretch into) {
    Path v1 = directories.get("memory");
    Path v2 = directories.get(Mounts.UNIFIED);
    if (v1 != null) {
      memory(v1, "memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file", into);
    } else if (v2 != null) {
      memory(v2, "memory.current", "memory.max", "inactive_file", into);
    }
  }

  /// Without the inactive page cache, which fills any limit and is given back when asked for: what
  /// Kubernetes calls the working set.
  private static void memory(Path at, String used, String limit, String cache, Stretch into) {
    OptionalLong usage = SmallFile.number(at.resolve(used));
    if (usage.isEmpty()) {
      return;
    }
    long inactive = SmallFile.number(at.resolve("memory.stat"), cache).orElse(0);
    double bytes = Math.max(0, usage.getAsLong() - inactive);
    into.gauge("cgroup.memory.bytes", bytes);
    // Version 1 writes "no limit" as the largest long, rounded down to a page.
    SmallFile.number(at.resolve(limit))
        .ifPresent(max -> {
          if (max > 0 && max < Long.MAX_VALUE - (1 << 20)) {
            into.gauge("cgroup.memory.limit.share", bytes / max);
          }
        });
  }

  private void cpu(Stretch into, long nowMillis) {
    Path account = directories.get("cpuacct");
    Path v2 = directories.get(Mounts.UNIFIED);
    if (account != null) {
      SmallFile.number(account.resolve("cpuacct.usage"))
          .ifPresent(nanos -> into.counter("cgroup.cpu.cores", nanos / 1e9, nowMillis));
    } else if (v2 != null) {
      SmallFile.number(v2.resolve("cpu.stat"), "usage_usec")
          .ifPresent(micros -> into.counter("cgroup.cpu.cores", micros / 1e6, nowMillis));
    }
    Path periods = directories.getOrDefault("cpu", v2);
    if (periods != null) {
      List<String> stat = SmallFile.lines(periods.resolve("cpu.stat"));
      OptionalLong all = SmallFile.number(stat, "nr_periods");
      OptionalLong throttled = SmallFile.number(stat, "nr_throttled");
      if (all.isPresent() && throttled.isPresent()) {
        into.share(
            "cgroup.cpu.throttled.share", (double) throttled.getAsLong(), (double) all.getAsLong());
      }
    }
  }
}
