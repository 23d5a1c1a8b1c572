package io.tocsin.agent.tail;

import io.tocsin.agent.instance.LogFile.Framing;

/// Lines as runtimes frame them.
final class Framed {
  private static final String STAMP = "2026-01-31T10:00:00.123456789Z";

  private Framed() {}

  /// One line with its end.
  static String line(Framing framing, String text) {
    return part(framing, text, true);
  }

  /// One line, or, where the framing knows parts, a part of one.
  static String part(Framing framing, String text, boolean complete) {
    return switch (framing) {
      case PLAIN -> complete ? text + "\n" : text;
      case CRI -> "%s stdout %s %s\n".formatted(STAMP, complete ? "F" : "P", text);
      case DOCKER_JSON ->
          "{\"log\":\"%s%s\",\"stream\":\"stdout\",\"time\":\"%s\"}\n"
              .formatted(escaped(text), complete ? "\\n" : "", STAMP);
      case JOURNAL -> throw new IllegalArgumentException("a journal has no lines");
    };
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }
}
