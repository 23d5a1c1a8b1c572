package io.tocsin.collector.deployment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// One instance as its folder and `/proc` show it.
///
/// @param name of its folder
/// @param release it was started from; empty when not written yet
/// @param pid of its process; 0 when it does not run
/// @param startTicks start of the process in hundredths of a second since boot; 0 when it does not
///   run
record FolderInstance(String name, String release, long pid, long startTicks) {
  // Fields 3 (state) and 22 (start) of /proc/<pid>/stat, counted behind the command's closing
  // bracket, because a command may hold spaces and brackets: proc(5).
  private static final int STATE = 0;
  private static final int START = 19;

  boolean running() {
    return pid > 0;
  }

  boolean runs(String wanted) {
    return running() && release.equals(wanted);
  }

  static FolderInstance read(Path folder) {
    String name = String.valueOf(folder.getFileName());
    long pid;
    try {
      pid = Long.parseLong(text(folder.resolve("pid")));
    } catch (NumberFormatException e) {
      pid = 0;
    }
    long start = pid > 0 ? startTicks(pid) : 0;
    return new FolderInstance(name, text(folder.resolve("release")), start > 0 ? pid : 0, start);
  }

  /// Start of the machine, epoch milliseconds; 0 when `/proc` does not tell.
  static long bootMillis() {
    return text(Path.of("/proc/stat"))
        .lines()
        .filter(line -> line.startsWith("btime "))
        .mapToLong(line -> Long.parseLong(line.substring("btime ".length()).strip()) * 1000)
        .findFirst()
        .orElse(0);
  }

  /// 0 for a process that is gone, or dead and not yet collected by its parent.
  private static long startTicks(long pid) {
    String stat = text(Path.of(String.format(Locale.ROOT, "/proc/%d/stat", pid)));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    boolean dead = fields.length <= START || "ZX".contains(fields[STATE]);
    return dead ? 0 : Long.parseLong(fields[START]);
  }

  /// Empty for what is not there: files appear and go while an instance restarts.
  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
