package io.tocsin.agent.instance;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Running services of systemd, as its cgroups tell: `system.slice/…/<unit>.service`.
final class SystemdDiscovery implements Discovery {
  private static final int MAX_UNITS = 1_000;
  private static final int MAX_PROCESSES = 1_000;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NAMES = 220; // an instance's id has at most 256 characters

  private final List<Path> roots;
  private final String host;

  /// By unit: as long as its main process is there, nothing of it is read again.
  private Map<String, Running> known = new HashMap<>();

  /// @param roots places of the hierarchy that systemd keeps its units in; the first that has any
  ///   counts
  SystemdDiscovery(List<Path> roots, String host) {
    this.roots = List.copyOf(roots);
    this.host = host;
  }

  @Override
  public Look look() {
    var now = new TreeMap<String, Running>();
    var unreadable = new ArrayList<String>();
    for (var root : roots) {
      var slice = root.resolve("system.slice");
      if (Files.isDirectory(slice)) {
        slice(root, slice, 0, now, unreadable);
        break;
      }
    }
    known = now;
    return new Look(List.copyOf(now.values()), unreadable.stream().limit(50).toList());
  }

  private void slice(
      Path root, Path slice, int depth, Map<String, Running> found, List<String> unreadable) {
    try {
      for (var folder : folders(slice)) {
        String name = folder.getFileName().toString();
        if (name.endsWith(".slice") && depth < MAX_DEPTH) {
          slice(root, folder, depth + 1, found, unreadable);
        } else if (name.endsWith(".service") && found.size() < MAX_UNITS) {
          if (name.length() + host.length() > MAX_NAMES) {
            unreadable.add(
                "%s: is not watched, its name and the host's are longer than %d characters"
                    .formatted(folder, MAX_NAMES));
            continue;
          }
          var unit = unit(root, folder, name);
          if (unit != null) {
            found.put(name, unit);
          }
        }
      }
    } catch (NoSuchFileException e) {
      // stopped meanwhile
    } catch (IOException | DirectoryIteratorException e) {
      unreadable.add("%s: cannot be read (%s)".formatted(slice, e.getMessage()));
    }
  }

  private @Nullable Running unit(Path root, Path folder, String unit) throws IOException {
    var processes = new TreeSet<Long>();
    processes(folder, 0, processes);
    var before = known.get(unit);
    if (before != null
        && before.pid().isPresent()
        && processes.contains(before.pid().getAsLong())) {
      return before;
    }
    // The one that started first, not the lowest: numbers begin anew when they are used up.
    long main = 0;
    long startedAt = Long.MAX_VALUE;
    for (long pid : processes) {
      var started = Proc.startedAtMillis(pid);
      if (started.isPresent() && started.getAsLong() < startedAt) {
        main = pid;
        startedAt = started.getAsLong();
      }
    }
    return main == 0 ? null : running(root.relativize(folder), unit, main, startedAt);
  }

  /// A service may have cgroups of its own, below; processes are in the leaves then.
  private static void processes(Path cgroup, int depth, Set<Long> found) throws IOException {
    try {
      for (String line : Files.readAllLines(cgroup.resolve("cgroup.procs"))) {
        // 0 stands for a process that is not visible from here.
        if (found.size() < MAX_PROCESSES && !line.isBlank() && !line.equals("0")) {
          found.add(Long.valueOf(line.strip()));
        }
      }
      if (depth < MAX_DEPTH) {
        for (var child : folders(cgroup)) {
          processes(child, depth + 1, found);
        }
      }
    } catch (NoSuchFileException | NumberFormatException e) {
      // stopped meanwhile
    }
  }

  private static List<Path> folders(Path folder) throws IOException {
    var found = new TreeSet<Path>();
    try (var paths = Files.newDirectoryStream(folder, Files::isDirectory)) {
      paths.forEach(found::add);
    }
    return List.copyOf(found);
  }

  private Running running(Path cgroup, String unit, long pid, long startedAt) {
    return new Running(
        new Instance(
            "systemd:%s:%s:%d".formatted(host, unit, startedAt),
            "systemd",
            host,
            Key.of("systemd", host, unit),
            unit,
            "",
            "",
            startedAt,
            "",
            ""),
        List.of(new LogFile(Path.of(unit), Framing.JOURNAL)),
        OptionalLong.of(pid),
        Path.of("/").resolve(cgroup),
        null);
  }
}
