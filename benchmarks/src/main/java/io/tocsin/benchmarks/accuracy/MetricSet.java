package io.tocsin.benchmarks.accuracy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Many metrics of a machine at once: history to learn from, then labelled rows.
enum MetricSet {
  /// Server Machine Dataset (Su et al. 2019).
  SMD(1, 1),
  /// Application Server Dataset (Li et al. 2021).
  ASD(5, 0);

  private static final String ENDING = ".csv.gz";

  private final double stepMinutes;
  // How far behind an event's last row its stated end lies in `interpretation`.
  private final int beyond;

  MetricSet(double stepMinutes, int beyond) {
    this.stepMinutes = stepMinutes;
    this.beyond = beyond;
  }

  /// One machine.
  ///
  /// @param metrics names, in the order of the columns
  /// @param train rows without events; the first 70 % fit, the rest calibrate
  /// @param test the rows that follow
  /// @param label of each row of `test`
  /// @param vusWindow buffer of VUS-PR, in rows
  /// @param causes what the events of `test` show in, where that is known
  record Entity(
      String name,
      List<String> metrics,
      double[][] train,
      double[][] test,
      boolean[] label,
      int vusWindow,
      List<Cause> causes) {

    double[][] calibration() {
      return Arrays.copyOfRange(train, fitRows(), train.length);
    }

    int fitRows() {
      return (int) (0.7 * train.length);
    }
  }

  String part() {
    return name().toLowerCase(Locale.ROOT);
  }

  double stepMinutes() {
    return stepMinutes;
  }

  List<Entity> entities(Path data) {
    Path folder = data.resolve(part());
    Table windows = Table.read(folder.resolve("vus_window.csv"));
    return Table.names(folder.resolve("test"), ENDING).stream()
        .map(name -> {
          Table test = Table.read(folder.resolve("test/" + name + ENDING));
          Table train = Table.read(folder.resolve("train/" + name + ENDING));
          int at = windows.text("entity").indexOf(name);
          return new Entity(
              name,
              train.header(),
              train.without(),
              test.without("label"),
              test.flags("label"),
              (int) windows.numbers("window")[at],
              Cause.read(
                  folder.resolve("interpretation/" + name + ".txt"), train.header(), beyond));
        })
        .toList();
  }
}
