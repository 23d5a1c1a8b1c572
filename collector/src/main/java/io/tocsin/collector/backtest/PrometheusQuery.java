package io.tocsin.collector.backtest;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What to ask a Prometheus server for.
///
/// @param server its address, with a path where it has one
/// @param queries in PromQL; each series of the answer is a metric
/// @param step between two rows
/// @param by label that says whose a series is; null when all are of one workload
/// @param authorization value of that header; null for none; never shown
public record PrometheusQuery(
    URI server,
    List<String> queries,
    Instant from,
    Instant to,
    Duration step,
    @Nullable String by,
    @Nullable String authorization) {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final long MAX_ROWS = 1_000_000;

  public PrometheusQuery {
    queries = List.copyOf(queries);
    String scheme = server.getScheme();
    if (server.getHost() == null || scheme == null || !SCHEMES.contains(scheme)) {
      throw BacktestException.wrong(
          "--prometheus: expected an address such as http://127.0.0.1:9090, found " + server);
    }
    if (server.getUserInfo() != null) {
      throw BacktestException.wrong(
          "--prometheus: expected no user in the address, found one; put user:password into a file"
              + " for --basic-file");
    }
    if (queries.isEmpty()) {
      throw BacktestException.wrong("--query: expected one in PromQL, found none");
    }
    if (!to.isAfter(from)) {
      throw BacktestException.wrong(
          "--to: expected a time after --from, %s, found %s".formatted(from, to));
    }
    if (step.toMillis() < 1_000) {
      throw BacktestException.wrong(
          "--step: expected at least 1s, found " + Words.span(step.toMillis()));
    }
    long rows = Duration.between(from, to).toMillis() / step.toMillis();
    if (rows > MAX_ROWS) {
      throw BacktestException.wrong(
          "--step: expected at most %,d steps from --from to --to, found %,d"
              .formatted(MAX_ROWS, rows));
    }
  }

  /// Quotes no secret.
  @Override
  public String toString() {
    return "PrometheusQuery[%s %s]".formatted(server, queries);
  }
}
