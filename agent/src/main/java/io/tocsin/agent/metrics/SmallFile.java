package io.tocsin.agent.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Reads the small text files of procfs and cgroupfs. What is absent or not readable is empty: a
/// process may end between two reads, and a kernel may lack a file.
final class SmallFile {

  /// No file read here is longer on a sane machine; `/proc/self/mountinfo` of a big node is.
  private static final int MAX_BYTES = 1 << 20;

  private SmallFile() {}

  static String text(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException absent) {
      return "";
    }
  }

  static List<String> lines(Path file) {
    return text(file).lines().toList();
  }

  /// The file's only number; empty for `max` and for what does not fit a long.
  static OptionalLong number(Path file) {
    return whole(text(file).strip());
  }

  /// The number behind a word in a file of `word number` lines, with or without a colon.
  static OptionalLong number(Path file, String word) {
    return number(lines(file), word);
  }

  static OptionalLong number(List<String> lines, String word) {
    for (String line : lines) {
      String[] parts = line.split(":?\\s+", 3);
      if (parts.length > 1 && parts[0].equals(word)) {
        return whole(parts[1]);
      }
    }
    return OptionalLong.empty();
  }

  /// A number that may have a fraction; not a number when it is none.
  static double value(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }

  static OptionalLong whole(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }
}
