package io.tocsin.agent.redact;

import java.util.Set;

/// What a site adds to the built-in rules.
///
/// @param allow values that are never masked, compared literally, e.g. a well-known test card
/// @param keys further key names whose values are secrets; case, `_`, `-` and `.` do not matter
public record RedactConfig(Set<String> allow, Set<String> keys) {

  public RedactConfig {
    allow = Set.copyOf(allow);
    keys = Set.copyOf(keys);
  }

  public static RedactConfig standard() {
    return new RedactConfig(Set.of(), Set.of());
  }
}
