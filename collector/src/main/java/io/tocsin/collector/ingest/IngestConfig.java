package io.tocsin.collector.ingest;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The agents' listener.
///
/// @param host to bind; beyond loopback only with `tls` or `insecure`
/// @param port to bind; 0 takes a free one
/// @param tls how to prove who is who; null: plain text
/// @param insecure the operator says in words that plain text beyond loopback is meant: `i-know`
/// @param maxAgents streams at once
/// @param keepAlive a connection that was quiet for so long is asked whether it is there, which
///   also keeps it from being idle to what stands between; 10 s to 1 h
public record IngestConfig(
    String host, int port, @Nullable Tls tls, String insecure, int maxAgents, Duration keepAlive) {
  public static final IngestConfig DEFAULT =
      new IngestConfig("127.0.0.1", 7601, null, "", 10_000, Duration.ofSeconds(30));

  public IngestConfig {
    // gRPC asks no more often than every 10 s, whatever it is told.
    if (keepAlive.toSeconds() < 10 || keepAlive.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("keep-alive: expected 10 s to 1 h, found " + keepAlive);
    }
  }

  /// PEM files, read again when they change. With them an agent must show a certificate whose
  /// common name is its id.
  ///
  /// @param authority certificates an agent's must chain to
  /// @param certificate of this collector
  /// @param key of that certificate, PKCS #8
  public record Tls(Path authority, Path certificate, Path key) {}
}
