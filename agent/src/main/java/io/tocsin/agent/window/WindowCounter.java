package io.tocsin.agent.window;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.metrics.Reading;
import io.tocsin.agent.metrics.Reading.Requests;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.window.WindowSummary.Completeness;
import io.tocsin.agent.window.WindowSummary.TemplateCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts log events by instance and window, and seals tumbling windows aligned to the epoch. A
/// line counts in exactly one window: its stamp's while that is open, else the oldest open one, as
/// late. Confined to one thread.
public final class WindowCounter {
  private final WindowConfig config;
  private final long length;

  /// Open windows by start; only the current one and, for lines stamped ahead of the seal, the
  /// next.
  private final TreeMap<Long, Map<String, Counts>> open = new TreeMap<>();

  private final Map<String, Progress> sealedProgress = new HashMap<>();
  private final Map<String, RequestSource> sources = new HashMap<>();
  private long sealedUntil;

  // Where the line before was counted: most lines follow one of the same instance and window.
  private @Nullable Counts last;
  private long lastStart;

  /// @param sealedUntilMillis end of the newest window already sealed; 0 when none was
  public WindowCounter(WindowConfig config, long sealedUntilMillis) {
    this.config = config;
    this.length = config.length().toMillis();
    this.sealedUntil = sealedUntilMillis;
  }

  /// Takes back the counts of windows that were open at the last checkpoint.
  public void resume(List<WindowSummary> partial) {
    for (WindowSummary summary : partial) {
      Counts counts = counts(summary.startMillis(), summary.instance());
      counts.late += summary.completeness().linesLate();
      for (TemplateCount count : summary.counts()) {
        counts.add(count.template(), count.count(), count.level());
      }
      if (!summary.logins().isEmpty()) {
        counts.logins().add(summary.logins());
      }
      Requests requests = summary.requests();
      if (requests != null) {
        counts.served().add(requests);
      }
    }
  }

  /// Counts one line.
  ///
  /// @param request that the line tells of; null when it tells of none
  /// @param login that the line tells of; null when it tells of none
  public void add(LogEvent event, @Nullable Request request, @Nullable Login login) {
    long start = start(event.timeMillis());
    // A stamp beyond the next window is a clock that is wrong, not a line from the future.
    long within = Math.clamp(start, sealedUntil, sealedUntil + length);
    Counts counts = last;
    if (counts == null
        || lastStart != within
        || !counts.instance.id().equals(event.instance().id())) {
      counts = counts(within, event.instance());
      last = counts;
      lastStart = within;
    }
    if (start < sealedUntil) {
      counts.late++;
    }
    counts.add(event.template(), 1, event.level());
    if (request != null) {
      counts.served().add(request);
    }
    if (login != null) {
      counts.logins().add(login);
    }
  }

  /// Whether a window has ended at `nowMillis`. The caller reads what is on disk, then seals.
  public boolean due(long nowMillis) {
    return sealedUntil == 0 || start(nowMillis) > sealedUntil;
  }

  /// Ends every window that is over. Every running instance gets a summary, also when it said
  /// nothing: that is how silence is told from absence.
  ///
  /// @param progress cumulative, by instance id
  /// @param readings since the seal before, by instance id
  public List<WindowSummary> seal(
      long nowMillis,
      List<Running> running,
      Function<String, Progress> progress,
      Map<String, Reading> readings) {
    long end = start(nowMillis);
    long begin = end - length;
    last = null;
    Map<String, Counts> merged = new LinkedHashMap<>();
    // After a pause of the machine more than one window may have ended; what was counted meanwhile
    // belongs to the newest of them, the others have nothing that could be told apart.
    for (var window : open.headMap(end, false).values()) {
      window.forEach((id, counts) -> merged.merge(id, counts, Counts::plus));
    }
    open.headMap(end, false).clear();
    for (Running each : running) {
      merged.computeIfAbsent(each.instance().id(), id -> new Counts(each.instance()));
    }
    // Who was killed is not running any more, and may have said nothing.
    readings.forEach((id, reading) -> {
      if (reading.oomKills() > 0) {
        merged.computeIfAbsent(id, _ -> new Counts(reading.instance()));
      }
    });
    List<WindowSummary> sealed = new ArrayList<>();
    for (Counts counts : merged.values()) {
      String id = counts.instance.id();
      Progress now = progress.apply(id);
      Progress before = sealedProgress.getOrDefault(id, Progress.NONE);
      sealed.add(
          summary(
              counts,
              begin,
              end,
              completeness(counts, before, now),
              readings.get(id),
              before.catchingUp() || now.catchingUp()));
      sealedProgress.put(id, now);
    }
    sealedProgress.keySet().retainAll(merged.keySet());
    sources.keySet().retainAll(merged.keySet());
    sealedUntil = Math.max(sealedUntil, end);
    return sealed;
  }

  /// Counts of windows that are still open, for the checkpoint.
  public List<WindowSummary> partial() {
    List<WindowSummary> partial = new ArrayList<>();
    open.forEach((start, window) ->
        window
            .values()
            .forEach(counts ->
                partial.add(
                    new WindowSummary(
                        counts.instance,
                        start,
                        start + length,
                        completeness(counts, Progress.NONE, Progress.NONE),
                        counts.sorted(),
                        counts.served == null ? null : counts.served.requests(true),
                        Map.of(),
                        true,
                        0,
                        0,
                        null,
                        false,
                        counts.attempts()))));
    return partial;
  }

  /// End of the newest sealed window, epoch milliseconds; 0 when none was.
  public long sealedUntilMillis() {
    return sealedUntil;
  }

  private WindowSummary summary(
      Counts counts,
      long begin,
      long end,
      Completeness completeness,
      @Nullable Reading reading,
      boolean catchUp) {
    Requests requests =
        sources
            .computeIfAbsent(counts.instance.id(), _ -> new RequestSource())
            .choose(reading, counts.served, completeness);
    return new WindowSummary(
        counts.instance,
        begin,
        end,
        completeness,
        counts.sorted(),
        requests,
        reading == null ? Map.of() : reading.values(),
        reading == null || reading.alive(),
        reading == null ? 0 : reading.restarts(),
        reading == null ? 0 : reading.oomKills(),
        reading == null ? null : reading.ready(),
        catchUp,
        counts.attempts());
  }

  private static Completeness completeness(Counts counts, Progress before, Progress now) {
    Map<String, Long> dropped = new TreeMap<>();
    now.linesDropped()
        .forEach((cause, total) -> {
          long since = total - before.linesDropped().getOrDefault(cause, 0L);
          if (since > 0) {
            dropped.put(cause, since);
          }
        });
    return new Completeness(
        Math.max(0, now.bytesOnDisk() - before.bytesOnDisk()),
        Math.max(0, now.bytesRead() - before.bytesRead()),
        Math.max(0, now.linesRead() - before.linesRead()),
        counts.lines,
        dropped,
        counts.late,
        Math.max(0, now.gaps() - before.gaps()),
        now.bytesLag(),
        now.lagMillis());
  }

  private Counts counts(long start, Instance instance) {
    return open.computeIfAbsent(start, s -> new LinkedHashMap<>())
        .computeIfAbsent(instance.id(), id -> new Counts(instance));
  }

  private long start(long millis) {
    return Math.floorDiv(millis, length) * length;
  }

  /// Lines of one template.
  private static final class Tally {
    long count;
    Level level = Level.UNKNOWN;

    void add(long more, Level seen) {
      count += more;
      level = seen.compareTo(level) > 0 ? seen : level;
    }
  }

  private final class Counts {
    final Instance instance;
    final Map<Long, Tally> byTemplate = new HashMap<>();
    long lines;
    long late;
    @Nullable Served served;
    Logins.@Nullable Tally logins;

    Counts(Instance instance) {
      this.instance = instance;
    }

    Served served() {
      Served known = served == null ? new Served() : served;
      served = known;
      return known;
    }

    Logins.Tally logins() {
      Logins.Tally known = logins == null ? new Logins.Tally() : logins;
      logins = known;
      return known;
    }

    Logins attempts() {
      return logins == null ? Logins.NONE : logins.logins();
    }

    void add(long template, long count, Level level) {
      Tally tally = byTemplate.get(template);
      if (tally == null) {
        boolean room = byTemplate.size() < config.maxTemplates();
        tally = byTemplate.computeIfAbsent(room ? template : Template.OTHER, id -> new Tally());
      }
      tally.add(count, level);
      lines += count;
    }

    Counts plus(Counts other) {
      other.byTemplate.forEach((id, tally) -> add(id, tally.count, tally.level));
      late += other.late;
      if (other.served != null) {
        served().add(other.served.requests(true));
      }
      if (other.logins != null) {
        logins().add(other.logins.logins());
      }
      return this;
    }

    /// In the unsigned order of ids.
    List<TemplateCount> sorted() {
      return byTemplate.entrySet().stream()
          .map(e -> new TemplateCount(e.getKey(), e.getValue().count, e.getValue().level))
          .sorted((a, b) -> Long.compareUnsigned(a.template(), b.template()))
          .toList();
    }
  }
}
