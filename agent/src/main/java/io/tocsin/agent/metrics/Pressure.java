package io.tocsin.agent.metrics;

import java.nio.file.Path;

/// Pressure stall files: the share of the time in which somebody (`some`) or everybody (`full`) had
/// to wait. By `total`, microseconds since boot, and not by `avg10`, which tells of seconds before
/// the window, too. Source: the kernel's psi document.
final class Pressure {

  private Pressure() {}

  /// Reads `some avg10=1.53 avg60=0.87 avg300=0.73 total=1503` and the line `full` where it is.
  static void read(Path file, String name, Stretch into, long nowMillis) {
    for (String line : SmallFile.lines(file)) {
      int total = line.indexOf(" total=");
      if (total >= 0) {
        double seconds = SmallFile.value(line.substring(total + 7)) / 1e6;
        if (line.startsWith("some ")) {
          into.counter(name, seconds, nowMillis);
        } else if (line.startsWith("full ")) {
          into.counter(name + ".full", seconds, nowMillis);
        }
      }
    }
  }
}
