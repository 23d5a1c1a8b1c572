package io.tocsin.agent.tail;

import io.tocsin.agent.instance.RotatedName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The rotated files beside a log that are not compressed.
final class Siblings {
  private static final int MAX = 1_000;

  private Siblings() {}

  /// Oldest first.
  static List<FileState> of(Path log) throws IOException {
    String name = log.getFileName().toString();
    var found = new ArrayList<FileState>();
    DirectoryStream.Filter<Path> rotated =
        path -> {
          String other = path.getFileName().toString();
          return !other.equals(name) && RotatedName.original(other).equals(name);
        };
    try (var paths = Files.newDirectoryStream(log.toAbsolutePath().getParent(), rotated)) {
      for (var path : paths) {
        if (found.size() < MAX && Files.isRegularFile(path)) {
          try {
            found.add(FileState.of(path));
          } catch (IOException e) {
            // Renamed on between the listing and now: the caller looks again until nothing moves.
          }
        }
      }
    }
    // Rename keeps the time of the last write, but its grain is a few milliseconds: numbers, where
    // all have them, are surer. A higher number is older.
    found.sort(
        found.stream().allMatch(f -> number(f) > 0)
            ? Comparator.comparingInt(Siblings::number).reversed()
            : Comparator.comparingLong(FileState::modifiedMillis)
                .thenComparing(f -> f.path().toString()));
    return found;
  }

  private static int number(FileState file) {
    String name = file.path().getFileName().toString();
    String end = name.substring(name.lastIndexOf('.') + 1);
    return end.length() <= 3 && end.chars().allMatch(Character::isDigit) && !end.isEmpty()
        ? Integer.parseInt(end)
        : 0;
  }
}
