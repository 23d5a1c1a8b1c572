package io.tocsin.collector.alert;

import io.tocsin.agent.config.Default;
import io.tocsin.agent.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where webhooks go, and in which shape; signed as [Standard
/// Webhooks](https://www.standardwebhooks.com) says where the shape allows.
///
/// @param name letters, digits and dashes
/// @param url `https`, or `http` on this machine; the operator's own choice, so private addresses
///   are fine; never quoted, for its path may be a password
/// @param secret `whsec_` and 24 to 64 bytes in base64 where bodies are signed; the integration's
///   key for PagerDuty; a bearer token for Alertmanager, or none; none for Slack, whose url is the
///   secret
/// @param shape what the receiver reads
/// @param owners whose workloads it is told of; empty: all
/// @param heartbeat how often a dead man's webhook goes out, so that its absence tells; 0: never.
///   An Alertmanager is told again at each what still fires. Slack and PagerDuty get none
/// @param timeout for one attempt
/// @param plainHttpAllowed whether `http` may leave this machine, where anybody on the way reads it
public record Route(
    String name,
    @Secret URI url,
    @Secret @Nullable String secret,
    @Default("standard-webhooks") Shape shape,
    List<String> owners,
    @Default("5 min") Duration heartbeat,
    @Default("10 s") Duration timeout,
    @Default("false") boolean plainHttpAllowed) {
  private static final String PREFIX = "whsec_";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  public Route {
    owners = List.copyOf(owners);
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
    int bytes = secret == null ? 0 : keyBytes(secret);
    if (shape.signs() && (bytes < 24 || bytes > 64)) {
      throw new IllegalArgumentException(
          "route "
              + name
              + ": expected a secret of whsec_ and 24 to 64 bytes in base64; make one with"
              + " echo whsec_$(openssl rand -base64 32)");
    }
    if (shape == Shape.PAGERDUTY && (secret == null || !secret.matches("[A-Za-z0-9]{32}"))) {
      throw new IllegalArgumentException(
          "route " + name + ": expected a secret of the integration's 32 letters and digits");
    }
    if (shape == Shape.SLACK && secret != null) {
      throw new IllegalArgumentException(
          "route " + name + ": expected no secret, the url is Slack's");
    }
    if (shape == Shape.ALERTMANAGER && secret != null && !secret.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException("route " + name + ": expected a bearer token as secret");
    }
    if (shape == Shape.ALERTMANAGER && !url.getPath().endsWith("/api/v2/alerts")) {
      throw new IllegalArgumentException(
          "route " + name + ": expected the url of an Alertmanager with /api/v2/alerts at its end");
    }
    if (shape == Shape.ALERTMANAGER && heartbeat.isZero()) {
      throw new IllegalArgumentException(
          "route " + name + ": expected a heartbeat above 0, or what fires would end by itself");
    }
    if (heartbeat.isNegative() || !timeout.isPositive() || timeout.toMinutes() >= 1) {
      throw new IllegalArgumentException(
          "route " + name + ": expected a heartbeat of 0 or more and a timeout below 1 min");
    }
  }

  /// Of signatures.
  ///
  /// @throws IllegalStateException when the shape signs nothing
  byte[] key() {
    if (!shape.signs() || secret == null) {
      throw new IllegalStateException("route " + name + " signs nothing");
    }
    return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
  }

  /// Whether it is told of workloads of these owners.
  boolean takes(List<String> owned) {
    return owners.isEmpty() || owned.stream().anyMatch(owners::contains);
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
