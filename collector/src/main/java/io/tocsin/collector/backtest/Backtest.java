package io.tocsin.collector.backtest;

import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs the collector's detection over history: features > detect > fits > calibrate > anomalies.
/// Confined to one thread; the same history, settings and seed give an equal report.
public final class Backtest {
  // Some 400 MB: 50,000 rows, which is what a fit looks at, of 128 metrics.
  private static final long MAX_CELLS = 50_000L * Source.MAX_METRICS;
  private static final int LOOK_ROWS = 1_024;

  private final Settings settings;
  private final TreeMap<String, Rehearsal> running = new TreeMap<>();
  private final TreeMap<String, Report.Workload> finished = new TreeMap<>();
  private int sinceLook;

  private Backtest(Settings settings) {
    this.settings = settings;
  }

  /// @param labels null for none
  /// @throws BacktestException when history is not what it should be, or cannot be had
  public static Report run(
      List<Source> sources, Settings settings, @Nullable Labels labels, Progress progress) {
    Backtest backtest = new Backtest(settings);
    List<String> notes = new ArrayList<>();
    for (Source source : sources) {
      source.read(backtest.new Taking(), progress);
      notes.addAll(source.notes());
    }
    backtest.running.keySet().stream().toList().forEach(backtest::finish);
    List<Report.Workload> workloads = List.copyOf(backtest.finished.values());
    if (workloads.isEmpty()) {
      throw BacktestException.wrong("expected history of a workload, found none");
    }
    return new Report(
        settings.seed(), workloads, labels == null ? null : labels.judge(workloads), notes);
  }

  private Rehearsal of(String workload, long windowMillis) {
    Rehearsal known = running.get(workload);
    if (known != null) {
      return known;
    }
    if (finished.containsKey(workload)) {
      throw BacktestException.wrong(
          "expected each workload from one source, found %s in two; rename one"
              .formatted(workload));
    }
    if (running.size() + finished.size() == Source.MAX_WORKLOADS) {
      throw BacktestException.wrong(
          "expected at most %d workloads in a run, found more".formatted(Source.MAX_WORKLOADS));
    }
    Rehearsal rehearsal = new Rehearsal(workload, windowMillis, settings);
    running.put(workload, rehearsal);
    return rehearsal;
  }

  private void finish(String workload) {
    Rehearsal rehearsal = running.remove(workload);
    if (rehearsal != null) {
      finished.put(workload, rehearsal.report());
    }
  }

  private void look() {
    if (++sinceLook < LOOK_ROWS) {
      return;
    }
    sinceLook = 0;
    long cells = running.values().stream().mapToLong(Rehearsal::cells).sum();
    if (cells > MAX_CELLS) {
      throw BacktestException.wrong(
          ("expected at most %,d values to be held at once, found %,d of %d workloads; give each a file"
                  + " of its own, which are read one after another, or fewer in a run")
              .formatted(MAX_CELLS, cells, running.size()));
    }
  }

  private final class Taking implements History {
    @Override
    public void row(String workload, long stepMillis, Row row) {
      of(workload, stepMillis).row(row);
      look();
    }

    @Override
    public void window(SealedWindow window, TemplateBook book) {
      of(window.workload(), window.endMillis() - window.startMillis()).window(window, book);
      look();
    }

    @Override
    public void done(String workload) {
      finish(workload);
    }
  }
}
