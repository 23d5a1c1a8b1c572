package io.tocsin.collector;

import io.tocsin.collector.alert.Alerter;
import io.tocsin.collector.alert.Feedback;
import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.alert.Incidents;
import io.tocsin.collector.alert.Outcome;
import io.tocsin.collector.alert.Silence;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Moment;
import io.tocsin.collector.monitor.MonitorLoop;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.respond.Responder;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.web.LiveView;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the monitors' facts lead to: incidents and webhooks in the same write, responses and the
/// page after it. Safe for use by many threads.
final class Conclusions implements MonitorLoop.Effects {
  private final Incidents incidents;
  private final StateStore store;
  private final Responder respond;
  private final Alerter alert;
  private final LiveView view;
  private final LongSupplier clock;

  Conclusions(
      Incidents incidents,
      StateStore store,
      Responder respond,
      Alerter alert,
      LiveView view,
      LongSupplier clock) {
    this.incidents = incidents;
    this.store = store;
    this.respond = respond;
    this.alert = alert;
    this.view = view;
    this.clock = clock;
  }

  @Override
  public void judged(Verdict verdict, Shelf.@Nullable Kept kept) {
    respond.chained(verdict, kept);
  }

  @Override
  public synchronized List<Change> alongside(Numbered fact) {
    return incidents.accept(fact.fact(), respond.chainHead()).rows();
  }

  @Override
  public synchronized List<Change> alongside(long atMillis) {
    return incidents.tick(atMillis, respond.chainHead()).rows();
  }

  @Override
  public void committed(List<Numbered> facts, List<Moment> moments) {
    for (Numbered fact : facts) {
      respond.accept(fact.fact());
    }
    view.committed(facts, moments);
    alert.wake();
  }

  synchronized List<Incident> open() {
    return incidents.open();
  }

  synchronized List<Silence> silences() {
    return incidents.silences();
  }

  synchronized void label(Incident incident, Feedback label) {
    write(incidents.label(incident, label, clock.getAsLong(), respond.chainHead()));
  }

  synchronized void silence(Silence silence) {
    write(incidents.silence(silence));
  }

  synchronized void endSilence(String id) {
    write(incidents.endSilence(id));
  }

  private void write(Outcome outcome) {
    store.write(outcome.rows());
    alert.wake();
  }
}
