package io.tocsin.benchmarks.accuracy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A file of comma-separated values with a header, compressed where its name ends in `.gz`.
record Table(Path file, List<String> header, List<String[]> rows) {

  /// @throws UncheckedIOException when it cannot be read
  static Table read(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String header = lines.readLine();
      if (header == null) {
        throw new IOException(file + ": expected a header, found nothing");
      }
      List<String> names = List.of(header.split(","));
      List<String[]> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        if (cells.length != names.size()) {
          throw new IOException(
              "%s, line %d: expected %d cells, found %d"
                  .formatted(file, rows.size() + 2, names.size(), cells.length));
        }
        rows.add(cells);
      }
      return new Table(file, names, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The files of a folder that end so, by name without that ending, sorted.
  static List<String> names(Path folder, String ending) {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int column(String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new IllegalArgumentException(
          "%s: expected a column %s, found %s".formatted(file, name, header));
    }
    return column;
  }

  List<String> text(String name) {
    int column = column(name);
    return rows.stream().map(row -> row[column]).toList();
  }

  double[] numbers(String name) {
    int column = column(name);
    return rows.stream().mapToDouble(row -> Double.parseDouble(row[column])).toArray();
  }

  /// Whether each row has a 1 there.
  boolean[] flags(String name) {
    double[] numbers = numbers(name);
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] > 0.5;
    }
    return flags;
  }

  /// All columns but those named, by row.
  double[][] without(String... names) {
    int[] kept =
        header.stream()
            .filter(name -> !Arrays.asList(names).contains(name))
            .mapToInt(this::column)
            .toArray();
    return rows.stream()
        .map(row -> Arrays.stream(kept).mapToDouble(c -> Double.parseDouble(row[c])).toArray())
        .toArray(double[][]::new);
  }
}
