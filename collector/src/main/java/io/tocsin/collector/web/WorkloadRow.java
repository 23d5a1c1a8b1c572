package io.tocsin.collector.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One workload in a list.
///
/// @param key canonical, e.g. `directory/host1/checkout`
/// @param group what it is listed under: namespace, stack, project or host
/// @param name what people call it
/// @param team that owns it; null when nobody is named
/// @param sentence what is known, most important first; its first sentence is set in bold
/// @param sinceMillis since when it is in this state; null when unknown
/// @param release that runs on most instances, or the one on watch; null when unknown
/// @param releaseName what people call it; null when unknown
/// @param rank of that release: `on watch`, `passed`, `proven`, `regressed`; null when unknown
/// @param instances live now
/// @param requestsPerSecond over the last minute; null when the service exposes none
/// @param completeness share of bytes read over the last 5 minutes, 0 to 1; null when unknown
/// @param risk 0 to 100; null while it cannot be said
/// @param learning null once models score
/// @param askedUntilMillis deadline of the question that waits; null when none does
/// @param spark rarity over 3 h, oldest first, at most 60 values, each the largest log10 of hours
///   of its stretch; null is a gap; empty before models score
public record WorkloadRow(
    String key,
    String group,
    String name,
    @Nullable String team,
    State state,
    String sentence,
    @Nullable Long sinceMillis,
    @Nullable String release,
    @Nullable String releaseName,
    @Nullable String rank,
    int instances,
    @Nullable Double requestsPerSecond,
    @Nullable Double completeness,
    @Nullable Integer risk,
    @Nullable Learning learning,
    @Nullable Long askedUntilMillis,
    List<@Nullable Double> spark) {
  public WorkloadRow {
    spark = Collections.unmodifiableList(new ArrayList<>(spark));
  }

  /// How far learning is.
  ///
  /// @param progress 0 to 1
  /// @param readyAtMillis when models will score; null when it cannot be said
  public record Learning(double progress, @Nullable Long readyAtMillis) {}
}
