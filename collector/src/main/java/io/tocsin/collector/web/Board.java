package io.tocsin.collector.web;

import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.monitor.Moment;
import io.tocsin.collector.monitor.MonitorLoop;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything the page shows of the monitors, as the facts told it: rebuilt from them at the start,
/// kept up by every commit. Safe for use by many threads.
final class Board {
  private static final byte[] EVENTS = "events".getBytes(StandardCharsets.UTF_8);
  // Event ids go on over a restart without a write an event: a block is reserved at a time.
  private static final long BLOCK = 100_000;
  private static final int MAX_EVENTS = 5_000;
  private static final int MAX_TIMELINE = 400;
  private static final long HOUR = 3_600_000;

  private final StateStore store;
  private final TreeMap<String, WorkloadLife> workloads = new TreeMap<>();
  private final Deque<Event> events = new ArrayDeque<>();
  private final BytesRead bytesRead = new BytesRead();
  private volatile long newestEvent;
  private volatile long newestWindowEnd;
  private long reserved;
  private long newestFact;
  private long forgotten;

  Board(StateStore store) {
    this.store = store;
    store.scan(
        Table.FACTS,
        new byte[0],
        null,
        (key, value) -> {
          Numbered fact = MonitorLoop.numbered(key, value);
          apply(fact);
          return true;
        });
    byte[] kept = store.get(Table.SETTINGS, EVENTS);
    newestEvent = kept == null ? 0 : ByteBuffer.wrap(kept).getLong();
    reserved = newestEvent;
  }

  /// Takes in what the monitors committed.
  synchronized void committed(List<Numbered> facts, List<Moment> moments) {
    List<Change> rows = new ArrayList<>();
    for (Numbered fact : facts) {
      if (apply(fact)) {
        event(fact.fact());
      }
    }
    for (Moment moment : moments) {
      String key = moment.window().workload();
      if (!moment.window().late()) {
        life(key).accept(moment);
        rows.add(Charts.row(key, ChartPoint.of(moment.window(), moment.scores())));
        newestWindowEnd = Math.max(newestWindowEnd, moment.window().endMillis());
        count(moment);
      }
    }
    if (!moments.isEmpty()) {
      publish("window", newestWindowEnd, null, null, null, "");
    }
    store.write(rows);
    if (newestWindowEnd - forgotten > HOUR) {
      forgotten = newestWindowEnd;
      workloads.keySet().forEach(key -> Charts.forget(store, key, newestWindowEnd));
    }
  }

  /// Tells the page of something that is no fact of a monitor.
  synchronized void publish(
      String kind,
      long atMillis,
      @Nullable String workload,
      @Nullable String release,
      @Nullable String subject,
      String sentence) {
    long id = newestEvent + 1;
    if (id > reserved) {
      reserved = id + BLOCK;
      store.write(
          List.of(
              new Change(
                  Table.SETTINGS, EVENTS, ByteBuffer.allocate(8).putLong(reserved).array())));
    }
    events.addLast(new Event(id, kind, atMillis, workload, release, subject, sentence));
    if (events.size() > MAX_EVENTS) {
      events.removeFirst();
    }
    newestEvent = id;
  }

  long newestEvent() {
    return newestEvent;
  }

  /// End of the newest sealed window; 0 before the first.
  long newestWindowEnd() {
    return newestWindowEnd;
  }

  synchronized View.Events eventsAfter(long id, int limit) {
    boolean complete = id >= newestEvent || (!events.isEmpty() && events.getFirst().id() <= id + 1);
    return new View.Events(
        complete, events.stream().filter(event -> event.id() > id).limit(limit).toList());
  }

  /// Reads one workload under the board's lock; empty when it is unknown.
  synchronized <T> Optional<T> workload(String key, Function<WorkloadLife, T> read) {
    WorkloadLife life = workloads.get(key);
    return life == null ? Optional.empty() : Optional.of(read.apply(life));
  }

  /// Reads every workload under the board's lock.
  synchronized <T> List<T> workloads(Function<WorkloadLife, T> read) {
    return workloads.values().stream().map(read).toList();
  }

  /// Share of bytes read of those due, over the last five minutes; null when nothing was.
  synchronized @Nullable Double completeness() {
    return bytesRead.share();
  }

  /// The same of one agent.
  synchronized @Nullable Double completeness(String agent) {
    return bytesRead.share(agent);
  }

  /// Where the facts about a release stand.
  record Stretch(String workload, String release, long firstFact, long lastFact) {}

  /// Evidence of a release over time, thinned.
  List<ReleaseDetail.Point> timeline(Stretch facts) {
    List<ReleaseDetail.Point> points = new ArrayList<>();
    store.scan(
        Table.FACTS,
        ByteBuffer.allocate(8).putLong(facts.firstFact).array(),
        ByteBuffer.allocate(8).putLong(facts.lastFact + 1).array(),
        (key, value) -> {
          if (MonitorLoop.numbered(key, value).fact() instanceof Fact.Judged(var verdict, boolean _)
              && verdict.workload().equals(facts.workload)
              && verdict.release().equals(facts.release)) {
            TreeMap<String, Double> signals = new TreeMap<>();
            verdict.evidence().stream()
                .limit(8)
                .forEach(e -> signals.put(e.signal(), VerdictView.eValue(e.logE())));
            points.add(
                new ReleaseDetail.Point(
                    verdict.atMillis(), VerdictView.eValue(verdict.logE()), signals));
          }
          return true;
        });
    int every = (points.size() + MAX_TIMELINE - 1) / MAX_TIMELINE;
    List<ReleaseDetail.Point> thinned = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (every <= 1 || i % every == 0 || i == points.size() - 1) {
        thinned.add(points.get(i));
      }
    }
    return thinned;
  }

  /// Whether it was news: after a crash facts come again that the store already told.
  private boolean apply(Numbered numbered) {
    if (numbered.number() <= newestFact) {
      return false;
    }
    newestFact = numbered.number();
    Fact fact = numbered.fact();
    if (fact instanceof Fact.SharedCause shared) {
      shared.workloads().forEach(key -> life(key).accept(fact, numbered.number()));
    } else {
      life(fact.workload()).accept(fact, numbered.number());
    }
    return true;
  }

  private void event(Fact fact) {
    switch (fact) {
      case Fact.ReleaseNoticed(var event) ->
          publish(
              "release",
              event.atMillis(),
              event.workload(),
              event.to().id(),
              null,
              "%s %s was deployed".formatted(Names.workload(event.workload()), event.to().name()));
      case Fact.Judged judged -> {
        String sentence =
            judged.changed()
                ? "%s %s is %s"
                    .formatted(
                        Names.workload(judged.workload()),
                        life(judged.workload()).name(judged.verdict().release()),
                        judged.verdict().outcome().word())
                : "";
        publish(
            "verdict",
            judged.atMillis(),
            judged.workload(),
            judged.verdict().release(),
            null,
            sentence);
      }
      case Fact.Ranked ranked ->
          publish("release", ranked.atMillis(), ranked.workload(), ranked.release(), null, "");
      case Fact.Learning learning ->
          publish("learning", learning.atMillis(), learning.workload(), null, null, "");
      case Fact.Verified verified ->
          publish(
              "response",
              verified.atMillis(),
              verified.workload(),
              verified.release(),
              null,
              verified.sentence());
      case Fact.Unusual _,
          Fact.Disturbance _,
          Fact.SharedCause _,
          Fact.FeedDead _,
          Fact.Guessing _ ->
          publish("incident", fact.atMillis(), fact.workload(), null, null, "");
    }
  }

  private void count(Moment moment) {
    for (var instance : moment.window().instances()) {
      WindowSummary.Completeness each = instance.summary().completeness();
      bytesRead.add(
          instance.summary().agent(),
          moment.window().endMillis(),
          each.bytesRead(),
          each.bytesLag());
    }
  }

  private WorkloadLife life(String key) {
    return workloads.computeIfAbsent(key, WorkloadLife::new);
  }
}
