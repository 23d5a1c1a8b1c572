package io.tocsin.collector.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Which Kubernetes is watched, and how patiently.
///
/// @param access where its API is, and who asks
/// @param timeout of one question
/// @param watchFor after which the server ends a watch and it is opened anew: the longest that a
///   dead connection goes unnoticed
/// @param minPause before the next try after trouble; doubles with each failure
/// @param maxPause what it doubles up to
/// @param rollbackDeadline by which a rollback's pods must be ready
public record KubernetesConfig(
    Access access,
    Duration timeout,
    Duration watchFor,
    Duration minPause,
    Duration maxPause,
    Duration rollbackDeadline) {

  /// Waits 10 s for an answer, 2 minutes on a watch, 1 to 30 s after trouble, and 10 minutes for a
  /// rollback.
  public static KubernetesConfig of(Access access) {
    return new KubernetesConfig(
        access,
        Duration.ofSeconds(10),
        Duration.ofMinutes(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10));
  }

  /// Where the API is, and who asks. The defaults are those of a pod with a service account.
  ///
  /// @param server e.g. `https://kubernetes.default.svc`, or `http://127.0.0.1:8001` where `kubectl
  ///   proxy` listens; empty: none
  /// @param tokenFile read for each question, since the kubelet replaces it every hour; shown to an
  ///   https server only
  /// @param authority PEM file of the certificates that the server's must chain to; read again when
  ///   it changes
  /// @param namespaces what is watched; empty: all
  public record Access(String server, Path tokenFile, Path authority, List<String> namespaces) {
    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /// No server.
    public static final Access DEFAULT =
        new Access("", ACCOUNT.resolve("token"), ACCOUNT.resolve("ca.crt"), List.of());

    public Access {
      namespaces = List.copyOf(namespaces);
      List<String> mistakes = new ArrayList<>();
      if (!server.isEmpty() && !ServerAddress.isRight(server)) {
        mistakes.add("server: expected " + ServerAddress.EXPECTED + "; found " + server);
      }
      for (String namespace : namespaces) {
        if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
          mistakes.add(
              "namespaces: expected lower case letters, digits and dashes; found " + namespace);
        }
      }
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", mistakes));
      }
    }

    boolean tls() {
      return server.startsWith("https:");
    }
  }
}
