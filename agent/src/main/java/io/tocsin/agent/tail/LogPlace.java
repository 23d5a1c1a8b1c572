package io.tocsin.agent.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a log lies: its path, and the folder that holds its rotated files.
record LogPlace(Path path) {

  /// The current file; null when there is none.
  @Nullable FileState stat() throws IOException {
    try {
      return FileState.of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
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

  /// The rotated files, oldest first.
  List<FileState> siblings(@Nullable FileState state) throws IOException {
    if (state != null) {
      return Siblings.of(state.path().toRealPath());
    }
    return folder(null) == null ? List.of() : Siblings.of(path);
  }
}
