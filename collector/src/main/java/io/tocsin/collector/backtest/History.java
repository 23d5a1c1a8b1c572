package io.tocsin.collector.backtest;

import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;

/// Takes history in, each workload's in the order of time. What is not of one of the two kinds of
/// rows is no history.
interface History {
  /// What was measured of a workload as a whole.
  ///
  /// @param stepMillis between two rows of it; always the same for a workload
  void row(String workload, long stepMillis, Row row);

  /// What an agent would have counted.
  ///
  /// @param book templates known by then
  void window(SealedWindow window, TemplateBook book);

  /// No more comes of a workload, and it need not be held any longer.
  void done(String workload);
}
