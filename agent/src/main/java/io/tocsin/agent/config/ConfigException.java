package io.tocsin.agent.config;

import java.util.List;

/// Everything that is wrong with a configuration, found in one pass; nothing of it was applied.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Mistake> mistakes;

  ConfigException(List<Mistake> mistakes) {
    super(
        (mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes")
            + " in the configuration; nothing was started\n  "
            + String.join("\n  ", mistakes.stream().map(Mistake::toString).toList()));
    this.mistakes = List.copyOf(mistakes);
  }

  /// Those of the environment first, then in the order of the file.
  public List<Mistake> mistakes() {
    return mistakes;
  }

  /// @param where `file:line:column` (both from 1), or the name of the environment variable
  /// @param what expected and found, in words
  public record Mistake(String where, String what) {
    @Override
    public String toString() {
      return where + ": " + what;
    }
  }
}
