package io.tocsin.collector.respond;

import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.respond.Response.State;
import io.tocsin.collector.store.StateStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Everything `respond` knows, in memory and on disk: each change is durable before it is seen.
/// Safe for use by many threads; nothing in here waits for a platform.
final class Book {
  private final Ledger ledger;
  private final Consumer<Response> changed;
  private final Map<Key, Response> responses = new LinkedHashMap<>();
  private final Map<String, Standing> standings;
  private KillSwitch killSwitch;

  /// One release of one workload: the identity of a response, so a fact that comes twice finds it.
  record Key(String workload, String release) {
    static Key of(Response response) {
      return new Key(response.workload(), response.release());
    }
  }

  Book(StateStore store, Consumer<Response> changed) {
    this.ledger = new Ledger(store);
    this.changed = changed;
    ledger.responses().forEach(r -> responses.put(Key.of(r), r));
    standings = ledger.standings();
    killSwitch = ledger.killSwitch();
  }

  synchronized @Nullable Response get(Key key) {
    return responses.get(key);
  }

  synchronized List<Response> all() {
    return List.copyOf(responses.values());
  }

  synchronized Standing standing(String workload) {
    return standings.getOrDefault(workload, Standing.NEW);
  }

  synchronized KillSwitch killSwitch() {
    return killSwitch;
  }

  /// As it was when it was chained last: without newer numbers of the same.
  @Nullable Response written(Key key) {
    return ledger.response(key.workload(), key.release());
  }

  /// The chain over everything in here; safe to walk while it grows.
  Chain chain() {
    return ledger.chain();
  }

  synchronized void put(Response response) {
    put(response, standing -> standing);
  }

  /// Both or neither.
  ///
  /// @param earned what it teaches of its workload
  synchronized void put(Response response, UnaryOperator<Standing> earned) {
    Standing standing = earned.apply(standing(response.workload()));
    ledger.put(response, standing);
    responses.put(Key.of(response), response);
    standings.put(response.workload(), standing);
    forget();
    changed.accept(response);
  }

  /// Changes a response that still stands as `expected`; whether it did.
  synchronized boolean replace(Response expected, Response next) {
    return replace(expected, next, standing -> standing);
  }

  /// As above, with what it teaches of its workload.
  synchronized boolean replace(Response expected, Response next, UnaryOperator<Standing> earned) {
    if (!expected.equals(responses.get(Key.of(expected)))) {
      return false;
    }
    put(next, earned);
    return true;
  }

  /// Newer numbers of the same question: nothing that anybody decides on changed, so the chain does
  /// not grow.
  synchronized boolean refresh(Response expected, Response next) {
    return responses.replace(Key.of(expected), expected, next);
  }

  synchronized void put(KillSwitch next) {
    ledger.put(next);
    killSwitch = next;
  }

  synchronized void put(Note note) {
    ledger.put(note);
  }

  synchronized void put(Verdict verdict, Shelf.@Nullable Kept kept) {
    ledger.put(verdict, kept);
  }

  synchronized void change(String workload, UnaryOperator<Standing> change) {
    Standing before = standing(workload);
    Standing after = change.apply(before);
    if (!after.equals(before)) {
      ledger.put(workload, after);
      standings.put(workload, after);
    }
  }

  /// Rollbacks sent since a moment; `workload` null counts all.
  synchronized int sentSince(long millis, @Nullable String workload) {
    return (int)
        responses.values().stream()
            .filter(r -> workload == null || r.workload().equals(workload))
            .map(Response::sentAtMillis)
            .filter(Objects::nonNull)
            .filter(at -> at >= millis)
            .count();
  }

  private void forget() {
    if (responses.size() <= Ledger.MAX_RESPONSES) {
      return;
    }
    List<Response> oldest = new ArrayList<>(responses.values());
    oldest.removeIf(r -> r.state() == State.SENDING || r.state() == State.RUNNING);
    oldest.sort(Comparator.comparingLong(r -> r.grounds().atMillis()));
    Response gone = oldest.getFirst();
    ledger.remove(gone);
    responses.remove(Key.of(gone));
  }
}
