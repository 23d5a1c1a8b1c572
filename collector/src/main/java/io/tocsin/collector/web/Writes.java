package io.tocsin.collector.web;

import static com.linecorp.armeria.common.HttpHeaderNames.SET_COOKIE;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Post;
import io.tocsin.collector.deployment.Announcement;
import io.tocsin.collector.web.Refused.Why;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The part of the REST interface that changes something. Each needs a token; see [Gate].
@Blocking
final class Writes {
  private static final long MIN_SILENCE = 60_000;
  private static final long MAX_SILENCE = 30 * 86_400_000L;

  // One record of the evidence each.
  private static final int ANNOUNCEMENTS = 60;

  private final Commands commands;
  private final View view;
  private final Tokens tokens;
  private final Gate gate;
  private final boolean secure;
  private final LongSupplier clock;
  private final PerMinute announcements;

  // The bodies. A component that is missing is null.
  private record Login(@Nullable String token) {}

  private record AnswerBody(@Nullable String answer, @Nullable String verdictHash) {}

  private record AnnounceBody(
      @Nullable String name,
      @Nullable String commit,
      @Nullable String url,
      @Nullable Boolean anyName) {}

  private record KillSwitchBody(@Nullable Boolean stopped, @Nullable String confirm) {}

  private record FeedbackBody(@Nullable String label) {}

  private record UnlearnBody(long fromMillis, long untilMillis) {}

  private record SilenceBody(
      @Nullable String workload, @Nullable String incident, long forMillis) {}

  /// @param secure whether the cookie may only travel over TLS
  /// @param clock epoch milliseconds
  Writes(
      Commands commands, View view, Tokens tokens, Gate gate, boolean secure, LongSupplier clock) {
    this.commands = commands;
    this.view = view;
    this.tokens = tokens;
    this.gate = gate;
    this.secure = secure;
    this.clock = clock;
    this.announcements = new PerMinute(ANNOUNCEMENTS, clock);
  }

  @Post("/session")
  public HttpResponse login(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    Login body = Json.read(request.contentUtf8(), Login.class);
    Actor actor = gate.login(ctx, given(body.token(), "body.token", "a token"));
    return Json.respond(HttpStatus.OK, actor)
        .mapHeaders(h ->
            h.withMutations(m -> m.set(SET_COOKIE, cookie(tokens.openSession(actor), 12 * 3_600))));
  }

  @Delete("/session")
  public HttpResponse logout() {
    return Json.respond(HttpStatus.OK, new Commands.Done("Signed out."))
        .mapHeaders(h -> h.withMutations(m -> m.set(SET_COOKIE, cookie("", 0))));
  }

  @Post("/releases/{platform}/{scope}/{name}/{release}/answer")
  public HttpResponse answer(
      ServiceRequestContext ctx,
      AggregatedHttpRequest request,
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name,
      @Param("release") String release) {
    Actor actor = Gate.require(ctx, Role.APPROVE);
    AnswerBody body = Json.read(request.contentUtf8(), AnswerBody.class);
    return done(
        commands.answer(
            actor,
            Reads.key(platform, scope, name),
            release,
            one(Commands.Answer.class, body.answer(), "body.answer"),
            given(body.verdictHash(), "body.verdictHash", "the hash of the verdict you saw")));
  }

  @Post("/announcements/{platform}/{scope}/{name}")
  public HttpResponse announce(
      ServiceRequestContext ctx,
      AggregatedHttpRequest request,
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name) {
    Actor actor = Gate.require(ctx, Role.ANNOUNCE);
    if (!announcements.count(actor.name())) {
      throw new Refused(
          Why.TOO_MANY,
          "at most " + ANNOUNCEMENTS + " announcements a minute of one token",
          "more, of " + actor.name(),
          "request headers",
          "wait a minute");
    }
    AnnounceBody body = Json.read(request.contentUtf8(), AnnounceBody.class);
    String workload =
        known(
            Reads.key(platform, scope, name),
            "see /api/workloads; the first release of a workload is neither announced nor judged");
    try {
      return done(
          commands.announce(
              new Announcement(
                  workload,
                  given(body.name(), "body.name", "what the release is called"),
                  body.commit() == null ? "" : body.commit(),
                  body.url() == null ? "" : body.url(),
                  clock.getAsLong(),
                  actor.name(),
                  Boolean.TRUE.equals(body.anyName()))));
    } catch (IllegalArgumentException e) {
      throw new Refused(
          Why.MALFORMED, "an announcement", String.valueOf(e.getMessage()), "body", "correct it");
    }
  }

  @Post("/kill-switch")
  public HttpResponse killSwitch(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    KillSwitchBody body = Json.read(request.contentUtf8(), KillSwitchBody.class);
    boolean stopped = given(body.stopped(), "body.stopped", "true or false");
    Actor actor = Gate.require(ctx, stopped ? Role.APPROVE : Role.ADMINISTER);
    if (!stopped && !"arm".equals(body.confirm())) {
      throw new Refused(
          Why.MALFORMED,
          "arm",
          String.valueOf(body.confirm()),
          "body.confirm",
          "arming takes two steps: say so by \"confirm\": \"arm\"");
    }
    return done(commands.killSwitch(actor, stopped));
  }

  @Post("/incidents/{id}/feedback")
  public HttpResponse feedback(
      ServiceRequestContext ctx, AggregatedHttpRequest request, @Param("id") String id) {
    Actor actor = Gate.require(ctx, Role.APPROVE);
    FeedbackBody body = Json.read(request.contentUtf8(), FeedbackBody.class);
    return done(
        commands.feedback(actor, id, one(Commands.Label.class, body.label(), "body.label")));
  }

  @Post("/workloads/{platform}/{scope}/{name}/unlearn")
  public HttpResponse unlearn(
      ServiceRequestContext ctx,
      AggregatedHttpRequest request,
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name) {
    Actor actor = Gate.require(ctx, Role.APPROVE);
    UnlearnBody body = Json.read(request.contentUtf8(), UnlearnBody.class);
    String workload = known(Reads.key(platform, scope, name), "see /api/workloads");
    if (body.fromMillis() <= 0
        || body.untilMillis() <= body.fromMillis()
        || body.untilMillis() > clock.getAsLong()) {
      throw new Refused(
          Why.MALFORMED,
          "a time that is over, in epoch milliseconds",
          body.fromMillis() + " to " + body.untilMillis(),
          "body.fromMillis, body.untilMillis",
          "give the beginning before the end, and no future");
    }
    return done(commands.unlearn(actor, workload, body.fromMillis(), body.untilMillis()));
  }

  @Post("/silences")
  public HttpResponse silence(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    Actor actor = Gate.require(ctx, Role.APPROVE);
    SilenceBody body = Json.read(request.contentUtf8(), SilenceBody.class);
    if (body.forMillis() < MIN_SILENCE || body.forMillis() > MAX_SILENCE) {
      throw new Refused(
          Why.MALFORMED,
          "1 minute to 30 days, in milliseconds",
          String.valueOf(body.forMillis()),
          "body.forMillis",
          "a silence always ends: choose how long");
    }
    String workload = given(body.workload(), "body.workload", "the key of a workload");
    return Json.respond(
        HttpStatus.OK, commands.silence(actor, workload, body.incident(), body.forMillis()));
  }

  @Delete("/silences/{id}")
  public HttpResponse unsilence(ServiceRequestContext ctx, @Param("id") String id) {
    return done(commands.unsilence(Gate.require(ctx, Role.APPROVE), id));
  }

  @Post("/dead-letters/{route}/{webhook}/again")
  public HttpResponse sendAgain(
      ServiceRequestContext ctx, @Param("route") String route, @Param("webhook") String webhook) {
    return done(commands.sendAgain(Gate.require(ctx, Role.APPROVE), route, webhook));
  }

  @Post("/test-alert")
  public HttpResponse testAlert(ServiceRequestContext ctx) {
    return done(commands.testAlert(Gate.require(ctx, Role.ADMINISTER)));
  }

  private String cookie(String value, long seconds) {
    return Cookie.secureBuilder(Gate.COOKIE, value)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure(secure)
        .sameSite("Strict")
        .build()
        .toSetCookieHeader();
  }

  private String known(String workload, String safeWay) {
    if (!view.knows(workload)) {
      throw new Refused(Why.NOT_FOUND, "a workload that Tocsin knows", workload, "path", safeWay);
    }
    return workload;
  }

  private static HttpResponse done(Commands.Done done) {
    return Json.respond(HttpStatus.OK, done);
  }

  private static <T> T given(@Nullable T value, String where, String expected) {
    if (value == null) {
      throw new Refused(Why.MALFORMED, expected, "nothing", where, "add it");
    }
    return value;
  }

  private static <E extends Enum<E>> E one(Class<E> type, @Nullable String word, String where) {
    for (E value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
        return value;
      }
    }
    StringBuilder words = new StringBuilder();
    for (E value : type.getEnumConstants()) {
      words.append(words.isEmpty() ? "" : ", ");
      words.append(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    throw new Refused(
        Why.MALFORMED, "one of " + words, String.valueOf(word), where, "choose one of these");
  }
}
