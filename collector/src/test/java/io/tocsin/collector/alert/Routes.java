package io.tocsin.collector.alert;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/// Routes for tests.
final class Routes {
  static final byte[] KEY = "a key of twenty-four bytes, at least".getBytes(StandardCharsets.UTF_8);
  static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

  private Routes() {}

  static Route to(URI url) {
    return new Route("ops", url, SECRET, Duration.ZERO, Duration.ofSeconds(2), false);
  }
}
