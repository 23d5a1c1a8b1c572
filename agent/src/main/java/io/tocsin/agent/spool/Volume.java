package io.tocsin.agent.spool;

import io.tocsin.v1.Batch;
import io.tocsin.v1.WindowSummary;
import java.util.List;

/// So many windows, and the lines counted in them.
record Volume(long windows, long lines) {
  static final Volume NONE = new Volume(0, 0);

  static Volume of(List<Batch> batches) {
    long windows = 0;
    long lines = 0;
    for (Batch batch : batches) {
      windows += batch.getWindowsCount();
      for (WindowSummary window : batch.getWindowsList()) {
        lines += window.getCompleteness().getLinesParsed();
      }
    }
    return new Volume(windows, lines);
  }

  Volume plus(Volume other) {
    return new Volume(windows + other.windows, lines + other.lines);
  }

  Volume minus(Volume other) {
    return new Volume(windows - other.windows, lines - other.lines);
  }
}
