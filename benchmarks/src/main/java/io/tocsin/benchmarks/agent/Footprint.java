package io.tocsin.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the kernel says of a process and all that it started, summed. Bytes; a megabyte elsewhere
/// is 1,000,000 of them.
///
/// @param rss resident; pages shared by two of the processes count twice
/// @param pss resident, a page shared by n processes counting as 1/n
/// @param anonymous of no file
/// @param peak high-water mark of the resident set since the start
/// @param cpuNanos user and system time so far, of threads that ended too, to 10 ms
/// @param read bytes that read calls returned so far
record Footprint(long rss, long pss, long anonymous, long peak, long cpuNanos, long read) {
  private static final Footprint NONE = new Footprint(0, 0, 0, 0, 0, 0);

  // The kernel's USER_HZ is 100 on every platform that a JDK runs on.
  private static final long TICK_NANOS = 10_000_000;
  private static final int UTIME =
      11; // behind the name in brackets: proc_pid_stat(5) counts from 1

  /// @throws IOException when the process has ended
  static Footprint of(ProcessHandle process) throws IOException {
    Footprint sum = NONE;
    for (ProcessHandle each : Stream.concat(Stream.of(process), process.descendants()).toList()) {
      try {
        sum = sum.plus(one(each.pid()));
      } catch (IOException e) {
        if (each.pid() == process.pid()) {
          throw e;
        } // a child that has just ended costs nothing any more
      }
    }
    return sum;
  }

  /// Bytes that its read calls returned so far: cheaper than all the rest, for who asks often.
  static long read(ProcessHandle process) throws IOException {
    long sum = 0;
    for (ProcessHandle each : Stream.concat(Stream.of(process), process.descendants()).toList()) {
      sum += number(Files.readAllLines(Path.of("/proc/%d/io".formatted(each.pid()))), "rchar:");
    }
    return sum;
  }

  private static Footprint one(long pid) throws IOException {
    Path proc = Path.of("/proc", String.valueOf(pid));
    List<String> memory = Files.readAllLines(proc.resolve("smaps_rollup"));
    List<String> status = Files.readAllLines(proc.resolve("status"));
    String stat = Files.readString(proc.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
    return new Footprint(
        1_024 * number(memory, "Rss:"),
        1_024 * number(memory, "Pss:"),
        1_024 * number(memory, "Anonymous:"),
        1_024 * number(status, "VmHWM:"),
        ticks * TICK_NANOS,
        number(Files.readAllLines(proc.resolve("io")), "rchar:"));
  }

  private static long number(List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
      }
    }
    throw new IOException("no " + name + " in /proc");
  }

  private Footprint plus(Footprint other) {
    return new Footprint(
        rss + other.rss,
        pss + other.pss,
        anonymous + other.anonymous,
        peak + other.peak,
        cpuNanos + other.cpuNanos,
        read + other.read);
  }
}
