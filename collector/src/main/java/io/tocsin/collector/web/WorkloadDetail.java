package io.tocsin.collector.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One workload, all but its charts.
///
/// @param workload as in the list
/// @param platform `directory`, `docker`, `swarm`, `kubernetes`, `nomad`, `systemd`, `file`, `host`
/// @param incident id of the open one; null when there is none
/// @param baselineName what people call the release compared with; null when there is none
/// @param why what carried the newest score, strongest first, at most 12; empty before models score
/// @param whyAtMillis end of the window explained; null before models score
/// @param deviations metrics against their own recent past, furthest out first, at most 24; live
///   within a minute of the first window
/// @param templates kinds of lines, those that differ most first, at most 40
/// @param templateCount known in all
/// @param instances live ones, new release first, at most 500
/// @param model null before the first fit
public record WorkloadDetail(
    WorkloadRow workload,
    String platform,
    @Nullable String incident,
    @Nullable String baselineName,
    List<Carrier> why,
    @Nullable Long whyAtMillis,
    List<Deviation> deviations,
    List<TemplateCount> templates,
    int templateCount,
    List<Instance> instances,
    @Nullable Model model) {
  public WorkloadDetail {
    why = List.copyOf(why);
    deviations = List.copyOf(deviations);
    templates = List.copyOf(templates);
    instances = List.copyOf(instances);
  }

  /// A feature's share of a score: not a cause.
  ///
  /// @param share 0 to 1
  /// @param usualLow 5 % quantile of normal running; null when it was never seen
  /// @param usualHigh 95 % quantile
  /// @param unit e.g. `ms`, `of requests`; empty for a bare number
  /// @param where e.g. "5 of 5 new"; empty when it is the workload as a whole
  public record Carrier(
      String feature,
      double share,
      @Nullable Double usualLow,
      @Nullable Double usualHigh,
      double seen,
      String unit,
      String where) {}

  /// One metric now against its own recent past.
  ///
  /// @param seen in the newest window; null when that has none
  /// @param usualLow 5 % quantile; null while there is too little past
  /// @param usualHigh 95 % quantile; null while there is too little past
  /// @param distance robust deviations from the median, signed; null while there is too little past
  public record Deviation(
      String metric,
      String unit,
      @Nullable Double seen,
      @Nullable Double usualLow,
      @Nullable Double usualHigh,
      @Nullable Double distance) {}

  /// Lines of one template per release, over the same minutes.
  ///
  /// @param id 16 hex digits
  /// @param level `error`, `warn`, `info`, ...; null when the line states none
  /// @param text variable places as `<*>`
  /// @param oldCount null when there is no old release to compare with
  /// @param perThousand lines of the new release per 1,000 requests; null when it has none
  /// @param differs whether it is evidence, and so is marked
  /// @param sentence e.g. "new in 1.42.0, 5 of 5 instances", "as usual"
  public record TemplateCount(
      String id,
      @Nullable String level,
      String text,
      @Nullable Long oldCount,
      long newCount,
      @Nullable Double perThousand,
      boolean differs,
      String sentence) {}

  /// One live instance.
  ///
  /// @param ageMillis null when its start is unknown
  /// @param completeness share of bytes read, 0 to 1; null when unknown
  /// @param lagMillis age of the oldest unread byte; null when unknown
  /// @param onceInHours rarity of its newest window; null before models score
  public record Instance(
      String id,
      String name,
      @Nullable String release,
      @Nullable String releaseName,
      @Nullable Long ageMillis,
      @Nullable Double completeness,
      @Nullable Long lagMillis,
      @Nullable Double onceInHours,
      State state,
      String agent) {}

  /// The model that scores now.
  ///
  /// @param hash of the blob, hex
  /// @param sentence e.g. "Isolation forest and autoencoder agree."; empty when there is nothing to
  ///   say
  public record Model(String hash, long fittedAtMillis, String sentence) {}
}
