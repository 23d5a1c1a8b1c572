package io.tocsin.agent.window;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.metrics.Reading.Requests;
import io.tocsin.agent.template.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one instance did in one window `[startMillis, endMillis)`, by the host's clock.
///
/// @param counts lines by template, ordered by id; the rest beyond the bound under "other"
/// @param requests null when the service exposes none
/// @param metrics finite, by name
/// @param restarts new incarnations in this instance's place
/// @param ready null when readiness is not known
/// @param catchUp lines without a stamp read after an outage: counted, never scored
/// @param logins attempts from elsewhere that its lines tell of
public record WindowSummary(
    Instance instance,
    long startMillis,
    long endMillis,
    Completeness completeness,
    List<TemplateCount> counts,
    @Nullable Requests requests,
    Map<String, Double> metrics,
    boolean alive,
    int restarts,
    int oomKills,
    @Nullable Boolean ready,
    boolean catchUp,
    Logins logins) {

  public WindowSummary {
    counts = List.copyOf(counts);
    metrics = Map.copyOf(metrics);
  }

  /// Counts of this window alone; see `Completeness` in `windows.proto`.
  public record Completeness(
      long bytesOnDisk,
      long bytesRead,
      long linesRead,
      long linesParsed,
      Map<String, Long> linesDropped,
      long linesLate,
      long gaps,
      long bytesLag,
      long lagMillis) {
    public Completeness {
      linesDropped = Map.copyOf(linesDropped);
    }
  }

  /// Lines of one template.
  public record TemplateCount(long template, long count, Level level) {}
}
