package io.tocsin.collector.web;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import io.tocsin.collector.web.Refused.Why;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who asks, from where, and may they. Every request passes here before anything reads it.
///
/// A page of another origin must neither read (a name that resolves to 127.0.0.1 makes it the same
/// origin to a browser: DNS rebinding, hence the check of Host) nor write (hence Origin,
/// SameSite=Strict, and a content type that a form cannot send).
final class Gate {
  static final int WRONG_TOKENS = 10;
  static final String COOKIE = "tocsin-session";

  private static final AttributeKey<Actor> ACTOR = AttributeKey.valueOf(Gate.class, "ACTOR");
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

  private final boolean loopback;
  private final List<String> names;
  private final Tokens tokens;
  private final PerMinute failures;

  /// @param failures wrong tokens, by address
  Gate(boolean loopback, List<String> names, Tokens tokens, PerMinute failures) {
    this.loopback = loopback;
    this.names = names;
    this.tokens = tokens;
    this.failures = failures;
  }

  /// Lets a request in, or throws [Refused].
  void admit(ServiceRequestContext ctx, HttpRequest request) {
    RequestHeaders headers = request.headers();
    checkHost(headers);
    boolean api = ctx.path().startsWith("/api/");
    boolean write = !readOnly(request.method());
    if (write) {
      checkOrigin(headers);
    }
    Optional<Actor> actor = identify(ctx, headers);
    actor.ifPresent(a -> ctx.setAttr(ACTOR, a));
    // These take their token from the body, and look at nothing before.
    boolean session = ctx.path().equals("/api/session") || ctx.path().equals(Gates.FLAGGER);
    boolean guarded = api || ctx.path().equals("/metrics");
    if (guarded && !session && actor.isEmpty() && (write || !loopback)) {
      throw new Refused(
          Why.UNKNOWN_CALLER,
          "a session cookie or Authorization: Bearer <token>",
          "neither",
          "request headers",
          "open the link that `tocsin up` prints, or send the token of <data directory>/token");
    }
  }

  /// Who asks; null when a reader on loopback gave no token.
  static @Nullable Actor actor(ServiceRequestContext ctx) {
    return ctx.attr(ACTOR);
  }

  /// Who asks, at least of this role.
  static Actor require(ServiceRequestContext ctx, Role role) {
    Actor actor = actor(ctx);
    if (actor == null || !actor.role().covers(role)) {
      throw new Refused(
          Why.FORBIDDEN,
          "a token of the role " + role.word(),
          actor == null ? "no token" : actor.name() + ", role " + actor.role().word(),
          "request headers",
          "use another token, or ask somebody who has one");
    }
    return actor;
  }

  private static boolean readOnly(HttpMethod method) {
    return method == HttpMethod.GET || method == HttpMethod.HEAD;
  }

  private void checkHost(RequestHeaders headers) {
    String host = nameOf(Optional.ofNullable(headers.authority()).orElse(""));
    boolean restricted = loopback || !names.isEmpty();
    if (restricted && !names.contains(host) && !LOOPBACK.contains(host)) {
      throw new Refused(
          Why.FORBIDDEN,
          "one of " + LOOPBACK + names,
          host.isEmpty() ? "no name" : host,
          "header Host",
          "use that name, or add this one to listen.people.names");
    }
  }

  private void checkOrigin(RequestHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin != null && !origin.equals("null") && sameAuthority(origin, headers.authority())) {
      origin = null;
    }
    String site = headers.get("sec-fetch-site", "none");
    if (origin != null || !(site.equals("none") || site.equals("same-origin"))) {
      throw new Refused(
          Why.FORBIDDEN,
          "a request of this page, or of no page",
          "origin " + (origin == null ? site : origin),
          "headers Origin and Sec-Fetch-Site",
          "open the page at its own address");
    }
    MediaType type = headers.contentType();
    if (headers.method() != HttpMethod.DELETE && (type == null || !type.isJson())) {
      throw new Refused(
          Why.MALFORMED,
          "application/json",
          type == null ? "none" : type.toString(),
          "header Content-Type",
          "send JSON and say so");
    }
  }

  private static boolean sameAuthority(String origin, @Nullable String authority) {
    try {
      return authority != null && authority.equalsIgnoreCase(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String nameOf(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon > authority.lastIndexOf(']');
    return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
  }

  private Optional<Actor> identify(ServiceRequestContext ctx, RequestHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(login(ctx, authorization.substring(7).strip()));
    }
    return headers.cookies().stream()
        .filter(c -> c.name().equals(COOKIE))
        .map(Cookie::value)
        .flatMap(v -> tokens.actorOf(v).stream())
        .findFirst();
  }

  /// Whose token it is. Wrong ones are counted by address, and after some told apart no more. A
  /// right one counts whatever came before it: many pipelines and people share one address, and 256
  /// random bits are not guessed.
  Actor login(ServiceRequestContext ctx, String secret) {
    Optional<Actor> actor = tokens.identify(secret);
    if (actor.isEmpty()) {
      String address = ctx.remoteAddress().getAddress().getHostAddress();
      if (!failures.count(address)) {
        throw new Refused(
            Why.TOO_MANY,
            "at most " + failures.limit() + " wrong tokens a minute",
            "more, from " + address,
            "request headers",
            "wait a minute");
      }
      throw new Refused(
          Why.UNKNOWN_CALLER,
          "a token of this installation",
          "an unknown one",
          "the token sent",
          "read <data directory>/token, or open the link that `tocsin up` prints");
    }
    return actor.get();
  }
}
