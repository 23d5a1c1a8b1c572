package io.tocsin.collector.detect;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the series of a workload are scored: with running estimates while learning, with models
/// after.
sealed interface Stage permits Learning, Fitted {

  /// Scores a row of one series, then learns from it.
  ///
  /// @param learn whether its baselines may move
  /// @return null when too much is missing
  @Nullable Score score(
      String workload, String instance, long endMillis, Map<String, Double> values, boolean learn);

  /// What carried the row scored last, in no order and not yet shares; empty before the first.
  List<Contribution> parts();

  /// The numbers of one series that has been scored.
  byte[] encode(String instance);

  /// Drops a series.
  void forget(String instance);
}
