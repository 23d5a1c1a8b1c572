package io.tocsin.collector.judge;

import java.util.Locale;

/// What a release is worth as a place to go back to.
public enum Rank {
  /// Ran well for the fast bake: a target, and its windows teach.
  PASSED,
  /// Ran well for the slow bake, too.
  PROVEN,
  /// Turned out bad, maybe after it had passed: no target, and what it taught is withdrawn.
  REGRESSED;

  /// As people and programs read it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
