package io.tocsin.collector.deployment;

import java.net.URI;

/// Address of an API server: `https://host[:port]`, or `http://` on this machine, where nobody on
/// the way reads or changes what is said.
final class ServerAddress {
  static final String EXPECTED =
      "https://host[:port], or http:// and a loopback address, without a path";

  private ServerAddress() {}

  static boolean isRight(String server) {
    try {
      URI uri = URI.create(server);
      String host = uri.getHost();
      boolean plain =
          "http".equals(uri.getScheme())
              && host != null
              // Not any name that begins with 127.
              && host.matches("localhost|\\[::1]|127(\\.\\d{1,3}){3}");
      return host != null
          && uri.getRawUserInfo() == null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && ("https".equals(uri.getScheme()) || plain);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
