package io.tocsin.agent.instance;

import java.nio.file.Path;

/// One log to follow, by its current name; rotated predecessors are found beside it.
///
/// @param path where the newest lines are written; need not exist yet
/// @param framing how its bytes become lines
public record LogFile(Path path, Framing framing) {

  /// How bytes become lines.
  public enum Framing {
    /// Lines end in `\n` or `\r\n`; a stamp, if any, is part of the text.
    PLAIN,
    /// Kubernetes: `stamp stream P|F text`, partial lines joined.
    CRI,
    /// Docker's json-file: one object a line, long lines split over several.
    DOCKER_JSON,
    /// A systemd unit, read from the journal; `path` is the unit's name.
    JOURNAL
  }
}
