package io.tocsin.collector.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which Nomad is watched, and how patiently.
///
/// @param access where its API is, and who asks
/// @param timeout of one question
/// @param news how long the server may keep a question about news waiting; it adds up to a
///   sixteenth
/// @param minPause between two questions about news, and before the next try after trouble; doubles
///   with each failure
/// @param maxPause what it doubles up to
/// @param rollbackDeadline by which a rollback's allocations must run
public record NomadConfig(
    Access access,
    Duration timeout,
    Duration news,
    Duration minPause,
    Duration maxPause,
    Duration rollbackDeadline) {

  /// Waits 10 s for an answer, a minute for news, 1 to 30 s after trouble, and 10 minutes for a
  /// rollback.
  public static NomadConfig of(Access access) {
    return new NomadConfig(
        access,
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10));
  }

  /// Where the API is, and who asks.
  ///
  /// @param server e.g. `https://nomad.example.org:4646`, or `http://127.0.0.1:4646` where an agent
  ///   of this machine listens; empty: none
  /// @param tokenFile holds the secret id of an ACL token, read for each question; null: none is
  ///   shown
  /// @param authority PEM file of the certificates that the server's must chain to, read again when
  ///   it changes; null: those that this machine trusts
  /// @param region that is asked for; empty: the server's own
  /// @param namespaces what is watched
  public record Access(
      String server,
      @Nullable Path tokenFile,
      @Nullable Path authority,
      String region,
      List<String> namespaces) {

    /// No server.
    public static final Access DEFAULT = new Access("", null, null, "", List.of("default"));

    public Access {
      namespaces = List.copyOf(namespaces);
      List<String> mistakes = new ArrayList<>();
      if (!server.isEmpty() && !ServerAddress.isRight(server)) {
        mistakes.add("server: expected " + ServerAddress.EXPECTED + "; found " + server);
      }
      if (!server.isEmpty() && namespaces.isEmpty()) {
        mistakes.add("namespaces: expected at least one, found none");
      }
      for (String namespace : namespaces) {
        // As Nomad has them. Not `*`: it would take a management token.
        if (!namespace.matches("[a-zA-Z0-9-]{1,128}")) {
          mistakes.add("namespaces: expected letters, digits and dashes; found " + namespace);
        }
      }
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", mistakes));
      }
    }
  }
}
