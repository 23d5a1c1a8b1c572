package io.tocsin.agent.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Processes and boot time, as `/proc` tells them.
final class Proc {
  private static final Path ROOT = Path.of("/proc");
  private static final int MAX_BYTES = 4_096;

  // USER_HZ is 100 on every Linux that Java runs on (proc(5)).
  private static final long MILLIS_PER_TICK = 10;

  private Proc() {}

  /// Start of a process, epoch milliseconds; empty when it does not run, or is a zombie.
  static OptionalLong startedAtMillis(long pid) {
    try {
      String stat = read(ROOT.resolve(Long.toString(pid)).resolve("stat"));
      // The command, in brackets, may itself hold spaces and brackets; field 3 follows it.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      if (fields[0].equals("Z") || fields[0].equals("X")) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(bootMillis() + Long.parseLong(fields[19]) * MILLIS_PER_TICK);
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty(); // it ended meanwhile
    }
  }

  /// When this machine was booted, epoch milliseconds; 0 when unknown.
  static long bootMillis() {
    try {
      for (String line : Files.readAllLines(ROOT.resolve("stat"))) {
        if (line.startsWith("btime ")) {
          return Long.parseLong(line.substring(6).strip()) * 1_000;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
    return 0;
  }

  /// At most 4,096 bytes of a small file, without surrounding white space.
  static String read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
    }
  }
}
