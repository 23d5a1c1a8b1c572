package io.tocsin.agent.metrics;

import java.nio.file.Path;
import java.util.List;

/// What a cgroup read from block devices and wrote to them, all devices together. Source: the
/// kernel's documents on cgroup-v2 (`io.stat`) and on the block controller of version 1.
final class BlockIo {

  private static final String NAME = "cgroup.io.";

  private double readBytes;
  private double writtenBytes;
  private double reads;
  private double writes;
  private boolean any;

  private BlockIo() {}

  /// Lines like `8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0`; one of a
  /// device alone says nothing.
  static void unified(Path cgroup, Stretch into, long nowMillis) {
    var io = new BlockIo();
    for (String line : SmallFile.lines(cgroup.resolve("io.stat"))) {
      for (String field : line.split(" ")) {
        int equals = field.indexOf('=');
        double value = equals < 0 ? 0 : SmallFile.value(field.substring(equals + 1));
        switch (equals < 0 ? "" : field.substring(0, equals)) {
          case "rbytes" -> io.readBytes += value;
          case "wbytes" -> io.writtenBytes += value;
          case "rios" -> io.reads += value;
          case "wios" -> io.writes += value;
          default -> {
            continue; // discards, and what later kernels tell
          }
        }
        io.any = true;
      }
    }
    io.into(into, nowMillis);
  }

  /// Lines like `8:16 Read 1459200`. The files of throttling count under every scheduler, and those
  /// with the cgroups below are there since Linux 4.12.
  static void legacy(Path cgroup, Stretch into, long nowMillis) {
    var io = new BlockIo();
    for (String line : either(cgroup, "blkio.throttle.io_service_bytes")) {
      io.readBytes += value(line, "Read");
      io.writtenBytes += value(line, "Write");
      io.any = true;
    }
    for (String line : either(cgroup, "blkio.throttle.io_serviced")) {
      io.reads += value(line, "Read");
      io.writes += value(line, "Write");
    }
    io.into(into, nowMillis);
  }

  private static List<String> either(Path cgroup, String file) {
    List<String> all = SmallFile.lines(cgroup.resolve(file + "_recursive"));
    return all.isEmpty() ? SmallFile.lines(cgroup.resolve(file)) : all;
  }

  private static double value(String line, String operation) {
    String[] words = line.split(" ");
    return words.length == 3 && words[1].equals(operation) ? SmallFile.value(words[2]) : 0;
  }

  private void into(Stretch into, long nowMillis) {
    if (any) {
      into.counter(NAME + "read.bytes", readBytes, nowMillis);
      into.counter(NAME + "written.bytes", writtenBytes, nowMillis);
      into.counter(NAME + "reads", reads, nowMillis);
      into.counter(NAME + "writes", writes, nowMillis);
    }
  }
}
