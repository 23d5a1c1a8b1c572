package io.tocsin.agent.link;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// @param address of the collector, `host:port`
/// @param tls how to prove who is who; null: plain text, for loopback and meshes only
public record LinkConfig(String address, @Nullable Tls tls) {
  public static final LinkConfig DEFAULT = new LinkConfig("127.0.0.1:7601", null);

  public LinkConfig {
    if (!address.matches(".+:[0-9]{1,5}")) {
      throw new IllegalArgumentException("address: expected host:port, found " + address);
    }
  }

  /// PEM files, read again when they change.
  ///
  /// @param authority certificates the collector's must chain to
  /// @param certificate of this agent; its common name must be the agent's id
  /// @param key of that certificate, PKCS #8
  public record Tls(Path authority, Path certificate, Path key) {}
}
