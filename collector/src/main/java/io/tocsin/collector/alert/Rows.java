package io.tocsin.collector.alert;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where alerting keeps what, and how it is found again.
final class Rows {
  private static final String DEPLOYED = "alert/deployed/";
  private static final String SILENCE = "alert/silence/";

  private Rows() {}

  static Change incident(Incident incident) {
    return put(Table.INCIDENTS, incident.id(), incident);
  }

  static Change deployed(Deployed deployed) {
    return put(Table.STATE, DEPLOYED + deployed.workload(), deployed);
  }

  static Change silence(Silence silence) {
    return put(Table.SETTINGS, SILENCE + silence.id(), silence);
  }

  static Change silenceEnded(String id) {
    return new Change(Table.SETTINGS, bytes(SILENCE + id), null);
  }

  static byte[] key(Incident incident) {
    return bytes(incident.id());
  }

  /// Waiting rows of a route sort by when they are due, dead ones by when they were made.
  static byte[] key(Delivery delivery) {
    long order = delivery.dead() ? delivery.createdMillis() : delivery.dueMillis();
    return bytes(
        "%s%012x/%s"
            .formatted(prefix(delivery.route(), delivery.dead()), order, delivery.webhookId()));
  }

  static Change delivery(Delivery delivery) {
    return new Change(Table.OUTBOX, key(delivery), Json.write(delivery));
  }

  static Change gone(Delivery delivery) {
    return new Change(Table.OUTBOX, key(delivery), null);
  }

  static @Nullable Incident incident(StateStore store, String id) {
    byte[] row = store.get(Table.INCIDENTS, bytes(id));
    return row == null ? null : Json.read(Incident.class, bytes(id), row);
  }

  static List<Incident> incidents(StateStore store) {
    return all(store, Table.INCIDENTS, "", Incident.class, Integer.MAX_VALUE);
  }

  /// Those that are open and wanted, the eldest first, however many are past.
  static List<Incident> openIncidents(StateStore store, Predicate<Incident> wanted, int limit) {
    List<Incident> found = new ArrayList<>();
    store.scan(
        Table.INCIDENTS,
        bytes(""),
        null,
        (key, row) -> {
          Incident incident = Json.read(Incident.class, key, row);
          if (incident.state() == Incident.State.OPEN && wanted.test(incident)) {
            found.add(incident);
          }
          return found.size() < limit;
        });
    return found;
  }

  static List<Deployed> deployed(StateStore store) {
    return all(store, Table.STATE, DEPLOYED, Deployed.class, Integer.MAX_VALUE);
  }

  static List<Silence> silences(StateStore store) {
    return all(store, Table.SETTINGS, SILENCE, Silence.class, Integer.MAX_VALUE);
  }

  /// @param route null: of every route
  static List<Delivery> deliveries(
      StateStore store, @Nullable String route, boolean dead, int limit) {
    String prefix = route == null ? (dead ? "dead/" : "waiting/") : prefix(route, dead);
    return all(store, Table.OUTBOX, prefix, Delivery.class, limit);
  }

  private static String prefix(String route, boolean dead) {
    return (dead ? "dead/" : "waiting/") + route + "/";
  }

  private static <T> List<T> all(
      StateStore store, Table table, String prefix, Class<T> type, int limit) {
    List<T> found = new ArrayList<>();
    byte[] from = bytes(prefix);
    byte[] to = prefix.isEmpty() ? null : after(from);
    store.scan(
        table,
        from,
        to,
        (key, row) -> {
          found.add(Json.read(type, key, row));
          return found.size() < limit;
        });
    return found;
  }

  /// The first key that does not begin so; prefixes here end in `/`, which has a next byte.
  private static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    next[next.length - 1]++;
    return next;
  }

  private static Change put(Table table, String key, Object value) {
    return new Change(table, bytes(key), Json.write(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
