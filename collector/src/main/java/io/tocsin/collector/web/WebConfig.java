package io.tocsin.collector.web;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where people reach the collector.
///
/// @param host address to listen on; anything but loopback needs `tls` or `insecure`
/// @param port 0 takes a free one
/// @param tls null for plain text
/// @param insecure whether the operator said `listen.people.insecure: i-know`: plain text beyond
///   loopback
/// @param names host names people use for it beyond loopback names; empty takes any when the
///   listener is not on loopback
public record WebConfig(
    String host, int port, @Nullable Tls tls, boolean insecure, List<String> names) {
  private static final int DEFAULT_PORT = 7600;

  public WebConfig {
    names = List.copyOf(names);
  }

  /// PEM files: a certificate chain and its PKCS #8 key.
  public record Tls(Path certificateChain, Path key) {}

  /// 127.0.0.1:7600.
  public static WebConfig loopback() {
    return new WebConfig("127.0.0.1", DEFAULT_PORT, null, false, List.of());
  }
}
