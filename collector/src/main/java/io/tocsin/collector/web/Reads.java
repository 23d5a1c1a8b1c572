package io.tocsin.collector.web;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Default;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import io.tocsin.collector.web.Refused.Why;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of the REST interface that changes nothing.
@Blocking
final class Reads {
  private static final Pattern LAST = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
  private static final Map<String, Long> UNITS =
      Map.of("s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final long MAX_RANGE = 8 * 86_400_000L;

  private final View view;
  private final EventFeed feed;
  private final LongSupplier clock;

  private record Session(@Nullable String name, @Nullable Role role) {}

  /// @param clock epoch milliseconds
  Reads(View view, EventFeed feed, LongSupplier clock) {
    this.view = view;
    this.feed = feed;
    this.clock = clock;
  }

  @Get("/status")
  public HttpResponse status() {
    return ok(view.status());
  }

  @Get("/session")
  public HttpResponse session(ServiceRequestContext ctx) {
    Actor actor = Gate.actor(ctx);
    return ok(actor == null ? new Session(null, null) : new Session(actor.name(), actor.role()));
  }

  @Get("/overview")
  public HttpResponse overview() {
    return ok(view.overview());
  }

  @Get("/workloads")
  public HttpResponse workloads() {
    return ok(view.workloads());
  }

  @Get("/workloads/{platform}/{scope}/{name}")
  public HttpResponse workload(
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name) {
    String key = key(platform, scope, name);
    return found(view.workload(key), "a workload that Tocsin knows", key);
  }

  @Get("/workloads/{platform}/{scope}/{name}/series")
  public HttpResponse series(
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name,
      @Param("from") Optional<Long> from,
      @Param("to") Optional<Long> to,
      @Param("last") @Default("90m") String last) {
    long end = to.orElseGet(clock::getAsLong);
    long start = from.orElseGet(() -> end - length(last));
    if (start >= end || end - start > MAX_RANGE) {
      throw new Refused(
          Why.MALFORMED,
          "from before to, at most 8 days apart",
          start + " to " + end,
          "query from, to",
          "choose another range");
    }
    String key = key(platform, scope, name);
    return found(view.series(key, start, end), "a workload that Tocsin knows", key);
  }

  @Get("/releases")
  public HttpResponse releases() {
    return ok(view.releases());
  }

  @Get("/releases/{platform}/{scope}/{name}/{release}")
  public HttpResponse release(
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name,
      @Param("release") String release) {
    String key = key(platform, scope, name);
    return found(view.release(key, release), "a release of " + key, release);
  }

  @Get("/incidents")
  public HttpResponse incidents() {
    return ok(view.incidents());
  }

  @Get("/incidents/{id}")
  public HttpResponse incident(@Param("id") String id) {
    return found(view.incident(id), "an incident of the last 90 days", id);
  }

  @Get("/agents")
  public HttpResponse agents() {
    return ok(view.agents());
  }

  @Get("/agents/{id}")
  public HttpResponse agent(@Param("id") String id) {
    return found(
        view.agents().stream().filter(a -> a.id().equals(id)).findFirst(),
        "an agent heard of in the last 7 days",
        id);
  }

  @Get("/policy")
  public HttpResponse policy() {
    return ok(view.policy());
  }

  @Get("/doctor")
  public HttpResponse doctor(ServiceRequestContext ctx) {
    // It knocks at other doors, and tells what is behind: not for everybody on this machine.
    var _ = Gate.require(ctx, Role.VIEW);
    return ok(view.doctor());
  }

  @Get("/silences")
  public HttpResponse silences() {
    return ok(view.silences());
  }

  @Get("/dead-letters")
  public HttpResponse deadLetters() {
    return ok(view.deadLetters());
  }

  @Get("/events")
  public HttpResponse events(ServiceRequestContext ctx, @Param("since") Optional<Long> since) {
    String last = ctx.request().headers().get("last-event-id");
    return feed.listen(ctx, last == null ? since.orElse(-1L) : number(last));
  }

  /// The canonical key: Armeria has decoded the segments.
  static String key(String platform, String scope, String name) {
    return segment(platform) + "/" + segment(scope) + "/" + segment(name);
  }

  private static String segment(String decoded) {
    return decoded.replace("%", "%25").replace("/", "%2F");
  }

  private static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new Refused(
          Why.MALFORMED, "a number", id, "header Last-Event-ID", "leave it out to start from now");
    }
  }

  private static long length(String last) {
    Matcher m = LAST.matcher(last);
    if (!m.matches()) {
      throw new Refused(
          Why.MALFORMED, "e.g. 90m, 6h or 2d", last, "query last", "choose another range");
    }
    Long unit = UNITS.get(m.group(2));
    return Long.parseLong(m.group(1)) * (unit == null ? 0 : unit);
  }

  private static HttpResponse found(Optional<?> value, String expected, String found) {
    return ok(
        value.orElseThrow(() ->
            new Refused(
                Why.NOT_FOUND, expected, found, "path", "choose one from the list above it")));
  }

  private static HttpResponse ok(Object value) {
    return Json.respond(HttpStatus.OK, value)
        .mapHeaders(h -> h.withMutations(m -> m.set(HttpHeaderNames.CACHE_CONTROL, "no-store")));
  }
}
