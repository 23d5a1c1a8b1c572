package io.tocsin.collector.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.collector.web.ChartPoint.Arm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the charts draw, kept for eight days beside the rest. Safe for use by many threads.
final class Charts {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_STEPS = 2_000;
  static final long KEEP_MILLIS = 8 * 86_400_000L;

  private final StateStore store;

  Charts(StateStore store) {
    this.store = store;
  }

  /// The row to write for a window.
  static Change row(String workload, ChartPoint point) {
    try {
      return new Change(
          Table.CHARTS, key(workload, point.endMillis()), JSON.writeValueAsBytes(point));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Drops what is older than eight days.
  static void forget(StateStore store, String workload, long nowMillis) {
    store.deleteRange(Table.CHARTS, key(workload, 0), key(workload, nowMillis - KEEP_MILLIS));
  }

  /// Points whose windows end in `(from, to]`, ascending.
  List<ChartPoint> points(String workload, long fromMillis, long toMillis) {
    List<ChartPoint> points = new ArrayList<>();
    store.scan(
        Table.CHARTS,
        key(workload, fromMillis + 1),
        key(workload, toMillis + 1),
        (key, value) -> {
          try {
            points.add(JSON.readValue(value, ChartPoint.class));
          } catch (IOException e) {
            throw new IllegalStateException("a chart's row is damaged", e);
          }
          return true;
        });
    return points;
  }

  /// The tracks over a range.
  ///
  /// @param watched id of the release on watch, drawn apart; null when none is
  /// @param name what people call a release
  Series series(
      List<ChartPoint> points,
      long fromMillis,
      long toMillis,
      @Nullable String watched,
      Function<String, String> name,
      List<Series.Flag> flags,
      List<Series.Span> incidents) {
    long window =
        points.isEmpty() ? 10_000 : points.getLast().endMillis() - points.getLast().startMillis();
    long from = Math.floorDiv(fromMillis, window) * window;
    long to = Math.floorDiv(toMillis, window) * window;
    if (!points.isEmpty()) {
      from = Math.max(from, points.getFirst().startMillis());
      to = Math.max(from + window, Math.min(to, points.getLast().endMillis()));
    }
    int windows = (int) Math.max(1, (to - from) / window);
    long step = window * Math.max(1, (windows + MAX_STEPS - 1) / MAX_STEPS);
    int steps = (int) ((to - from + step - 1) / step);
    List<Series.Track> tracks = new ArrayList<>();
    tracks.add(
        new Series.Track(
            "Rarity",
            "as rare as once per",
            "rarity",
            null,
            null,
            null,
            List.of(
                new Series.Line(
                    null,
                    "",
                    true,
                    false,
                    column(points, from, step, steps, null, p -> p.onceInHours(), a -> null)))));
    TreeSet<String> releases = new TreeSet<>();
    points.forEach(point -> point.arms().forEach(arm -> releases.add(arm.release())));
    tracks.add(
        track(
            "Requests",
            "a second",
            "zero",
            1,
            Arm::requestsPerSecond,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "Errors",
            "% of requests",
            "zero",
            100,
            Arm::failedShare,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "Latency p95",
            "ms",
            "range",
            1,
            Arm::p95Millis,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "Error lines",
            "a second",
            "zero",
            1,
            Arm::errorLinesPerSecond,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "Lines",
            "a second",
            "zero",
            1,
            Arm::linesPerSecond,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "CPU",
            "cores",
            "zero",
            1,
            Arm::cpuCores,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.add(
        track(
            "Memory",
            "MB",
            "range",
            1,
            Arm::memoryMegabytes,
            points,
            from,
            step,
            steps,
            releases,
            watched,
            name));
    tracks.removeIf(track -> !track.axis().equals("rarity") && track.lines().isEmpty());
    return new Series(from, from + steps * step, step, tracks, gaps(points), flags, incidents);
  }

  private static Series.Track track(
      String name,
      String unit,
      String axis,
      double factor,
      Function<Arm, @Nullable Double> value,
      List<ChartPoint> points,
      long from,
      long step,
      int steps,
      Iterable<String> releases,
      @Nullable String watched,
      Function<String, String> names) {
    List<Series.Line> lines = new ArrayList<>();
    for (String release : releases) {
      List<@Nullable Double> values =
          column(
              points,
              from,
              step,
              steps,
              release,
              p -> null,
              arm -> scale(value.apply(arm), factor));
      if (values.stream().anyMatch(v -> v != null)) {
        boolean isNew = release.equals(watched);
        Series.Line line =
            new Series.Line(
                release.isEmpty() ? null : release, names.apply(release), isNew, false, values);
        lines.add(isNew ? lines.size() : 0, line);
      }
    }
    return new Series.Track(name, unit, axis, null, null, null, lines);
  }

  /// One value a step: the largest of its windows, so that thinning hides no peak.
  private static List<@Nullable Double> column(
      List<ChartPoint> points,
      long from,
      long step,
      int steps,
      @Nullable String release,
      Function<ChartPoint, @Nullable Double> whole,
      Function<Arm, @Nullable Double> part) {
    List<@Nullable Double> values = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      values.add(null);
    }
    for (ChartPoint point : points) {
      int at = (int) ((point.endMillis() - 1 - from) / step);
      if (at < 0 || at >= steps) {
        continue;
      }
      Double value = release == null ? whole.apply(point) : null;
      for (Arm arm : point.arms()) {
        if (release != null && arm.release().equals(release)) {
          value = part.apply(arm);
        }
      }
      Double before = values.get(at);
      if (value != null && (before == null || value > before)) {
        values.set(at, value);
      }
    }
    return values;
  }

  private static List<Series.Gap> gaps(List<ChartPoint> points) {
    List<Series.Gap> gaps = new ArrayList<>();
    long begun = 0;
    ChartPoint before = null;
    for (ChartPoint point : points) {
      boolean nobody = point.arms().isEmpty();
      if (nobody && begun == 0) {
        begun = point.startMillis();
      } else if (!nobody && begun > 0) {
        gaps.add(new Series.Gap(begun, point.startMillis(), "no instance reported"));
        begun = 0;
      }
      if (before != null && point.startMillis() > before.endMillis() && begun == 0) {
        gaps.add(new Series.Gap(before.endMillis(), point.startMillis(), "no data"));
      }
      before = point;
    }
    if (begun > 0 && before != null) {
      gaps.add(new Series.Gap(begun, before.endMillis(), "no instance reported"));
    }
    return gaps;
  }

  private static @Nullable Double scale(@Nullable Double value, double factor) {
    return value == null ? null : (Double) (value * factor);
  }

  private static byte[] key(String workload, long millis) {
    byte[] name = workload.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(name.length + 9)
        .put(name)
        .put((byte) 0)
        .putLong(Math.max(0, millis))
        .array();
  }
}
