package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what is due of one route, one webhook at a time. A row is removed only after a 2xx answer;
/// an answer that was lost is asked for again under the same webhook id.
final class RouteSender implements Runnable {
  static final int MAX_DEAD = 1_000;
  static final long FIRST_RETRY_MILLIS = 5_000;
  static final long LONGEST_RETRY_MILLIS = 15 * 60_000;
  private static final long POLL_MILLIS = 1_000;
  private static final int GONE = 410;
  private static final int MAX_FIRING = 500;
  private static final Logger log = LoggerFactory.getLogger(RouteSender.class);

  private final Route route;
  private final AlertConfig config;
  private final StateStore store;
  private final HttpClient http;
  private final LongSupplier clock;
  private final Random random;
  private final Supplier<String> chainHead;
  private final BooleanSupplier alive;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean closed;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failedAttempts = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile @Nullable Long lastDeliveredMillis;
  private volatile @Nullable String lastError;
  private long nextBeatMillis;

  RouteSender(
      Route route,
      AlertConfig config,
      StateStore store,
      HttpClient http,
      LongSupplier clock,
      long seed,
      Supplier<String> chainHead,
      BooleanSupplier alive) {
    this.route = route;
    this.config = config;
    this.store = store;
    this.http = http;
    this.clock = clock;
    this.random = new Random(seed + route.name().hashCode());
    this.chainHead = chainHead;
    this.alive = alive;
    this.nextBeatMillis = clock.getAsLong();
  }

  void wake() {
    wake.release();
  }

  void close() {
    closed = true;
    wake();
  }

  RouteStatus status() {
    return new RouteStatus(
        route.name(),
        String.valueOf(route.url().getHost()),
        route.shape(),
        route.owners(),
        Rows.deliveries(store, route.name(), false, Integer.MAX_VALUE).size(),
        Rows.deliveries(store, route.name(), true, Integer.MAX_VALUE).size(),
        delivered.get(),
        failedAttempts.get(),
        dropped.get(),
        lastDeliveredMillis,
        lastError);
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        if (!step()) {
          boolean woken = wake.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
          if (woken) {
            wake.drainPermits();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to end: what waits is in the store
    }
  }

  /// Does the one thing that is due; false when nothing is, or the store failed.
  private boolean step() throws InterruptedException {
    long now = clock.getAsLong();
    try {
      if (route.shape().beats() && route.heartbeat().isPositive() && now >= nextBeatMillis) {
        nextBeatMillis = now + route.heartbeat().toMillis();
        beat(now);
        return true;
      }
      List<Delivery> next = Rows.deliveries(store, route.name(), false, 1);
      if (next.isEmpty() || next.getFirst().dueMillis() > now) {
        return false;
      }
      attempt(next.getFirst(), now);
      return true;
    } catch (StoreException e) {
      if (!closed) {
        log.warn("route {}: the outbox cannot be read or written; will try again", route.name(), e);
      }
      return false;
    }
  }

  /// Never kept and never tried again: that it is missing is the message.
  private void beat(long now) throws InterruptedException {
    if (alive.getAsBoolean()) {
      String id = "msg_" + Ids.hash(route.name(), News.HEARTBEAT, String.valueOf(now));
      String sentence = "Tocsin watches. If this stops coming, it does not.";
      News beat = News.of(News.HEARTBEAT, id, sentence, now, config, chainHead.get());
      String body =
          route.shape() == Shape.ALERTMANAGER
              ? Shape.alive(firing(beat, now), now, route)
              : Shape.body(beat, route);
      String error = send(id, body, now).error();
      if (error != null) {
        failed(error);
      }
    }
  }

  /// The heartbeat, and what this route was told of and is not over.
  private List<News> firing(News beat, long now) {
    List<News> firing = new ArrayList<>();
    firing.add(beat);
    for (Incident incident : new IncidentBook(store).newest(MAX_FIRING)) {
      if (incident.state() == Incident.State.OPEN
          && incident.noticesMade() > 0
          && route.takes(config.ownersOf(incident.workloads()))) {
        String id = "msg_" + Ids.hash(incident.id(), News.HEARTBEAT, String.valueOf(now));
        firing.add(News.of(incident, "incident.updated", id, now, config, beat.chainHead()));
      }
    }
    return firing;
  }

  private void attempt(Delivery delivery, long now) throws InterruptedException {
    var answer = send(delivery.webhookId(), delivery.body(), now);
    String error = answer.error();
    if (error == null) {
      store.write(List.of(Rows.gone(delivery)));
      delivered.incrementAndGet();
      lastDeliveredMillis = now;
      if (lastError != null) {
        log.info("route {}: delivers again", route.name());
        lastError = null;
      }
      return;
    }
    if (closed) {
      return; // cut off by our own end: the row stays as it is
    }
    failed(error);
    long due = now + pause(delivery.attempts());
    boolean giveUp =
        answer.status() == GONE || due - delivery.createdMillis() > config.giveUpAfter().toMillis();
    Delivery after = giveUp ? delivery.givenUp(error) : delivery.failed(error, due);
    store.write(List.of(Rows.gone(delivery), Rows.delivery(after)));
    if (giveUp) {
      log.error(
          "route {}: gave up {} {} after {} attempts: {}; kept as a dead letter",
          route.name(),
          delivery.type(),
          delivery.webhookId(),
          after.attempts(),
          error);
      dropOldDead();
    }
  }

  private void failed(String error) {
    failedAttempts.incrementAndGet();
    if (lastError == null) {
      log.warn("route {}: does not deliver ({}); will keep trying", route.name(), error);
    }
    lastError = error;
  }

  /// Doubles from the first, up to the longest; half of it is jitter, so that many collectors do
  /// not come back at once.
  private long pause(int attempts) {
    long whole = Math.min(LONGEST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts, 20));
    return whole / 2 + random.nextLong(whole / 2 + 1);
  }

  private void dropOldDead() {
    List<Delivery> dead = Rows.deliveries(store, route.name(), true, Integer.MAX_VALUE);
    int surplus = dead.size() - MAX_DEAD;
    if (surplus > 0) {
      store.write(dead.subList(0, surplus).stream().map(Rows::gone).toList());
      dropped.addAndGet(surplus);
    }
  }

  private HttpRequest request(String id, String body, long seconds) {
    var request =
        HttpRequest.newBuilder(route.url())
            .timeout(route.timeout())
            .header("content-type", route.shape().contentType())
            .header("user-agent", "tocsin")
            .header("webhook-id", id);
    if (route.shape().signs()) {
      request
          .header("webhook-timestamp", String.valueOf(seconds))
          .header("webhook-signature", Signature.of(route.key(), id, seconds, body));
    }
    String secret = route.secret();
    if (route.shape() == Shape.ALERTMANAGER && secret != null) {
      request.header("authorization", "Bearer " + secret);
    }
    String sent =
        route.shape() == Shape.PAGERDUTY && secret != null
            ? Json.with(body, "routing_key", secret)
            : body;
    return request.POST(HttpRequest.BodyPublishers.ofString(sent)).build();
  }

  /// @param status 0 when there was no answer
  /// @param error null when it was taken
  private record Answer(int status, @Nullable String error) {}

  private Answer send(String id, String body, long now) throws InterruptedException {
    HttpRequest request = request(id, body, now / 1_000);
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      response.body().close(); // nothing in it matters, and it may never end
      int status = response.statusCode();
      if (status >= 200 && status < 300) {
        return new Answer(status, null);
      }
      String why = status >= 300 && status < 400 ? " (redirects are refused)" : "";
      return new Answer(status, "expected 2xx, found " + status + why);
    } catch (IOException e) {
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Answer(0, "expected 2xx, found no answer: " + what);
    }
  }
}
