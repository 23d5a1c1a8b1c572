package io.tocsin.collector.backtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A table of comma-separated cells with a header, row by row; a row is one line, cells may be
/// quoted. Empty lines do not count.
final class CsvFile implements AutoCloseable {
  private static final int MAX_LINE = 64 << 10;

  private final Path file;
  private final Input input;
  private final BufferedReader reader;
  private final List<String> header;
  private long line;

  private CsvFile(Path file, Input input) throws IOException {
    this.file = file;
    this.input = input;
    reader = new BufferedReader(new InputStreamReader(input.stream(), StandardCharsets.UTF_8));
    List<String> first = read();
    if (first == null) {
      throw BacktestException.wrong(file + ": expected a header and rows, found an empty file");
    }
    first.set(0, first.getFirst().replace("\uFEFF", ""));
    header = List.copyOf(first);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).isEmpty() || !names.add(header.get(i))) {
        throw wrong(
            "column %d: expected a header with a name of its own for each column, found %s"
                .formatted(i + 1, header.get(i).isEmpty() ? "none" : header.get(i) + " twice"));
      }
    }
  }

  static CsvFile open(Path file) throws IOException {
    Input input = Input.open(file);
    try {
      return new CsvFile(file, input);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  List<String> header() {
    return header;
  }

  /// As many cells as the header has; null at the end.
  @Nullable List<String> next() throws IOException {
    List<String> cells = read();
    if (cells != null && cells.size() != header.size()) {
      throw wrong(
          "expected %d columns, as in the header, found %d".formatted(header.size(), cells.size()));
    }
    return cells;
  }

  double share() {
    return input.share();
  }

  /// @param what about the line read last
  BacktestException wrong(String what) {
    return BacktestException.wrong("%s, line %d: %s".formatted(file, line, what));
  }

  /// What was found, in so many characters that it can be read.
  static String quoted(String cell) {
    return "`" + oneLine(cell, 60) + "`";
  }

  /// Cut, and without what would steer a terminal.
  static String oneLine(String text, int most) {
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > most ? clean.substring(0, most) + "…" : clean;
  }

  private @Nullable List<String> read() throws IOException {
    while (true) {
      String text = readLine();
      if (text == null) {
        return null;
      }
      line++;
      if (!text.isBlank()) {
        return cells(text);
      }
    }
  }

  private @Nullable String readLine() throws IOException {
    var text = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (text.length() == MAX_LINE) {
        line++;
        throw wrong("expected a line of at most %,d characters, found more".formatted(MAX_LINE));
      }
      text.append((char) c);
    }
    return text.toString();
  }

  private List<String> cells(String text) {
    List<String> cells = new ArrayList<>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    if (quoted) {
      throw wrong("expected a quote at the end of the last cell, found none");
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
