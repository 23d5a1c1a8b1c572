package io.tocsin.collector.backtest;

import io.tocsin.collector.backtest.Report.Alarm;
import io.tocsin.collector.backtest.Report.Event;
import io.tocsin.collector.backtest.Report.Labelled;
import io.tocsin.collector.backtest.Report.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When something was truly wrong, as somebody knows.
public final class Labels {
  private static final int MAX_EVENTS = 10_000;

  private final List<Span> spans;

  private record Span(long from, long to, String workload) {
    boolean is(Workload of) {
      return workload.isEmpty() || workload.equals(of.workload());
    }

    boolean overlaps(Alarm alarm) {
      return alarm.atMillis() <= to && alarm.untilMillis() >= from;
    }
  }

  private Labels(List<Span> spans) {
    this.spans = spans;
  }

  /// @param file a table with the columns `from` and `to`, and `workload` where each has its own
  /// @param zone of times that name none
  public static Labels read(Path file, ZoneId zone) {
    List<Span> spans = new ArrayList<>();
    try (CsvFile csv = CsvFile.open(file)) {
      int from = csv.header().indexOf("from");
      int to = csv.header().indexOf("to");
      int workload = csv.header().indexOf("workload");
      if (from < 0 || to < 0) {
        throw csv.wrong(
            "expected a header with `from`, `to` and perhaps `workload`, found %s"
                .formatted(CsvFile.quoted(String.join(",", csv.header()))));
      }
      for (List<String> cells = csv.next(); cells != null; cells = csv.next()) {
        long begin = time(csv, "from", cells.get(from), zone);
        long end = time(csv, "to", cells.get(to), zone);
        if (end < begin) {
          throw csv.wrong(
              "expected `to` at or after `from`, found %s before %s"
                  .formatted(cells.get(to), cells.get(from)));
        }
        if (spans.size() == MAX_EVENTS) {
          throw csv.wrong("expected at most %,d events, found more".formatted(MAX_EVENTS));
        }
        spans.add(new Span(begin, end, workload < 0 ? "" : cells.get(workload)));
      }
    } catch (IOException e) {
      throw Input.unreadable(file, e);
    }
    spans.sort(
        Comparator.comparingLong(Span::from)
            .thenComparingLong(Span::to)
            .thenComparing(Span::workload));
    return new Labels(spans);
  }

  Labelled judge(List<Workload> workloads) {
    for (Span span : spans) {
      if (workloads.stream().noneMatch(span::is)) {
        throw BacktestException.wrong(
            "--labels: expected a workload that was read (%s), found %s"
                .formatted(
                    String.join(
                        ", ", workloads.stream().map(Workload::workload).limit(10).toList()),
                    span.workload()));
      }
    }
    List<Event> events = new ArrayList<>();
    List<Long> delays = new ArrayList<>();
    for (Span span : spans) {
      boolean counts = workloads.stream().anyMatch(w -> span.is(w) && isLearnt(w, span.to()));
      Long delay = counts ? delay(span, workloads) : null;
      if (delay != null) {
        delays.add(delay);
      }
      events.add(new Event(span.from(), span.to(), span.workload(), counts, delay));
    }
    int alarms = 0;
    int right = 0;
    for (Workload workload : workloads) {
      for (Alarm alarm : workload.alarms()) {
        if (!alarm.learning()) {
          alarms++;
          right += spans.stream().anyMatch(s -> s.is(workload) && s.overlaps(alarm)) ? 1 : 0;
        }
      }
    }
    delays.sort(Comparator.naturalOrder());
    int counting = (int) events.stream().filter(Event::counts).count();
    return new Labelled(
        counting,
        delays.size(),
        events.size() - counting,
        alarms,
        right,
        delays.isEmpty() ? null : delays.get((delays.size() - 1) / 2),
        events);
  }

  private static boolean isLearnt(Workload workload, long by) {
    Long learnt = workload.learntMillis();
    return learnt != null && learnt < by && workload.fromMillis() <= by;
  }

  /// Until the first alarm that counts; 0 where one was already on; null when none came.
  private static @Nullable Long delay(Span span, List<Workload> workloads) {
    Long first = null;
    for (Workload workload : workloads) {
      for (Alarm alarm : workload.alarms()) {
        if (span.is(workload) && !alarm.learning() && span.overlaps(alarm)) {
          long delay = Math.max(0, alarm.atMillis() - span.from());
          first = first == null ? delay : Long.valueOf(Math.min(first, delay));
        }
      }
    }
    return first;
  }

  private static long time(CsvFile csv, String column, String cell, ZoneId zone) {
    try {
      return Times.millis(cell, zone);
    } catch (DateTimeException e) {
      throw csv.wrong(
          "column %s: expected %s, found %s"
              .formatted(column, Times.EXPECTED, CsvFile.quoted(cell)));
    }
  }
}
