package io.tocsin.agent.metrics;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where cgroup hierarchies and disks are mounted, from `self/mountinfo` (proc_pid_mountinfo(5)).
final class Mounts {

  private static final int MAX_DISKS = 8;

  /// Name of the one hierarchy of cgroup version 2.
  static final String UNIFIED = "";

  private final Map<String, Hierarchy> hierarchies = new HashMap<>();
  private final Map<String, Path> disks = new LinkedHashMap<>();

  /// @param root of the mount within its hierarchy; not `/` in a container
  private record Hierarchy(Path root, Path mountPoint) {}

  static Mounts read(Path proc) {
    return new Mounts(SmallFile.lines(proc.resolve("self/mountinfo")));
  }

  private Mounts(List<String> lines) {
    for (String line : lines) {
      String[] sides = line.split(" - ", 2);
      String[] mount = sides[0].split(" ");
      String[] filesystem = sides.length < 2 ? new String[0] : sides[1].split(" ");
      if (mount.length < 6 || filesystem.length < 3 || line.indexOf(0) >= 0) {
        continue;
      }
      Path point = Path.of(unescape(mount[4]));
      var hierarchy = new Hierarchy(Path.of(unescape(mount[3])), point);
      switch (filesystem[0]) {
        case "cgroup2" -> offer(UNIFIED, hierarchy);
        case "cgroup" -> {
          for (String controller : filesystem[2].split(",")) {
            offer(controller, hierarchy);
          }
        }
        default -> {
          // A disk, mounted once or bound to several places: by its device, under its first name.
          if (filesystem[1].startsWith("/dev/")
              && !filesystem[0].equals("squashfs")
              && disks.size() < MAX_DISKS) {
            disks.putIfAbsent(mount[2], point);
          }
        }
      }
    }
  }

  /// Of several mounts of one hierarchy the one that shows most of it.
  private void offer(String controller, Hierarchy found) {
    hierarchies.merge(
        controller, found, (a, b) -> b.root().getNameCount() < a.root().getNameCount() ? b : a);
  }

  /// Mount points by device, `254:0`.
  Map<String, Path> disks() {
    return disks;
  }

  /// Folder of a cgroup; null when the hierarchy is not mounted or does not show it.
  @Nullable Path cgroup(String controller, Path cgroup) {
    Hierarchy hierarchy = hierarchies.get(controller);
    if (hierarchy == null || !cgroup.startsWith(hierarchy.root())) {
      return null;
    }
    return hierarchy.mountPoint().resolve(hierarchy.root().relativize(cgroup));
  }

  /// Blanks, tabs, line ends and backslashes are written as three octal digits.
  private static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
