package io.tocsin.agent.metrics;

import java.nio.file.Path;

/// Pressure stall files: the share of the last ten seconds in which somebody had to wait.
final class Pressure {

  private Pressure() {}

  /// Reads `some avg10=1.53 …`, percent, as a share of 0 to 1.
  static void read(Path file, String name, Stretch into) {
    for (String line : SmallFile.lines(file)) {
      if (line.startsWith("some avg10=")) {
        int end = line.indexOf(' ', 11);
        into.gauge(
            name, Double.parseDouble(line.substring(11, end < 0 ? line.length() : end)) / 100);
      }
    }
  }
}
