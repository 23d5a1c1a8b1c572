package io.tocsin.collector.backtest;

import io.tocsin.collector.detect.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Metrics in tables: the first column is the time, up to which a row was measured, every other one
/// a metric; a column `workload` or `instance` says whose the row is, else the file's name does. A
/// cell that is empty or NaN was not measured. Every file is read twice: to its end before its
/// first row is scored, so that no hour is spent on one that is wrong at its end.
final class CsvSource implements Source {
  private static final Set<String> NAMING = Set.of("workload", "instance");
  // The step is the median of the first so many.
  private static final int STEPS = 1_000;
  private static final long SHARE_ROWS = 1_024;

  private final List<Path> files;
  private final ZoneId zone;
  private final Set<String> ignored;
  private final Set<String> notIgnored;
  private final Map<String, Path> found = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private long missing;

  CsvSource(List<Path> files, ZoneId zone, Set<String> ignored) {
    this.files = List.copyOf(files);
    this.zone = zone;
    this.ignored = Set.copyOf(ignored);
    notIgnored = new TreeSet<>(ignored);
  }

  private interface Rows {
    void row(String workload, long millis, Map<String, Double> values);
  }

  /// The times of one workload, as far as they are needed.
  private static final class Rhythm {
    final long[] steps = new long[STEPS];
    int count;
    long last;

    long step() {
      long[] sorted = Arrays.copyOf(steps, count);
      Arrays.sort(sorted);
      return sorted[count / 2];
    }
  }

  @Override
  public void read(History history, Progress progress) {
    List<Map<String, Long>> steps = new ArrayList<>();
    for (Path file : files) {
      steps.add(check(file, progress));
    }
    if (!notIgnored.isEmpty()) {
      throw BacktestException.wrong(
          "--ignore: expected a column's name, found %s, which no file has"
              .formatted(String.join(", ", notIgnored)));
    }
    missing = 0;
    for (int i = 0; i < files.size(); i++) {
      Map<String, Long> of = steps.get(i);
      scan(
          files.get(i),
          "scoring " + files.get(i),
          progress,
          (workload, millis, values) -> {
            Long step = of.get(workload);
            if (step == null) {
              throw BacktestException.failed("a file was changed while it was read; try again");
            }
            history.row(workload, step, new Row(millis, "", values));
          });
      of.keySet().forEach(history::done);
    }
    if (missing > 0) {
      notes.add("%,d cells were empty or NaN: not measured there.".formatted(missing));
    }
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private Map<String, Long> check(Path file, Progress progress) {
    Map<String, Rhythm> rhythms = new TreeMap<>();
    scan(
        file,
        "checking " + file,
        progress,
        (workload, millis, values) -> {
          Rhythm rhythm = rhythms.computeIfAbsent(workload, w -> new Rhythm());
          if (rhythm.last > 0 && rhythm.count < STEPS) {
            rhythm.steps[rhythm.count++] = millis - rhythm.last;
          }
          rhythm.last = millis;
        });
    Map<String, Long> steps = new TreeMap<>();
    rhythms.forEach((workload, rhythm) -> {
      Path before = found.putIfAbsent(workload, file);
      if (before != null) {
        throw BacktestException.wrong(
            ("%s: expected each workload in one file, found %s in %s as well; rename one, or put both"
                    + " into one file with a column `workload`")
                .formatted(file, workload, before));
      }
      if (rhythm.count == 0) {
        throw BacktestException.wrong(
            "%s: expected at least two rows of each workload, found one of %s"
                .formatted(file, workload));
      }
      steps.put(workload, rhythm.step());
    });
    if (steps.isEmpty()) {
      throw BacktestException.wrong(file + ": expected rows below the header, found none");
    }
    if (found.size() > MAX_WORKLOADS) {
      throw BacktestException.wrong(
          "%s: expected at most %d workloads in a run, found more".formatted(file, MAX_WORKLOADS));
    }
    return steps;
  }

  private void scan(Path file, String what, Progress progress, Rows rows) {
    try (CsvFile csv = CsvFile.open(file)) {
      List<String> header = csv.header();
      List<Integer> naming = new ArrayList<>();
      List<Integer> metrics = new ArrayList<>();
      for (int i = 1; i < header.size(); i++) {
        if (NAMING.contains(header.get(i).toLowerCase(Locale.ROOT))) {
          naming.add(i);
        } else if (ignored.contains(header.get(i))) {
          notIgnored.remove(header.get(i));
        } else {
          metrics.add(i);
        }
      }
      checkHeader(csv, metrics);
      Map<String, Long> last = new HashMap<>();
      String fileName = Input.name(file);
      long count = 0;
      for (List<String> cells = csv.next(); cells != null; cells = csv.next()) {
        String workload = naming.isEmpty() ? fileName : workload(csv, cells, naming);
        long millis = time(csv, cells.getFirst());
        Long before = last.put(workload, millis);
        if (before != null && before >= millis) {
          throw csv.wrong(outOfOrder(before, millis, naming.isEmpty() ? "" : " of " + workload));
        }
        if (last.size() > MAX_WORKLOADS) {
          throw csv.wrong("expected at most %d workloads, found more".formatted(MAX_WORKLOADS));
        }
        Map<String, Double> values = new TreeMap<>();
        for (int column : metrics) {
          double value = number(csv, header.get(column), cells.get(column));
          if (Double.isNaN(value)) {
            missing++;
          } else {
            values.put(header.get(column), value);
          }
        }
        rows.row(workload, millis, values);
        if (count++ % SHARE_ROWS == 0) {
          progress.at(what, csv.share());
        }
      }
      progress.at(what, 1);
    } catch (IOException e) {
      throw Input.unreadable(file, e);
    }
  }

  private static void checkHeader(CsvFile csv, List<Integer> metrics) {
    if (isNumber(csv.header().getLast())) {
      throw csv.wrong(
          "expected a header with the names of the columns, found a number, %s"
              .formatted(CsvFile.quoted(csv.header().getLast())));
    }
    if (metrics.isEmpty() || metrics.size() > MAX_METRICS) {
      throw csv.wrong(
          "expected a time and then 1 to %d metrics separated by commas, found %d metrics"
              .formatted(MAX_METRICS, metrics.size()));
    }
  }

  private static String workload(CsvFile csv, List<String> cells, List<Integer> naming) {
    String workload = String.join(" ", naming.stream().map(cells::get).toList()).strip();
    if (workload.isEmpty() || workload.length() > 200) {
      throw csv.wrong(
          "%s: expected a name of 1 to 200 characters, found %s"
              .formatted(csv.header().get(naming.getFirst()), CsvFile.quoted(workload)));
    }
    return workload;
  }

  private static String outOfOrder(long before, long millis, String whose) {
    return before == millis
        ? "expected one row%s a time, found a second one for %s; remove one of them"
            .formatted(whose, Instant.ofEpochMilli(millis))
        : "expected a row%s later than the one before, of %s, found %s; sort the file by time"
            .formatted(whose, Instant.ofEpochMilli(before), Instant.ofEpochMilli(millis));
  }

  private long time(CsvFile csv, String cell) {
    try {
      return Times.millis(cell, zone);
    } catch (DateTimeException e) {
      throw csv.wrong(
          "column %s: expected %s, found %s"
              .formatted(csv.header().getFirst(), Times.EXPECTED, CsvFile.quoted(cell)));
    }
  }

  /// NaN where nothing was measured.
  private static double number(CsvFile csv, String column, String cell) {
    if (cell.isEmpty() || cell.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    double value = isNumber(cell) ? Double.parseDouble(cell) : Double.POSITIVE_INFINITY;
    if (Double.isInfinite(value)) {
      throw csv.wrong(
          "column %s: expected a finite number, or nothing where nothing was measured, found %s%s"
              .formatted(
                  column,
                  CsvFile.quoted(cell),
                  cell.chars().anyMatch(Character::isLetter)
                      ? "; --ignore " + column + " leaves the column out"
                      : ""));
    }
    return value;
  }

  /// Java reads `1d` and `0x1p3` as numbers, too; nobody else does.
  private static boolean isNumber(String cell) {
    if (cell.isEmpty() || !cell.chars().allMatch(c -> "+-.eE0123456789".indexOf(c) >= 0)) {
      return false;
    }
    try {
      var _ = Double.parseDouble(cell);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
