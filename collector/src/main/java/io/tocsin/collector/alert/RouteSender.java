package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StoreException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
/// an answer that was lost is asked for again under the same webhook id. What is told of one
/// incident arrives in order: a later notice waits while an earlier one does.
final class RouteSender implements Runnable {
  static final int MAX_DEAD = 1_000;
  static final long FIRST_RETRY_MILLIS = 5_000;
  static final long LONGEST_RETRY_MILLIS = 15 * 60_000;
  private static final long POLL_MILLIS = 1_000;
  private static final int GONE = 410;
  // 600 bytes each.
  private static final int MAX_FIRING = 5_000;
  // The outbox is read once for so many, and not once for each.
  private static final int ROUND = 100;
  private static final Logger log = LoggerFactory.getLogger(RouteSender.class);

  private final Route route;
  private final AlertConfig config;
  private final StateStore store;
  private final RouteCall call;
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
    this.call = new RouteCall(route, http);
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

  /// Does what is due, up to a round of it; false when nothing is, or something broke.
  private boolean step() throws InterruptedException {
    try {
      if (beatIfDue()) {
        return true;
      }
      List<Delivery> due = due();
      for (Delivery delivery : due) {
        beatIfDue();
        if (closed) {
          return true;
        }
        long now = clock.getAsLong();
        if (isOver(delivery)) {
          drop(delivery);
        } else {
          attempt(delivery, now);
        }
      }
      return !due.isEmpty();
    } catch (StoreException e) {
      if (!closed) {
        log.warn("route {}: the outbox cannot be read or written; will try again", route.name(), e);
      }
      return false;
    } catch (RuntimeException e) {
      // One row that cannot be read must not be the end of a route's thread.
      failed("expected rows as they were written, found " + e);
      return false;
    }
  }

  private boolean beatIfDue() throws InterruptedException {
    long now = clock.getAsLong();
    if (!route.shape().beats() || !route.heartbeat().isPositive() || now < nextBeatMillis) {
      return false;
    }
    nextBeatMillis = now + route.heartbeat().toMillis();
    beat(now);
    return true;
  }

  /// What may be sent now, those due first first: of each incident only its earliest notice.
  private List<Delivery> due() {
    List<Delivery> first = Rows.deliveries(store, route.name(), false, 1);
    long now = clock.getAsLong();
    if (first.isEmpty() || first.getFirst().dueMillis() > now) {
      return List.of();
    }
    List<Delivery> waiting = Rows.deliveries(store, route.name(), false, Integer.MAX_VALUE);
    Map<String, Delivery> earliest = new HashMap<>();
    for (Delivery delivery : waiting) {
      if (delivery.incident() != null) {
        earliest.merge(delivery.incident(), delivery, (a, b) -> b.isBefore(a) ? b : a);
      }
    }
    List<Delivery> due = new ArrayList<>();
    for (Delivery delivery : waiting) {
      String incident = delivery.incident();
      Delivery before = incident == null ? null : earliest.get(incident);
      if (delivery.dueMillis() <= now
          && due.size() < ROUND
          && (before == null || !before.isBefore(delivery))) {
        due.add(delivery);
      }
    }
    return due;
  }

  /// Whether the receiver would take it for an alert that goes on, and nothing would ever end it.
  private boolean isOver(Delivery delivery) {
    return route.shape().keepsState() && delivery.isOver(store);
  }

  private void drop(Delivery delivery) {
    store.write(List.of(Rows.gone(delivery)));
    dropped.incrementAndGet();
    log.info(
        "route {}: {} {} is not sent any more, its incident is over",
        route.name(),
        delivery.type(),
        delivery.webhookId());
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
      String error = call.send(id, body, now).error();
      if (error != null) {
        failed(error);
      }
    }
  }

  /// The heartbeat, and what this route was told of and is not over.
  private List<News> firing(News beat, long now) {
    List<News> firing = new ArrayList<>();
    firing.add(beat);
    for (Incident incident :
        Rows.openIncidents(
            store,
            i -> i.noticesMade() > 0 && route.takes(config.ownersOf(i.workloads())),
            MAX_FIRING)) {
      String id = "msg_" + Ids.hash(incident.id(), News.HEARTBEAT, String.valueOf(now));
      firing.add(News.of(incident, News.UPDATED, id, now, config, beat.chainHead()));
    }
    return firing;
  }

  private void attempt(Delivery delivery, long now) throws InterruptedException {
    RouteCall.Answer answer = call.send(delivery.webhookId(), delivery.body(), now);
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
}
