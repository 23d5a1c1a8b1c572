package io.tocsin.agent.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A procfs and cgroupfs made of plain files.
record FixtureTree(Path root) {

  Path proc() {
    return root.resolve("proc");
  }

  FixtureTree write(String path, String text) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param target as text; need not be there
  FixtureTree link(String path, String target) {
    try {
      Path link = root.resolve(path);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, Path.of(target));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FixtureTree delete(String path) {
    try {
      Files.delete(root.resolve(path));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param mounts `type options path-below-root` each
  FixtureTree mounts(String... mounts) {
    var text = new StringBuilder("22 27 0:21 / /proc rw,relatime - proc proc rw\n");
    for (String mount : mounts) {
      String[] parts = mount.split(" ");
      text.append(
          "31 23 0:28 / %s rw,relatime shared:1 - %s %s rw,%s%n"
              .formatted(root.resolve(parts[2]), parts[0], parts[0], parts[1]));
    }
    return write("proc/self/mountinfo", text.toString());
  }

  /// A process whose command tries to look like fields.
  FixtureTree process(long pid, long parent, long ticks, long startTicks) {
    return write(
            "proc/" + pid + "/stat",
            "%d (a) R 1 (b) S %d 1 1 0 -1 0 7 0 0 0 %d %d 0 0 20 0 4 0 %d 1000 200 1 1\n"
                .formatted(pid, parent, ticks, ticks, startTicks))
        .write("proc/" + pid + "/status", "Name:\ta\nVmRSS:\t    2048 kB\nThreads:\t4\n")
        .write("proc/" + pid + "/io", "rchar: 1\nread_bytes: " + 10 * ticks + "\nwrite_bytes: 0\n")
        .write("proc/" + pid + "/fd/0", "")
        .write("proc/" + pid + "/fd/1", "");
  }
}
