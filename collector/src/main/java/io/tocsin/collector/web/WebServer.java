package io.tocsin.collector.web;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.EncodingService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listener for people: REST, server-sent events, the page, health, metrics.
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
  private static final int MAX_BODY = 64 << 10;
  private static final int MAX_CONNECTIONS = 512;
  private static final String CONTENT_POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'";
  private static final Set<String> TEXTS =
      Set.of("json", "javascript", "css", "html", "svg+xml", "plain");

  private final Server server;
  private final EventFeed feed;

  private WebServer(Server server, EventFeed feed) {
    this.server = server;
    this.feed = feed;
  }

  /// Starts to listen.
  ///
  /// @param clock epoch milliseconds
  /// @throws IllegalArgumentException when the address is beyond loopback, in plain text, and the
  ///   operator has not said so in words
  /// @throws java.util.concurrent.CompletionException when the address is taken
  public static WebServer start(
      WebConfig config,
      View view,
      Commands commands,
      Tokens tokens,
      PrometheusMeterRegistry metrics,
      LongSupplier clock) {
    InetSocketAddress address = new InetSocketAddress(resolve(config.host()), config.port());
    boolean loopback = address.getAddress().isLoopbackAddress();
    if (!loopback && config.tls() == null && !config.insecure()) {
      throw new IllegalArgumentException(
          ("listen.people: %s is reachable from other machines and has no TLS, so nothing was"
                  + " started; set listen.people.tls, bind 127.0.0.1, or, if something before it"
                  + " does TLS, say listen.people.insecure: i-know")
              .formatted(config.host()));
    }
    Gate gate = new Gate(loopback, config.names(), tokens, new PerMinute(Gate.WRONG_TOKENS, clock));
    EventFeed feed = new EventFeed(view);
    ServerBuilder builder =
        Server.builder()
            .maxRequestLength(MAX_BODY)
            .maxNumConnections(MAX_CONNECTIONS)
            .http1MaxInitialLineLength(8 << 10)
            .http1MaxHeaderSize(16 << 10)
            .requestTimeout(Duration.ofSeconds(10))
            .idleTimeout(Duration.ofSeconds(60))
            .gracefulShutdownTimeout(Duration.ofMillis(100), Duration.ofSeconds(2))
            .meterRegistry(metrics)
            .errorHandler(WebServer::answerError);
    listen(builder, address, config);
    route(builder, view, metrics, new Page());
    builder.annotatedService("/api", new Reads(view, feed, clock));
    builder.annotatedService(
        "/api", new Writes(commands, view, tokens, gate, config.tls() != null, clock));
    builder.annotatedService("/api", new Gates(view, gate));
    builder.annotatedService("/api", new EvidenceReads(view));
    builder.decorator(
        EncodingService.builder().encodableContentTypes(WebServer::text).newDecorator());
    builder.decorator((delegate, ctx, request) -> admitted(gate, delegate, ctx, request));
    Server server = builder.build();
    server.start().join();
    LOG.info("people's listener on {}:{}", config.host(), server.activeLocalPort());
    return new WebServer(server, feed);
  }

  /// The port it listens on.
  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    feed.close();
    server.stop().join();
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "listen: expected an address of this machine, found " + host + "; nothing was started",
          e);
    }
  }

  private static void listen(ServerBuilder builder, InetSocketAddress address, WebConfig config) {
    WebConfig.Tls tls = config.tls();
    if (tls == null) {
      builder.http(address);
    } else {
      builder
          .https(address)
          .tls(TlsKeyPair.of(tls.key().toFile(), tls.certificateChain().toFile()));
    }
  }

  private static void route(
      ServerBuilder builder, View view, PrometheusMeterRegistry metrics, Page page) {
    builder.service("/health", (ctx, request) -> HttpResponse.of("alive\n"));
    builder.service(
        "/health/ready",
        blocking(() -> {
          Status status = view.status();
          return HttpResponse.of("ready, version " + status.version() + "\n");
        }));
    builder.service(
        "/metrics", blocking(() -> HttpResponse.of(MediaType.PLAIN_TEXT_UTF_8, metrics.scrape())));
    builder.service(
        "glob:/assets/*/**",
        (ctx, request) -> page.asset(segment(ctx.pathParam("0")), segment(ctx.pathParam("1"))));
    builder.serviceUnder(
        "/api/",
        (ctx, request) ->
            Json.problem(
                HttpStatus.NOT_FOUND,
                "a path of the REST interface",
                ctx.path(),
                "path",
                "see /api/status for a start"));
    builder.serviceUnder("/", (ctx, request) -> page.document());
  }

  private static String segment(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static HttpService blocking(Supplier<HttpResponse> answer) {
    return (ctx, request) -> HttpResponse.of(answer, ctx.blockingTaskExecutor());
  }

  private static HttpResponse admitted(
      Gate gate, HttpService delegate, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    ctx.mutateAdditionalResponseHeaders(WebServer::protect);
    gate.admit(ctx, request);
    return delegate.serve(ctx, request);
  }

  private static void protect(HttpHeadersBuilder headers) {
    headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    headers.set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    headers.set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
    headers.set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY");
  }

  private static boolean text(MediaType type) {
    return TEXTS.contains(type.subtype());
  }

  private static HttpResponse answerError(ServiceRequestContext ctx, Throwable cause) {
    if (cause instanceof Refused refused) {
      return Json.respond(refused);
    }
    if (cause instanceof ContentTooLargeException) {
      return Json.problem(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "at most " + MAX_BODY + " bytes",
          "more",
          "body",
          "send less");
    }
    return unforeseen(ctx, cause);
  }

  private static HttpResponse unforeseen(ServiceRequestContext ctx, Throwable cause) {
    HttpStatus status =
        cause instanceof HttpStatusException e
            ? e.httpStatus()
            : cause instanceof IllegalArgumentException
                ? HttpStatus.BAD_REQUEST
                : HttpStatus.INTERNAL_SERVER_ERROR;
    if (status.isServerError()) {
      LOG.warn("{} {} failed", ctx.method(), ctx.path(), cause);
    }
    return Json.problem(
        status,
        "a request that can be answered",
        status.isServerError() ? "a fault of the collector" : status.reasonPhrase(),
        ctx.path(),
        status.isServerError() ? "nothing was changed; see the collector's log" : "correct it");
  }
}
