package io.tocsin.benchmarks.accuracy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The metrics that an event shows in, as the people who labelled it say.
///
/// @param first row of the event, from 0
/// @param last row, inclusive; not before `first`
/// @param metrics names, at least one
record Cause(int first, int last, Set<String> metrics) {
  private static final Pattern LINE = Pattern.compile("(\\d+)-(\\d+):(\\d+(?:,\\d+)*)");

  Cause {
    metrics = Set.copyOf(metrics);
  }

  /// @param header names of the metrics, which the file counts from 1
  /// @param beyond rows that the stated end lies behind the last one: 1 where it is exclusive, else
  ///   0
  /// @return none when there is no such file
  /// @throws UncheckedIOException when it cannot be read, or a line is not `first-end:metrics`
  static List<Cause> read(Path file, List<String> header, int beyond) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<Cause> causes = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          causes.add(of(file, line.strip(), header, beyond));
        }
      }
      return causes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cause of(Path file, String line, List<String> header, int beyond)
      throws IOException {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IOException("%s: expected first-end:metrics, found %s".formatted(file, line));
    }
    int[] metrics = Arrays.stream(parts.group(3).split(",")).mapToInt(Integer::parseInt).toArray();
    int first = Integer.parseInt(parts.group(1));
    int last = Integer.parseInt(parts.group(2)) - beyond;
    if (last < first || Arrays.stream(metrics).anyMatch(m -> m < 1 || m > header.size())) {
      throw new IOException(
          "%s: expected rows and metrics 1 to %d, found %s".formatted(file, header.size(), line));
    }
    return new Cause(
        first,
        last,
        Arrays.stream(metrics).mapToObj(m -> header.get(m - 1)).collect(Collectors.toSet()));
  }
}
