package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Identity;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rotated files done with, by inode; an inode may be used again for another file.
final class Finished {
  private record Done(FileState state, Identity identity) {}

  private final Map<Long, Done> files = new HashMap<>();

  /// Files that were read before, or are not to be read.
  static Finished of(List<FileState> rotated) throws IOException {
    var finished = new Finished();
    for (var file : rotated) {
      var head = Head.of(file.path());
      finished.add(file, head.identity(file.device(), file.inode()));
    }
    return finished;
  }

  void add(FileState file, Identity identity) {
    files.put(file.inode(), new Done(file, identity));
  }

  /// Takes a file over that an earlier look knew.
  void keep(FileState file, Finished earlier) {
    var known = earlier.files.get(file.inode());
    if (known != null) {
      add(file, known.identity);
    }
  }

  /// Whether this very file is done with, and was not written since.
  boolean hasUnchanged(FileState file) {
    var known = files.get(file.inode());
    return known != null && known.state.sameContent(file);
  }

  /// Whether it is one of these by its beginning. An empty file proves nothing.
  boolean has(FileState file, Head head) {
    var known = files.get(file.inode());
    return known != null && known.identity.length() > 0 && head.matches(known.identity);
  }

  boolean hasInode(long inode) {
    return files.containsKey(inode);
  }
}
