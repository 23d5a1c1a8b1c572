package io.tocsin.benchmarks.accuracy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One stream of the Numenta Anomaly Benchmark, scored by its standard profile (Ahmad et al. 2017).
///
/// @param name group and file
/// @param stepMinutes median time between rows
/// @param values by row
/// @param weight of an alarm at each row
/// @param window index of the labelled window that a row lies in; [#OUTSIDE] or [#PROBATION]
record NabFile(String name, double stepMinutes, double[] values, double[] weight, int[] window) {
  static final int OUTSIDE = -1;
  static final int PROBATION = -2;

  private static final double FALSE_ALARM = 0.11;

  /// @param folder `nab`, with `windows.json` and `data`
  static List<NabFile> all(Path folder) {
    Map<String, List<List<String>>> windows = windows(folder.resolve("windows.json"));
    List<NabFile> files = new ArrayList<>();
    windows.forEach((name, labelled) ->
        files.add(of(name, Table.read(folder.resolve("data/" + name + ".gz")), labelled)));
    return files;
  }

  private static Map<String, List<List<String>>> windows(Path file) {
    try {
      return new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NabFile of(String name, Table table, List<List<String>> labelled) {
    List<LocalDateTime> times = table.text("timestamp").stream().map(NabFile::time).toList();
    int n = times.size();
    List<Ranking.Span> spans =
        labelled.stream()
            .map(
                w -> new Ranking.Span(times.indexOf(time(w.get(0))), times.indexOf(time(w.get(1)))))
            .toList();
    double[] weight = new double[n];
    int[] window = new int[n];
    for (int i = 0; i < n; i++) {
      window[i] = OUTSIDE;
      weight[i] = -FALSE_ALARM;
      for (int k = 0; k < spans.size(); k++) {
        Ranking.Span span = spans.get(k);
        if (span.last() < i) {
          double length = span.last() - span.first();
          weight[i] = FALSE_ALARM * sigmoid((i - span.last()) / length);
        } else if (span.first() <= i) {
          double length = span.last() - span.first() + 1;
          weight[i] = sigmoid(-(span.last() - i + 1) / length) / sigmoid(-1);
          window[i] = k;
          break;
        }
      }
      if (i < probation(n)) {
        window[i] = PROBATION;
      }
    }
    double[] steps = new double[n - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Duration.between(times.get(i), times.get(i + 1)).toSeconds() / 60.0;
    }
    Arrays.sort(steps);
    double median = (steps[(steps.length - 1) / 2] + steps[steps.length / 2]) / 2;
    return new NabFile(name, median, table.numbers("value"), weight, window);
  }

  String group() {
    return name.substring(0, name.indexOf('/'));
  }

  /// Labelled windows with a row after the probation.
  int windows() {
    return (int) Arrays.stream(window).filter(w -> w >= 0).distinct().count();
  }

  /// @param alarm by row
  double rawScore(boolean[] alarm) {
    double score = 0;
    Map<Integer, Double> best = new TreeMap<>();
    for (int i = 0; i < alarm.length; i++) {
      if (window[i] >= 0) {
        best.merge(window[i], alarm[i] ? weight[i] : -1, Math::max);
      } else if (alarm[i] && window[i] == OUTSIDE) {
        score += weight[i];
      }
    }
    return score + best.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /// 100 for a perfect detector, 0 for one that says nothing.
  static double normalise(double raw, int windows) {
    return 100 * (raw + windows) / (2 * windows);
  }

  private static LocalDateTime time(String text) {
    return LocalDateTime.parse(text.replace(' ', 'T'));
  }

  private static int probation(int rows) {
    return (int) Math.min(Math.floor(0.15 * rows), 750);
  }

  private static double sigmoid(double x) {
    return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
  }
}
