package io.tocsin.collector.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What pipelines said: the last 20 of a workload, 2,000 of all. Beyond that the workload with most
/// gives up its first, so that one pipeline pushes out no other's. It tells people, and gates,
/// which release is meant; no monitor reads it, so it makes nothing judged. Safe for use by many
/// threads.
public final class Announcements {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final byte[] ROW = "deployment/announcements".getBytes(UTF_8);
  private static final int MAX = 2_000;
  private static final int MAX_OF_ONE = 20;

  private final StateStore store;
  private List<Announcement> kept;

  /// @throws IllegalStateException when the store holds something else in their place
  public Announcements(StateStore store) {
    this.store = store;
    byte[] row = store.get(Table.SETTINGS, ROW);
    try {
      kept =
          row == null
              ? List.of()
              : List.copyOf(JSON.readValue(row, new TypeReference<List<Announcement>>() {}));
    } catch (IOException e) {
      throw new IllegalStateException(
          "expected announcements in the store, found something else; restore a backup of it", e);
    }
  }

  /// Durable on return.
  public synchronized void add(Announcement announcement) {
    List<Announcement> next = new ArrayList<>(kept);
    next.add(announcement);
    String workload = announcement.workload();
    long ofOne = next.stream().filter(a -> a.workload().equals(workload)).count();
    if (ofOne > MAX_OF_ONE) {
      next.remove(
          next.stream().filter(a -> a.workload().equals(workload)).findFirst().orElseThrow());
    }
    if (next.size() > MAX) {
      next.remove(firstOfTheMost(next));
    }
    try {
      store.write(List.of(new Change(Table.SETTINGS, ROW, JSON.writeValueAsBytes(next))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    kept = List.copyOf(next);
  }

  /// The first of the workload with most; among equals, of all.
  private static Announcement firstOfTheMost(List<Announcement> all) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    all.forEach(a -> counts.merge(a.workload(), 1, Integer::sum));
    int most = Collections.max(counts.values());
    return all.stream()
        .filter(a -> counts.getOrDefault(a.workload(), 0) == most)
        .findFirst()
        .orElseThrow();
  }

  /// Those of a workload, oldest first.
  public synchronized List<Announcement> of(String workload) {
    return kept.stream().filter(a -> a.workload().equals(workload)).toList();
  }
}
