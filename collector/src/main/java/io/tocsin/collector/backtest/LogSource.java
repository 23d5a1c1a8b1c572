package io.tocsin.collector.backtest;

import io.tocsin.agent.tail.PastLog;
import io.tocsin.agent.tail.RawLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Logs, each of a workload that the file is named after: through the agent's own framing, masking,
/// templates and counts. A line counts at its own stamp, a framing's before one in the text; one
/// without any at that of the line before.
final class LogSource implements Source {
  // A stamp so far ahead is believed when the next one says so, too: it may be a date in the text.
  private static final long AHEAD_MILLIS = 3_600_000;
  private static final long SHARE_LINES = 4_096;

  private final List<Path> files;
  private final ZoneId zone;
  private final OptionalInt year;
  private final Duration window;
  private final List<String> notes = new ArrayList<>();

  LogSource(List<Path> files, ZoneId zone, OptionalInt year, Duration window) {
    this.files = List.copyOf(files);
    this.zone = zone;
    this.year = year;
    this.window = window;
    if (window.toMillis() < 1_000 || window.toMillis() > 60_000) {
      throw BacktestException.wrong(
          "--window: expected 1s to 60s, as the agent takes, found "
              + Words.span(window.toMillis()));
    }
  }

  @Override
  public void read(History history, Progress progress) {
    Map<String, Path> names = new HashMap<>();
    for (Path file : files) {
      Path before = names.putIfAbsent(Input.name(file), file);
      if (before != null) {
        throw BacktestException.wrong(
            "%s: expected logs of different names, found %s as well; rename one"
                .formatted(file, before));
      }
    }
    for (Path file : files) {
      read(file, history, progress);
    }
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private void read(Path file, History history, Progress progress) {
    String workload = Input.name(file);
    PastLog log = new PastLog(workload);
    var lines = new Lines(new LogWindows(workload, log, window, history));
    try (Input input = Input.open(file)) {
      progress.at("reading " + file, 0);
      log.read(
          input.stream(),
          line -> {
            lines.take(line);
            if (lines.count % SHARE_LINES == 0) {
              progress.at("reading " + file, input.share());
            }
          });
      lines.flush();
      progress.at("reading " + file, 1);
    } catch (IOException e) {
      throw Input.unreadable(file, e);
    }
    check(file, lines, log);
    history.done(workload);
  }

  private void check(Path file, Lines lines, PastLog log) {
    if (lines.count == 0) {
      throw BacktestException.wrong(
          file + ": expected lines, found none" + (log.malformed() > 0 ? " of one framing" : ""));
    }
    if (lines.stamped == 0) {
      throw BacktestException.wrong(
          lines.times.yearMissing()
              ? ("%s: expected stamps with a year, found stamps without one; say the year of the first"
                      + " with --year")
                  .formatted(file)
              : ("%s: expected lines that begin with a time, found none in %,d lines; without one nobody"
                      + " knows when they were written")
                  .formatted(file, lines.count));
    }
    if (lines.windows.sealed() == 0) {
      throw BacktestException.wrong(
          "%s: expected lines over more than one window of %s, found all within one"
              .formatted(file, Words.span(window.toMillis())));
    }
    note(file, lines.inherited, "had no stamp: they count at that of the line before");
    note(file, lines.before, "stood before the first stamp, and are left out");
    note(file, lines.windows.late(), "were older than their window: they count late, as live");
    note(file, lines.doubted, "had a stamp over an hour ahead that the next did not bear out");
    note(file, log.malformed(), "did not follow the framing, and are left out");
    note(file, log.cut(), "were too long, and lost their end");
    if (lines.windows.pauses() > 0) {
      notes.add(
          "%s: %,d pauses of over a day are no history.".formatted(file, lines.windows.pauses()));
    }
  }

  private void note(Path file, long count, String what) {
    if (count > 0) {
      notes.add("%s: %,d lines %s.".formatted(file, count, what));
    }
  }

  /// Gives each line its time.
  private final class Lines {
    final LogWindows windows;
    final LineTimes times = new LineTimes(zone, year);
    long count;
    long stamped;
    long inherited;
    long before;
    long doubted;
    private long last;
    private @Nullable RawLine ahead;

    Lines(LogWindows windows) {
      this.windows = windows;
    }

    void take(RawLine line) {
      count++;
      OptionalLong own =
          line.stamped() ? OptionalLong.of(line.timeMillis()) : times.of(line.text());
      if (own.isEmpty()) {
        if (last == 0) {
          before++;
        } else {
          inherited++;
          windows.add(at(line, last));
        }
        return;
      }
      stamped++;
      long millis = own.getAsLong();
      RawLine doubtful = ahead;
      ahead = null;
      if (doubtful != null) {
        boolean borneOut = millis >= doubtful.timeMillis() - AHEAD_MILLIS;
        doubted += borneOut ? 0 : 1;
        last = borneOut ? Math.max(last, doubtful.timeMillis()) : last;
        windows.add(borneOut ? doubtful : at(doubtful, last));
      }
      if (last > 0 && millis > last + AHEAD_MILLIS) {
        ahead = at(line, millis);
        return;
      }
      last = Math.max(last, millis);
      windows.add(at(line, millis));
    }

    void flush() {
      RawLine doubtful = ahead;
      if (doubtful != null) {
        doubted++;
        windows.add(at(doubtful, last));
      }
    }

    private static RawLine at(RawLine line, long millis) {
      return new RawLine(line.instance(), line.text(), millis, true, line.ascii());
    }
  }
}
