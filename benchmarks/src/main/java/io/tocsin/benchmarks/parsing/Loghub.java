package io.tocsin.benchmarks.parsing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// The Loghub samples: 2,000 lines a system with their true templates. All lists by line.
record Loghub(
    String system,
    List<String> raw,
    List<String> messages,
    List<String> eventIds,
    List<String> corrected) {

  /// @param folder `loghub`, with `X_2k.log.gz` and `X_2k.truth.csv.gz`
  static List<Loghub> all(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      List<Loghub> all = new ArrayList<>();
      for (Path truth :
          files.filter(f -> f.toString().endsWith(".truth.csv.gz")).sorted().toList()) {
        String name = truth.getFileName().toString().replace(".truth.csv.gz", "");
        List<List<String>> rows = csv(text(truth));
        List<String> header = rows.removeFirst();
        all.add(
            new Loghub(
                name.replace("_2k", ""),
                lines(folder.resolve(name + ".log.gz")),
                column(rows, header.indexOf("Content")),
                column(rows, header.indexOf("EventId")),
                column(rows, header.indexOf("EventTemplateCorrected"))));
      }
      return all;
    }
  }

  static List<String> lines(Path file) throws IOException {
    return text(file).lines().toList();
  }

  private static List<String> column(List<List<String>> rows, int column) {
    return rows.stream().map(row -> row.get(column)).toList();
  }

  private static String text(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<List<String>> csv(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
        if (doubled) {
          field.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && (c == ',' || c == '\n')) {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    return rows;
  }
}
