package io.tocsin.collector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.collector.store.StateStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The receiver is a real HTTP server; the clock is not real, so that minutes pass at once.
class AlerterTest {
  private static final long SEED = 7;
  private static final String PAGER_KEY = "0123456789abcdef0123456789abcdef";

  private final StateStore store = StateStore.inMemory();
  private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Receiver receiver;

  AlerterTest() throws IOException {
    receiver = new Receiver();
  }

  @BeforeEach
  void seed() {
    System.out.println("seed " + SEED);
  }

  @AfterEach
  void close() {
    receiver.close();
    threads.close();
  }

  @Test
  void aSignedWebhookArrivesAndItsRowIsGone() {
    enqueue(1);
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await().untilAsserted(() -> assertThat(receiver.distinct()).hasSize(1));
      await().untilAsserted(() -> assertThat(alerter.routes().getFirst().delivered()).isEqualTo(1));
      assertThat(waiting()).isEmpty();
    }
  }

  @Test
  void eachArrivesOnceThroughAReceiverThatIsDownAndThenLosesItsReplies() {
    receiver.mode = Mode.DOWN;
    enqueue(10);
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await().untilAsserted(() -> assertThat(receiver.attempts()).isGreaterThanOrEqualTo(10));
      long down = clock.get();
      while (clock.get() < down + 60_000) {
        pass(alerter, 5_000);
      }
      receiver.mode = Mode.LOSES_REPLIES;
      await().until(() -> passed(alerter) && receiver.distinct().size() == 10);
      receiver.mode = Mode.UP;
      await().until(() -> passed(alerter) && waiting().isEmpty());

      assertThat(receiver.distinct()).hasSize(10);
      assertThat(receiver.taken()).as("the lost replies were asked for again").isGreaterThan(10);
      assertThat(receiver.badSignatures).isEmpty();
      assertThat(alerter.routes().getFirst().delivered()).isEqualTo(10);
      assertThat(alerter.deadLetters(100)).isEmpty();
    }
  }

  @Test
  void aRestartInTheMiddleLosesNothingAndKeepsTheIds() {
    receiver.mode = Mode.LOSES_REPLIES;
    enqueue(5);
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await().until(() -> passed(alerter) && receiver.taken() >= 3);
    }
    assertThat(waiting()).hasSize(5);

    receiver.mode = Mode.UP;
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await().until(() -> passed(alerter) && waiting().isEmpty());
    }

    assertThat(receiver.distinct().keySet())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 5).mapToObj(i -> "msg_" + i).toList());
    assertThat(receiver.badSignatures).isEmpty();
  }

  @Test
  void whatCannotBeDeliveredIsADeadLetterThatCanBeSentAgain() {
    receiver.mode = Mode.DOWN;
    enqueue(2);
    try (var alerter = start(config(Duration.ofMinutes(2), Duration.ZERO))) {
      await().until(() -> passed(alerter) && alerter.deadLetters(10).size() == 2);
      assertThat(waiting()).isEmpty();
      assertThat(alerter.deadLetters(10).getFirst().lastError())
          .isEqualTo("expected 2xx, found 503");

      receiver.mode = Mode.UP;
      assertThat(alerter.sendAgain("ops", "msg_1")).isEqualTo(Alerter.Again.ON_ITS_WAY);
      assertThat(alerter.sendAgain("ops", "msg_9")).isEqualTo(Alerter.Again.NO_SUCH_LETTER);
      await().untilAsserted(() -> assertThat(receiver.distinct()).containsOnlyKeys("msg_1"));
      assertThat(alerter.deadLetters(10)).extracting(Delivery::webhookId).containsExactly("msg_0");
    }
  }

  @Test
  void aRedirectIsRefused() {
    receiver.mode = Mode.REDIRECTS;
    enqueue(1);
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await()
          .untilAsserted(() ->
              assertThat(alerter.routes().getFirst().lastError())
                  .isEqualTo("expected 2xx, found 302 (redirects are refused)"));
      assertThat(receiver.distinct()).isEmpty();
    }
  }

  @Test
  void theHeartbeatBeatsWhileTheCollectorDoesItsWork() {
    try (var alerter = start(config(Duration.ofDays(1), Duration.ofMinutes(5)))) {
      await().untilAsserted(() -> assertThat(receiver.distinct()).hasSize(1));
      pass(alerter, Duration.ofMinutes(5).toMillis());
      await().untilAsserted(() -> assertThat(receiver.distinct()).hasSize(2));
      assertThat(receiver.distinct().values()).allMatch(b -> b.contains("\"type\":\"heartbeat\""));

      alive.set(false);
      pass(alerter, Duration.ofMinutes(5).toMillis());
      alerter.testAlert();
      await().untilAsserted(() -> assertThat(receiver.distinct()).hasSize(3));
      assertThat(receiver.distinct().values())
          .filteredOn(body -> body.contains("heartbeat"))
          .hasSize(2);
    }
  }

  @Test
  void aTestAlertGoesToEveryRoute() {
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      assertThat(alerter.testAlert()).containsExactly("ops");
      await()
          .untilAsserted(() ->
              assertThat(receiver.distinct().values())
                  .singleElement()
                  .asString()
                  .contains("\"type\":\"test\"", "\"chainHead\":\"c0ffee\""));
    }
  }

  @Test
  void whatWaitsForARouteThatIsGoneIsADeadLetter() {
    enqueue(3);
    var without =
        new AlertConfig(
            List.of(),
            List.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofDays(1),
            null);
    try (var alerter = start(without)) {
      assertThat(alerter.deadLetters(10))
          .hasSize(3)
          .allMatch(letter -> "the route is no longer configured".equals(letter.lastError()));
    }
  }

  @Test
  void theEndOfAnIncidentIsNotToldBeforeItsBeginning() {
    receiver.mode = Mode.DOWN;
    store.write(List.of(Rows.delivery(notice("msg_a", "incident.opened", 0, null, "{}"))));
    try (var alerter = start(config(Duration.ofDays(1), Duration.ZERO))) {
      await().until(() -> passed(alerter) && receiver.attempts() >= 4);
      receiver.mode = Mode.UP;
      store.write(List.of(Rows.delivery(notice("msg_b", "incident.resolved", 1, null, "{}"))));
      await().until(() -> passed(alerter) && waiting().isEmpty());
      assertThat(receiver.order()).containsExactly("msg_a", "msg_b");
    }
  }

  @Test
  void whatIsOverOpensNoAlertThatNothingEnds() {
    Incident over = incident(Incident.State.RESOLVED);
    Shape shape = Shape.PAGERDUTY;
    Delivery opened =
        notice("msg_a", "incident.opened", 0, shape, "{\"event_action\":\"trigger\"}");
    Delivery resolved =
        notice("msg_b", "incident.resolved", 1, shape, "{\"event_action\":\"resolve\"}");
    Delivery dead = notice("msg_c", "incident.updated", 0, shape, "{}").givenUp("gone");
    store.write(
        Stream.concat(
                Stream.of(Rows.incident(over)),
                Stream.of(opened, resolved, dead).map(d -> Rows.delivery(of(over, d))))
            .toList());
    try (var alerter = start(only(Shape.PAGERDUTY, receiver.url(), PAGER_KEY))) {
      await().until(() -> passed(alerter) && waiting().isEmpty());
      assertThat(receiver.order()).containsExactly("msg_b");
      assertThat(alerter.routes().getFirst().dropped()).isEqualTo(1);
      assertThat(alerter.sendAgain("ops", "msg_c")).isEqualTo(Alerter.Again.OVER);
    }
  }

  @Test
  void whatWasWrittenForAnotherKindOfReceiverIsADeadLetter() {
    store.write(
        List.of(Rows.delivery(notice("msg_a", "incident.opened", 0, Shape.ALERTMANAGER, "[]"))));
    try (var alerter = start(only(Shape.PAGERDUTY, receiver.url(), PAGER_KEY))) {
      assertThat(alerter.deadLetters(10))
          .singleElement()
          .extracting(Delivery::lastError)
          .asString()
          .contains("a receiver of another kind");
      assertThat(alerter.sendAgain("ops", "msg_a")).isEqualTo(Alerter.Again.OTHER_SHAPE);
    }
  }

  @Test
  void aBodyThatCannotBeSentIsAFailedAttemptAndTheRouteGoesOn() {
    Incident open = incident(Incident.State.OPEN);
    // As an earlier release wrote it: of a shape that nobody knows.
    Delivery array = of(open, notice("msg_a", "incident.opened", 0, null, "[]"));
    store.write(List.of(Rows.incident(open), Rows.delivery(array)));
    try (var alerter = start(only(Shape.PAGERDUTY, receiver.url(), PAGER_KEY))) {
      await().until(() -> alerter.routes().getFirst().failedAttempts() == 1);
      alerter.testAlert();
      await().until(() -> passed(alerter) && receiver.taken() == 1);
      await()
          .untilAsserted(
              () -> assertThat(waiting()).extracting(Delivery::webhookId).containsExactly("msg_a"));
    }
  }

  @Test
  void anAlertThatGoesOnIsToldAgainHoweverManyCameAfterIt() {
    store.write(List.of(Rows.incident(incident(Incident.State.OPEN))));
    String id = incident(Incident.State.OPEN).id();
    for (int i = 1; i <= 600; i++) {
      var past = new Draft("past-" + i, false, List.of("a/b/" + i), clock.get() + i);
      past.resolve(clock.get() + i);
      store.write(List.of(Rows.incident(past.incident())));
    }
    URI alerts = receiver.url().resolve("/api/v2/alerts");
    try (var alerter = start(only(Shape.ALERTMANAGER, alerts, null))) {
      await().until(() -> passed(alerter) && receiver.taken() >= 1);
      assertThat(receiver.distinct().values()).allMatch(body -> body.contains(id));
    }
  }

  @Test
  void pagerDutysKeyIsPutInOnlyWhenItIsSent() {
    receiver.mode = Mode.DOWN;
    try (var alerter = start(only(Shape.PAGERDUTY, receiver.url(), PAGER_KEY))) {
      alerter.testAlert();
      await().until(() -> receiver.attempts() == 1);
      assertThat(waiting())
          .singleElement()
          .extracting(Delivery::body)
          .asString()
          .doesNotContain(PAGER_KEY);
      receiver.mode = Mode.UP;
      await().until(() -> passed(alerter) && receiver.distinct().size() == 1);
      assertThat(receiver.distinct().values().iterator().next())
          .contains("\"routing_key\":\"" + PAGER_KEY + "\"", "\"event_action\":\"trigger\"");
      assertThat(receiver.taken()).as("and no heartbeat, which would page").isEqualTo(1);
    }
  }

  private Alerter start(AlertConfig config) {
    return Alerter.start(config, store, clock::get, SEED, threads, () -> "c0ffee", alive::get);
  }

  private AlertConfig config(Duration giveUpAfter, Duration heartbeat) {
    var route =
        Routes.to(
            "ops", receiver.url(), Routes.SECRET, Shape.STANDARD_WEBHOOKS, List.of(), heartbeat);
    return new AlertConfig(
        List.of(route), List.of(), Duration.ofMinutes(1), Duration.ofHours(1), giveUpAfter, null);
  }

  /// One route, `ops`, of a shape.
  private static AlertConfig only(Shape shape, URI url, @Nullable String secret) {
    var route = Routes.to("ops", url, secret, shape, List.of(), Duration.ofMinutes(1));
    return new AlertConfig(
        List.of(route),
        List.of(),
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        Duration.ofDays(1),
        null);
  }

  private static Delivery of(Incident incident, Delivery delivery) {
    return new Delivery(
        delivery.route(),
        delivery.webhookId(),
        delivery.type(),
        incident.id(),
        delivery.notice(),
        delivery.shape(),
        delivery.body(),
        delivery.createdMillis(),
        delivery.dueMillis(),
        delivery.attempts(),
        delivery.lastError(),
        delivery.dead());
  }

  private void enqueue(int count) {
    for (int i = 0; i < count; i++) {
      String body = "{\"n\":" + i + "}";
      Delivery delivery = notice("msg_" + i, "incident.opened", 0, null, body);
      store.write(List.of(Rows.delivery(delivery)));
    }
  }

  private Delivery notice(String id, String type, int notice, @Nullable Shape shape, String body) {
    long now = clock.get();
    return new Delivery(
        "ops", id, type, "x", notice, shape, body, now, now, 0, null, /* dead= */ false);
  }

  /// Incident `x`, of the time that tests begin at.
  private Incident incident(Incident.State state) {
    var draft = new Draft("x", false, List.of("a/b/c"), clock.get());
    draft.noticed("incident.opened", clock.get(), "msg_0");
    if (state == Incident.State.RESOLVED) {
      draft.resolve(clock.get());
    }
    return draft.incident();
  }

  private List<Delivery> waiting() {
    return Rows.deliveries(store, "ops", false, 100);
  }

  private void pass(Alerter alerter, long millis) {
    clock.addAndGet(millis);
    alerter.wake();
  }

  /// Lets a few seconds pass at every look, so that retries come due.
  private boolean passed(Alerter alerter) {
    pass(alerter, 5_000);
    return true;
  }

  enum Mode {
    UP,
    DOWN,
    LOSES_REPLIES,
    REDIRECTS
  }

  /// Keeps what it took by webhook id, and checks signatures on its own.
  private static final class Receiver implements AutoCloseable {
    volatile Mode mode = Mode.UP;
    final ConcurrentLinkedQueue<String> badSignatures = new ConcurrentLinkedQueue<>();
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Map<String, String> byId = new HashMap<>();
    private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    Receiver() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
      server.createContext("/", this::handle);
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    long attempts() {
      return attempts.get();
    }

    long taken() {
      return taken.get();
    }

    synchronized Map<String, String> distinct() {
      return Map.copyOf(byId);
    }

    /// Ids as they were taken.
    List<String> order() {
      return List.copyOf(order);
    }

    private void handle(HttpExchange exchange) throws IOException {
      byte[] body = exchange.getRequestBody().readAllBytes();
      attempts.incrementAndGet();
      switch (mode) {
        case UP -> {
          take(exchange, body);
          exchange.sendResponseHeaders(204, -1);
        }
        case DOWN -> exchange.sendResponseHeaders(503, -1);
        case LOSES_REPLIES -> take(exchange, body); // and says nothing
        case REDIRECTS -> {
          exchange.getResponseHeaders().set("location", url().resolve("/elsewhere").toString());
          exchange.sendResponseHeaders(302, -1);
        }
      }
      exchange.close();
    }

    private synchronized void take(HttpExchange exchange, byte[] body) {
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      String text = new String(body, StandardCharsets.UTF_8);
      String stamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
      String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
      if (signature != null && !signature.equals("v1," + hmac(id + "." + stamp + "." + text))) {
        badSignatures.add(id);
      }
      taken.incrementAndGet();
      order.add(id);
      String before = byId.put(id, text);
      assertThat(before).isIn(null, text);
    }

    private static String hmac(String signed) {
      try {
        byte[] key = Base64.getDecoder().decode(Routes.SECRET.replaceFirst("^whsec_", ""));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getEncoder()
            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
