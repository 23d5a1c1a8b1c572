package io.tocsin.agent.tail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which journal, and how to ask for it.
///
/// @param command that reads it
/// @param folders where it lies, any of them
record JournalSource(List<String> command, List<Path> folders) {

  /// This machine's.
  static final JournalSource SYSTEM =
      new JournalSource(
          List.of("journalctl"), List.of(Path.of("/var/log/journal"), Path.of("/run/log/journal")));

  JournalSource {
    command = List.copyOf(command);
    folders = List.copyOf(folders);
  }

  boolean isThere() {
    return folders.stream().anyMatch(Files::isDirectory);
  }

  /// @param place a cursor, `@` and a time in seconds since the epoch, or empty for the beginning
  /// @param follow whether it waits for more; it shows entries of the current boot only then
  ///   (systemd 250 and later)
  List<String> command(String place, boolean follow) {
    var whole = new ArrayList<>(command);
    whole.addAll(
        List.of("--no-pager", "--output=export", "--output-fields=" + JournalExport.FIELDS));
    if (place.startsWith("@")) {
      whole.add("--since=" + place);
    } else if (!place.isEmpty()) {
      // Not --after-cursor: that skips an entry when the cursor's own is gone (before systemd 255),
      // and does not say so.
      whole.add("--cursor=" + place);
    }
    if (follow) {
      whole.add("--follow");
      whole.add("--no-tail");
    }
    return whole;
  }
}
