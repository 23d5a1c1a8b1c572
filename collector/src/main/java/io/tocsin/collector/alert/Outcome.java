package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore.Change;
import java.util.List;

/// What one input made of the incidents: values only, nothing was written or sent.
///
/// @param changed incidents, as they are now
/// @param webhooks for the outbox
/// @param rows everything of this that must be durable, the two lists above among it: write them in
///   one batch with what caused them, in the order of the inputs
public record Outcome(List<Incident> changed, List<Delivery> webhooks, List<Change> rows) {
  static final Outcome NOTHING = new Outcome(List.of(), List.of(), List.of());

  public Outcome {
    changed = List.copyOf(changed);
    webhooks = List.copyOf(webhooks);
    rows = List.copyOf(rows);
  }
}
