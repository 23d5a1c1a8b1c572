package io.tocsin.collector.backtest;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Where history comes from. Reads it once, from the first row to the last; holds little of it.
public sealed interface Source permits CsvSource, LogSource, PrometheusSource {
  /// Workloads of one run; each is scored by models of its own.
  int MAX_WORKLOADS = 64;

  /// Metrics of one workload: what the collector keeps of an instance.
  int MAX_METRICS = 128;

  /// @throws BacktestException where it is not what it should be, or cannot be had
  void read(History history, Progress progress);

  /// What a user must know of how it was read, one sentence each. Call after [#read].
  List<String> notes();

  /// Metrics in files: see [CsvSource].
  ///
  /// @param zone of times that name none
  /// @param ignored columns that are no metrics
  static Source csv(List<Path> files, ZoneId zone, Set<String> ignored) {
    return new CsvSource(files, zone, ignored);
  }

  /// Logs: see [LogSource].
  ///
  /// @param zone of stamps that name none
  /// @param year of stamps that name none
  /// @param window length, 1 s to 60 s
  static Source logs(List<Path> files, ZoneId zone, OptionalInt year, Duration window) {
    return new LogSource(files, zone, year, window);
  }

  /// A Prometheus server: see [PrometheusSource].
  static Source prometheus(PrometheusQuery query) {
    return new PrometheusSource(query);
  }
}
