package io.tocsin.agent.redact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// What a site adds to the built-in rules.
///
/// @param allow values that are never masked, compared literally, e.g. a well-known test card
/// @param keys further key names whose values are secrets; case, `_`, `-` and `.` do not matter
/// @param fleetKey key that all agents share, at least 16 characters, with which users and
///   addresses become pseudonyms that are equal on every host; empty: they are kept as they are
public record RedactConfig(Set<String> allow, Set<String> keys, String fleetKey) {

  public RedactConfig {
    allow = Set.copyOf(allow);
    keys = Set.copyOf(keys);
  }

  /// Identities are kept.
  public RedactConfig(Set<String> allow, Set<String> keys) {
    this(allow, keys, "");
  }

  /// The built-in rules alone.
  public static RedactConfig standard() {
    return new RedactConfig(Set.of(), Set.of());
  }

  /// Reads the key that all agents share.
  ///
  /// @param file text of at least 16 characters; white space at its ends does not count
  /// @throws RedactionException when it cannot be read or is too short
  public static String fleetKey(Path file) {
    String key;
    try {
      key = Files.readString(file).strip();
    } catch (IOException e) {
      throw new RedactionException(
          "redact.fleet-key: expected a file with the key that all agents share, found %s (%s)"
              .formatted(file.toString().isEmpty() ? "none" : file, e.getClass().getSimpleName()));
    }
    if (key.isEmpty()) {
      throw new RedactionException("redact.fleet-key: " + file + " is empty");
    }
    return key;
  }

  /// Quotes no key.
  @Override
  public String toString() {
    return "RedactConfig[%d allowed, %d keys, identities %s]"
        .formatted(allow.size(), keys.size(), fleetKey.isEmpty() ? "kept" : "pseudonymised");
  }
}
