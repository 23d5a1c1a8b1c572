package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.window.SealedWindow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One sealed window and what its monitor made of it, for those who show it live.
///
/// @param scores one an instance and one for the whole; empty when it was not scored
/// @param rows what was learnt from, by feature
/// @param whole what was measured of the workload as a whole; null when it was not scored
/// @param current what runs now; null while unknown
/// @param watched id of the release on watch; null when none is
public record Moment(
    SealedWindow window,
    List<Score> scores,
    List<Row> rows,
    @Nullable Row whole,
    @Nullable Release current,
    @Nullable String watched) {
  public Moment {
    scores = List.copyOf(scores);
    rows = List.copyOf(rows);
  }
}
