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
import java.util.Objects;
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
    Axis axis = new Axis(from, step, (int) ((to - from + step - 1) / step));
    TreeSet<String> releases = new TreeSet<>();
    points.forEach(point -> point.arms().forEach(arm -> releases.add(arm.release())));
    List<Series.Track> tracks = new ArrayList<>();
    tracks.add(rarity(axis.column(points, ChartPoint::onceInHours)));
    for (Kind kind : KINDS) {
      List<Series.Line> lines = new ArrayList<>();
      for (String release : releases) {
        List<@Nullable Double> values = axis.column(points, point -> kind.of(point.arm(release)));
        if (values.stream().anyMatch(Objects::nonNull)) {
          boolean isNew = release.equals(watched);
          String id = release.isEmpty() ? null : release;
          var line = new Series.Line(id, name.apply(release), isNew, false, values);
          lines.add(isNew ? lines.size() : 0, line);
        }
      }
      if (!lines.isEmpty()) {
        tracks.add(new Series.Track(kind.name, kind.unit, kind.axis, null, null, null, lines));
      }
    }
    return new Series(from, from + axis.steps * step, step, tracks, gaps(points), flags, incidents);
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("Requests", "a second", "zero", 1, Arm::requestsPerSecond),
          new Kind("Errors", "% of requests", "zero", 100, Arm::failedShare),
          new Kind("Latency p95", "ms", "range", 1, Arm::p95Millis),
          new Kind("Error lines", "a second", "zero", 1, Arm::errorLinesPerSecond),
          new Kind("Lines", "a second", "zero", 1, Arm::linesPerSecond),
          new Kind("CPU", "cores", "zero", 1, Arm::cpuCores),
          new Kind("Memory", "MB", "range", 1, Arm::memoryMegabytes));

  /// What one track shows of each release.
  private record Kind(
      String name, String unit, String axis, double factor, Function<Arm, @Nullable Double> value) {
    @Nullable Double of(@Nullable Arm arm) {
      Double plain = arm == null ? null : value.apply(arm);
      return plain == null ? null : (Double) (plain * factor);
    }
  }

  /// Time, cut into steps.
  private record Axis(long from, long step, int steps) {
    /// One value a step: the largest of its windows, so that thinning hides no peak.
    List<@Nullable Double> column(
        List<ChartPoint> points, Function<ChartPoint, @Nullable Double> value) {
      List<@Nullable Double> values = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        values.add(null);
      }
      for (ChartPoint point : points) {
        int at = (int) ((point.endMillis() - 1 - from) / step);
        Double seen = at < 0 || at >= steps ? null : value.apply(point);
        if (seen != null) {
          Double before = values.get(at);
          values.set(at, before == null ? seen : (Double) Math.max(before, seen));
        }
      }
      return values;
    }
  }

  private static Series.Track rarity(List<@Nullable Double> values) {
    return new Series.Track(
        "Rarity",
        "as rare as once per",
        "rarity",
        null,
        null,
        null,
        List.of(new Series.Line(null, "", true, false, values)));
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

  private static byte[] key(String workload, long millis) {
    byte[] name = workload.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(name.length + 9)
        .put(name)
        .put((byte) 0)
        .putLong(Math.max(0, millis))
        .array();
  }
}
