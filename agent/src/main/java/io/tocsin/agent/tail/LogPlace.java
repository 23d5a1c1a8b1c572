package io.tocsin.agent.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a log lies: its path, and the folder that holds its rotated files.
///
/// @param rotated finds the latter
record LogPlace(Path path, Siblings rotated) {

  /// The current file; null when there is none.
  @Nullable FileState stat() throws IOException {
    try {
      return FileState.of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /// Whether the log is the file it was, and not shorter.
  boolean isStill(@Nullable FileState before) throws IOException {
    var now = stat();
    if (before == null || now == null) {
      return before == null && now == null;
    }
    return now.sameFile(before) && now.size() >= before.size();
  }

  /// Rotated files lie beside the file, not beside a link to it. Null when there is no folder.
  ///
  /// @param state of the current file
  @Nullable Path folder(@Nullable FileState state) throws IOException {
    if (state != null) {
      return state.path().toRealPath().getParent();
    }
    var folder = path.toAbsolutePath().getParent();
    return folder != null && Files.isDirectory(folder) ? folder : null;
  }

  /// When something last came or went in the folder, epoch milliseconds; 0 without one.
  long folderModified(@Nullable FileState state) throws IOException {
    var folder = folder(state);
    return folder == null ? 0 : Files.getLastModifiedTime(folder).toMillis();
  }

  /// The rotated files, oldest first; null when names changed while they were listed, for a listing
  /// may miss a file that is renamed meanwhile.
  @Nullable List<FileState> siblings(@Nullable FileState state) throws IOException {
    var once = list(state);
    var twice = list(state);
    boolean same = once.size() == twice.size();
    for (int i = 0; same && i < once.size(); i++) {
      same = once.get(i).sameFile(twice.get(i)) && once.get(i).path().equals(twice.get(i).path());
    }
    return same ? twice : null;
  }

  private List<FileState> list(@Nullable FileState state) throws IOException {
    if (state != null) {
      return rotated.of(state.path().toRealPath());
    }
    return folder(null) == null ? List.of() : rotated.of(path);
  }
}
