package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.window.SealedWindow;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which release a workload runs, by the platform's word, or by what its instances show where no
/// platform speaks. Pure; confined to one thread.
final class Announcements {
  // Ids of releases seen on instances, so that an old one beside the new is no news.
  private static final int MAX_KNOWN = 64;

  private final String workload;
  private final TreeSet<String> known;
  private @Nullable Release current;
  private boolean platformSpeaks;

  /// What to keep between restarts.
  record State(@Nullable Release current, boolean platformSpeaks, List<String> known) {}

  Announcements(String workload) {
    this(workload, new State(null, false, List.of()));
  }

  Announcements(String workload, State state) {
    this.workload = workload;
    this.current = state.current();
    this.platformSpeaks = state.platformSpeaks();
    this.known = new TreeSet<>(state.known());
  }

  State state() {
    return new State(current, platformSpeaks, List.copyOf(known));
  }

  @Nullable Release current() {
    return current;
  }

  /// The platform's word; the event with what ran before filled in, or null when it is no news.
  @Nullable ReleaseEvent announced(ReleaseEvent event) {
    platformSpeaks = true;
    Release before = current;
    current = event.to();
    know(event.to().id());
    if (before != null && before.id().equals(event.to().id())) {
      return null;
    }
    Release from = event.from() == null ? before : event.from();
    return new ReleaseEvent(
        event.workload(),
        from,
        event.to(),
        event.atMillis(),
        event.byTocsin(),
        event.rollbackForbidden(),
        event.alsoChanged());
  }

  /// What a window shows where no platform speaks: an unknown release on an instance is a new one.
  @Nullable ReleaseEvent seen(SealedWindow window) {
    if (platformSpeaks) {
      return null;
    }
    for (var instance : window.instances()) {
      String id = instance.release();
      if (!id.isEmpty() && !known.contains(id)) {
        know(id);
        Release before = current;
        Release to = new Release(workload, id, shortName(id));
        current = to;
        return new ReleaseEvent(
            workload, before, to, window.startMillis(), false, false, List.of());
      }
    }
    return null;
  }

  private void know(String id) {
    if (known.size() >= MAX_KNOWN) {
      known.pollFirst();
    }
    known.add(id);
  }

  /// `registry/shop/web:1.5.0@sha256:…` is called `1.5.0`.
  private static String shortName(String id) {
    String plain = id.contains("@") ? id.substring(0, id.indexOf('@')) : id;
    int colon = plain.lastIndexOf(':');
    return colon > plain.lastIndexOf('/') ? plain.substring(colon + 1) : plain;
  }
}
