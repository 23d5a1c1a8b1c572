package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Delivers the webhooks that wait in the outbox: signed where the shape allows, at least once,
/// each under one id over all attempts, so that a receiver that drops repeats sees each once. What
/// cannot be delivered within the configured time is kept as a dead letter. Safe for use by many
/// threads.
public final class Alerter implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final long CLOSE_SECONDS = 5;

  private final StateStore store;
  private final LongSupplier clock;
  private final Supplier<String> chainHead;
  private final HttpClient http;
  private final AlertConfig config;
  private final List<Route> routes;
  private final List<RouteSender> senders = new ArrayList<>();
  private final CountDownLatch ended;

  private Alerter(
      AlertConfig config, StateStore store, LongSupplier clock, Supplier<String> chainHead) {
    this.store = store;
    this.clock = clock;
    this.chainHead = chainHead;
    this.config = config;
    this.routes = config.routes();
    this.ended = new CountDownLatch(routes.size());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /// @param clock epoch milliseconds
  /// @param seed of the jitter
  /// @param executor runs one task a route until [#close]; a virtual thread each is enough
  /// @param chainHead of the evidence, for heartbeats and test alerts
  /// @param alive whether the collector does its work: heartbeats stop when it does not
  public static Alerter start(
      AlertConfig config,
      StateStore store,
      LongSupplier clock,
      long seed,
      Executor executor,
      Supplier<String> chainHead,
      BooleanSupplier alive) {
    var alerter = new Alerter(config, store, clock, chainHead);
    alerter.buryOrphans();
    for (Route route : config.routes()) {
      var sender =
          new RouteSender(route, config, store, alerter.http, clock, seed, chainHead, alive);
      alerter.senders.add(sender);
      executor.execute(() -> {
        try {
          sender.run();
        } finally {
          alerter.ended.countDown();
        }
      });
    }
    return alerter;
  }

  /// Call after rows of an [Outcome] with webhooks were written; without it they wait a second.
  public void wake() {
    senders.forEach(RouteSender::wake);
  }

  /// A test webhook for every route, through the same outbox.
  ///
  /// @return the routes it goes to; empty when none is configured
  public List<String> testAlert() {
    long now = clock.getAsLong();
    String id = "msg_" + Ids.hash(News.TEST, String.valueOf(now));
    String sentence = "A test alert: nothing is wrong.";
    News test = News.of(News.TEST, id, sentence, now, config, chainHead.get());
    store.write(
        routes.stream()
            .map(r ->
                new Delivery(
                    r.name(),
                    id,
                    News.TEST,
                    null,
                    0,
                    r.shape(),
                    Shape.body(test, r),
                    now,
                    now,
                    0,
                    null,
                    false))
            .map(Rows::delivery)
            .toList());
    wake();
    return routes.stream().map(Route::name).toList();
  }

  public List<RouteStatus> routes() {
    return senders.stream().map(RouteSender::status).toList();
  }

  /// What is still to be delivered, those due first first within a route.
  public List<Delivery> waiting(int limit) {
    return Rows.deliveries(store, null, false, limit);
  }

  /// Dead letters of all routes, those made first first within a route.
  public List<Delivery> deadLetters(int limit) {
    return Rows.deliveries(store, null, true, limit);
  }

  /// What became of the wish to send a dead letter again.
  public enum Again {
    ON_ITS_WAY,
    NO_SUCH_LETTER,
    /// Of a route that is no longer configured.
    NO_SUCH_ROUTE,
    /// Its body is of another shape than its route has now.
    OTHER_SHAPE,
    /// Its incident is over, and the receiver would keep an alert that nothing ends.
    OVER
  }

  /// Sends a dead letter again, under the id it had.
  public Again sendAgain(String route, String webhookId) {
    for (Delivery dead : Rows.deliveries(store, route, true, Integer.MAX_VALUE)) {
      if (dead.webhookId().equals(webhookId)) {
        Route to = routes.stream().filter(r -> r.name().equals(route)).findFirst().orElse(null);
        if (to == null) {
          return Again.NO_SUCH_ROUTE;
        }
        if (dead.isOtherThan(to.shape())) {
          return Again.OTHER_SHAPE;
        }
        if (to.shape().keepsState() && dead.isOver(store)) {
          return Again.OVER;
        }
        Delivery again = dead.again(clock.getAsLong());
        store.write(List.of(Rows.gone(dead), Rows.delivery(again)));
        wake();
        return Again.ON_ITS_WAY;
      }
    }
    return Again.NO_SUCH_LETTER;
  }

  /// Ends within seconds; what was not delivered waits in the store.
  @Override
  public void close() {
    senders.forEach(RouteSender::close);
    http.shutdownNow();
    try {
      if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("webhook senders did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What waits for a route that is no longer configured would wait for ever, and what was written
  /// for another receiver would be refused by this one.
  private void buryOrphans() {
    List<Change> changes = new ArrayList<>();
    for (Delivery waiting : Rows.deliveries(store, null, false, Integer.MAX_VALUE)) {
      Route to =
          routes.stream()
              .filter(route -> route.name().equals(waiting.route()))
              .findFirst()
              .orElse(null);
      String why =
          to == null
              ? "the route is no longer configured"
              : waiting.isOtherThan(to.shape())
                  ? "it was written for a receiver of another kind than the route has now"
                  : "";
      if (!why.isEmpty()) {
        changes.add(Rows.gone(waiting));
        changes.add(Rows.delivery(waiting.givenUp(why)));
      }
    }
    store.write(changes);
  }
}
