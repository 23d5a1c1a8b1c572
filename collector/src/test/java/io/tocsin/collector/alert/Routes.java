package io.tocsin.collector.alert;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Routes for tests.
final class Routes {
  static final byte[] KEY = "a key of twenty-four bytes, at least".getBytes(StandardCharsets.UTF_8);
  static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

  private Routes() {}

  static Route to(URI url) {
    return to("ops", url, SECRET, Shape.STANDARD_WEBHOOKS, List.of(), Duration.ZERO);
  }

  static Route to(
      String name,
      URI url,
      @Nullable String secret,
      Shape shape,
      List<String> owners,
      Duration heartbeat) {
    return new Route(name, url, secret, shape, owners, heartbeat, Duration.ofSeconds(2), false);
  }
}
