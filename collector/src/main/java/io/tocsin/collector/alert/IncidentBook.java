package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Incidents as the store has them, open and past. Safe for use by many threads.
public final class IncidentBook {
  private final StateStore store;

  public IncidentBook(StateStore store) {
    this.store = store;
  }

  /// Null when there is none.
  public @Nullable Incident get(String id) {
    return Rows.incident(store, id);
  }

  /// The newest first.
  public List<Incident> newest(int limit) {
    List<Incident> found = new ArrayList<>();
    var entry = store.last(Table.INCIDENTS, null);
    while (entry != null && found.size() < limit) {
      found.add(Json.read(Incident.class, entry.key(), entry.value()));
      entry = store.last(Table.INCIDENTS, entry.key());
    }
    return found;
  }

  /// Forgets what was over before `beforeMillis`.
  ///
  /// @return how many
  public int prune(long beforeMillis) {
    List<Change> changes = new ArrayList<>();
    for (Incident incident : Rows.incidents(store)) {
      Long resolved = incident.resolvedMillis();
      if (resolved != null && resolved < beforeMillis) {
        changes.add(new Change(Table.INCIDENTS, Rows.key(incident), null));
      }
    }
    store.write(changes);
    return changes.size();
  }
}
