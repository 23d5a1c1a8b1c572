package io.tocsin.collector.web;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tocsin.collector.web.Refused.Why;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events to everybody who listens, as server-sent events. Each listener has its own place in the
/// order of ids, so a stream that is taken up again has neither gap nor double. One thread reads
/// the view and writes; a listener that does not keep up is cut and may resume from its last id.
final class EventFeed implements AutoCloseable {
  static final int MAX_LISTENERS = 64;
  // A page holds a few; what waits for a slow one stays below about 200 kB.
  static final int MAX_WAITING = 512;
  private static final int READ_AT_ONCE = 200;
  private static final long POLL_MILLIS = 200;
  private static final long HEARTBEAT_MILLIS = 5_000;
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

  private final View view;
  private final ScheduledExecutorService pump;
  private final AtomicInteger open = new AtomicInteger();
  private final List<Listener> listeners = new ArrayList<>(); // the pump's own
  private boolean failing; // the pump's own

  private record Heartbeat(long nowMillis, @Nullable Long behindMillis) {}

  private static final class Listener {
    final HttpResponseWriter writer;
    final AtomicInteger waiting = new AtomicInteger();
    long last;

    Listener(HttpResponseWriter writer, long last) {
      this.writer = writer;
      this.last = last;
    }

    void send(String text) {
      if (waiting.incrementAndGet() > MAX_WAITING || !writer.tryWrite(HttpData.ofUtf8(text))) {
        writer.abort();
        return;
      }
      var _ = writer.whenConsumed().thenRun(waiting::decrementAndGet);
    }
  }

  EventFeed(View view) {
    this.view = view;
    pump =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("web-events").factory());
    every(POLL_MILLIS, this::forward);
    every(HEARTBEAT_MILLIS, this::beat);
  }

  private void every(long millis, Runnable task) {
    var _ = pump.scheduleWithFixedDelay(() -> guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /// Events after `since`, for ever.
  ///
  /// @param since id of the last one seen; negative for only what comes from now on
  HttpResponse listen(ServiceRequestContext ctx, long since) {
    if (open.incrementAndGet() > MAX_LISTENERS) {
      open.decrementAndGet();
      throw new Refused(
          Why.TOO_MANY,
          "at most " + MAX_LISTENERS + " streams",
          "one more",
          "/api/events",
          "close one, or try again in a minute");
    }
    ctx.clearRequestTimeout();
    HttpResponseWriter writer = HttpResponse.streaming();
    writer.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.EVENT_STREAM)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set("x-accel-buffering", "no")
            .build());
    var _ =
        writer
            .whenComplete()
            .handle((ok, error) -> {
              open.decrementAndGet();
              return null;
            });
    pump.execute(() -> guarded(() -> join(writer, since)));
    return writer;
  }

  private void join(HttpResponseWriter writer, long since) {
    Listener listener = new Listener(writer, since < 0 ? view.newestEvent() : since);
    listeners.add(listener);
    listener.send(heartbeat());
    forward();
  }

  private void forward() {
    listeners.removeIf(l -> !l.writer.isOpen());
    long newest = view.newestEvent();
    Map<Long, View.Events> read = new HashMap<>();
    for (Listener listener : listeners) {
      if (listener.last > newest) {
        gap(listener, newest); // ids of another life of this store
      } else if (listener.last < newest) {
        View.Events events =
            read.computeIfAbsent(listener.last, id -> view.eventsAfter(id, READ_AT_ONCE));
        if (events.complete()) {
          events.list().forEach(event -> send(listener, event));
        } else {
          gap(listener, newest);
        }
      }
    }
  }

  private static void send(Listener listener, Event event) {
    listener.send(
        "id: %d\nevent: %s\ndata: %s\n\n".formatted(event.id(), event.kind(), Json.write(event)));
    listener.last = event.id();
  }

  private static void gap(Listener listener, long newest) {
    listener.send("id: %d\nevent: gap\ndata: {}\n\n".formatted(newest));
    listener.last = newest;
  }

  private void beat() {
    listeners.removeIf(l -> !l.writer.isOpen());
    if (!listeners.isEmpty()) {
      String text = heartbeat();
      listeners.forEach(l -> l.send(text));
    }
  }

  // An event and not a comment: EventSource hides comments, and the page must notice silence.
  private String heartbeat() {
    Status status = view.status();
    return "event: heartbeat\ndata: %s\n\n"
        .formatted(Json.write(new Heartbeat(status.nowMillis(), status.behindMillis())));
  }

  /// A scheduled task that throws is never run again; the feed must outlive one failed read.
  private void guarded(Runnable task) {
    try {
      task.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("events cannot be read ({}); listeners wait, trying again", e.toString());
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    pump.shutdownNow();
    try {
      if (pump.awaitTermination(1, TimeUnit.SECONDS)) {
        listeners.forEach(l -> l.writer.close());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
