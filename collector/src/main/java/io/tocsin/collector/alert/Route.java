package io.tocsin.collector.alert;

import io.tocsin.agent.config.Default;
import io.tocsin.agent.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/// Where webhooks go, signed as [Standard Webhooks](https://www.standardwebhooks.com) says.
///
/// @param name letters, digits and dashes
/// @param url `https`, or `http` on this machine; the operator's own choice, so private addresses
///   are fine; never quoted, for its path may be a password
/// @param secret `whsec_` and 24 to 64 bytes in base64
/// @param heartbeat how often a dead man's webhook goes out, so that its absence tells; 0: never
/// @param timeout for one attempt
/// @param plainHttpAllowed whether `http` may leave this machine, where anybody on the way reads it
public record Route(
    String name,
    @Secret URI url,
    @Secret String secret,
    @Default("5 min") Duration heartbeat,
    @Default("10 s") Duration timeout,
    @Default("false") boolean plainHttpAllowed) {
  private static final String PREFIX = "whsec_";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  public Route {
    if (!name.matches("[A-Za-z0-9-]{1,60}")) {
      throw new IllegalArgumentException(
          "expected a name of letters, digits and dashes, found \"" + name + "\"");
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    if (host == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "route " + name + ": expected a url with a host and without a user name");
    }
    boolean plain = scheme.equals("http") && (plainHttpAllowed || THIS_MACHINE.contains(host));
    if (!scheme.equals("https") && !plain) {
      throw new IllegalArgumentException(
          "route %s: expected https, found %s; or say plain-http-allowed: true"
              .formatted(name, scheme.isEmpty() ? "no scheme" : scheme));
    }
    int bytes = keyBytes(secret);
    if (bytes < 24 || bytes > 64) {
      throw new IllegalArgumentException(
          "route "
              + name
              + ": expected a secret of whsec_ and 24 to 64 bytes in base64; make one with"
              + " echo whsec_$(openssl rand -base64 32)");
    }
    if (heartbeat.isNegative() || !timeout.isPositive() || timeout.toMinutes() >= 1) {
      throw new IllegalArgumentException(
          "route " + name + ": expected a heartbeat of 0 or more and a timeout below 1 min");
    }
  }

  byte[] key() {
    return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
  }

  private static int keyBytes(String secret) {
    try {
      return secret.startsWith(PREFIX)
          ? Base64.getDecoder().decode(secret.substring(PREFIX.length())).length
          : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return "Route[" + name + " to " + url.getHost() + "]"; // no secret, no token in a path
  }
}
