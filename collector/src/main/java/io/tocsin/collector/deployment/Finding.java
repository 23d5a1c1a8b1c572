package io.tocsin.collector.deployment;

import org.jspecify.annotations.Nullable;

/// What was found when somebody asked whether a thing works.
///
/// @param what was tried, e.g. `watch releases in namespace shop`
/// @param ok null when only doing it would tell
/// @param detail what was found, as people read it
/// @param next how to mend or grant it; empty when nothing is to be done
public record Finding(String what, @Nullable Boolean ok, String detail, String next) {
  static Finding works(String what, String detail) {
    return new Finding(what, true, detail, "");
  }

  static Finding fails(String what, String detail, String next) {
    return new Finding(what, false, detail, next);
  }
}
