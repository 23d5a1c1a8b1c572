package io.tocsin.agent.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// What `/proc/<pid>` says of one process (proc_pid_stat(5), proc_pid_status(5), proc_pid_io(5)).
final class ProcessFiles {

  /// Ticks a second in files for users (`USER_HZ`), the same on every architecture Java 25 runs on.
  private static final double TICKS = 100;

  /// Counting stops here: beyond, the exact number says nothing more.
  private static final int MAX_FDS = 65_536;

  private final Path proc;
  private final Path directory;

  ProcessFiles(Path proc, long pid) {
    this.proc = proc;
    directory = proc.resolve(Long.toString(pid));
  }

  /// Whether its network is not the machine's. False when that may not be known.
  boolean ownNetwork() {
    try {
      Path its = Files.readSymbolicLink(directory.resolve("ns/net"));
      return !its.equals(Files.readSymbolicLink(proc.resolve("1/ns/net")));
    } catch (IOException | UnsupportedOperationException notOurs) {
      return false;
    }
  }

  /// Traffic of its network namespace; to be asked where it is its own.
  void network(Stretch into, long nowMillis) {
    NetDev.read(
        directory.resolve("net/dev"), name -> !name.equals("lo"), "process.net", into, nowMillis);
  }

  /// When the process started, in ticks since boot: with the pid it names one incarnation. Empty
  /// when it is not there or a zombie.
  OptionalLong startTicks() {
    String[] fields = stat();
    if (fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X")) {
      return OptionalLong.empty();
    }
    return SmallFile.whole(fields[19]);
  }

  /// Lines of its `cgroup` file.
  List<String> cgroups() {
    return SmallFile.lines(directory.resolve("cgroup"));
  }

  OptionalLong parent() {
    String[] fields = stat();
    return fields.length < 2 ? OptionalLong.empty() : SmallFile.whole(fields[1]);
  }

  /// What moves within a second.
  void read(Stretch into, long nowMillis) {
    String[] fields = stat();
    if (fields.length < 20) {
      return;
    }
    into.counter("process.major-faults", SmallFile.value(fields[9]), nowMillis);
    double ticks = SmallFile.value(fields[11]) + SmallFile.value(fields[12]);
    into.counter("process.cpu.cores", ticks / TICKS, nowMillis);
    List<String> status = SmallFile.lines(directory.resolve("status"));
    SmallFile.number(status, "VmRSS").ifPresent(kB -> into.gauge("process.rss.bytes", kB * 1024d));
    SmallFile.number(status, "Threads").ifPresent(n -> into.gauge("process.threads", (double) n));
  }

  /// What needs no more than one reading a window.
  void readSeldom(Stretch into, long nowMillis) {
    List<String> io = SmallFile.lines(directory.resolve("io"));
    SmallFile.number(io, "read_bytes")
        .ifPresent(n -> into.counter("process.read.bytes", (double) n, nowMillis));
    SmallFile.number(io, "write_bytes")
        .ifPresent(n -> into.counter("process.written.bytes", (double) n, nowMillis));
    try (var fds = Files.newDirectoryStream(directory.resolve("fd"))) {
      int count = 0;
      for (var all = fds.iterator(); count < MAX_FDS && all.hasNext(); all.next()) {
        count++;
      }
      into.gauge("process.fds", count);
    } catch (IOException notOurs) {
      // Another user's process: the number stays unknown.
    }
  }

  /// The fields from the third on. The second, the command, may hold blanks and brackets.
  private String[] stat() {
    String stat = SmallFile.text(directory.resolve("stat"));
    int end = stat.lastIndexOf(')');
    return end < 0 ? new String[0] : stat.substring(end + 1).strip().split(" ");
  }
}
