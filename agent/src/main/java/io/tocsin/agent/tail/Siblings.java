package io.tocsin.agent.tail;

import io.tocsin.agent.instance.RotatedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rotated files beside logs that are not compressed. Shared by the logs of a tailer: thousands
/// of them may lie in one folder, and each asks for its own. Confined to one thread.
final class Siblings {
  private static final int MAX = 1_000;
  private static final int MAX_FOLDERS = 64;

  // Kernels stamp folders with a clock of some milliseconds: only what was listed this long after
  // the last change is known to be all until the stamp moves on.
  private static final long GRAIN_MILLIS = 100;

  private final Map<Path, Listing> listings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Listing> eldest) {
          return size() > MAX_FOLDERS;
        }
      };

  /// @param modified stamp of the folder
  /// @param rotated names by the name before rotation
  private record Listing(FileTime modified, Map<String, List<String>> rotated) {}

  /// Oldest first.
  List<FileState> of(Path log) throws IOException {
    var folder = log.toAbsolutePath().getParent();
    var found = new ArrayList<FileState>();
    if (folder == null) {
      return found; // the root itself is no log
    }
    var names = listing(folder).rotated.getOrDefault(log.getFileName().toString(), List.of());
    for (String name : names) {
      var path = folder.resolve(name);
      if (found.size() < MAX && Files.isRegularFile(path)) {
        try {
          found.add(FileState.of(path));
        } catch (IOException e) {
          // Renamed on between the listing and now: the caller looks again until nothing moves.
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

  private Listing listing(Path folder) throws IOException {
    var modified = Files.getLastModifiedTime(folder);
    var known = listings.get(folder);
    if (known != null && known.modified.equals(modified)) {
      return known;
    }
    // By the clock that stamps files, not by the tailer's.
    boolean settled = System.currentTimeMillis() - modified.toMillis() >= GRAIN_MILLIS;
    var rotated = new HashMap<String, List<String>>();
    try (var paths = Files.newDirectoryStream(folder)) {
      for (var path : paths) {
        String name = path.getFileName().toString();
        String original = RotatedName.original(name);
        if (!original.equals(name)) {
          rotated.computeIfAbsent(original, _ -> new ArrayList<>()).add(name);
        }
      }
    }
    var listing = new Listing(modified, rotated);
    if (settled && Files.getLastModifiedTime(folder).equals(modified)) {
      listings.put(folder, listing);
    } else {
      listings.remove(folder);
    }
    return listing;
  }

  private static int number(FileState file) {
    String name = file.path().getFileName().toString();
    String end = name.substring(name.lastIndexOf('.') + 1);
    return end.length() <= 3 && end.chars().allMatch(Character::isDigit) && !end.isEmpty()
        ? Integer.parseInt(end)
        : 0;
  }
}
