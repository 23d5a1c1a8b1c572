package io.tocsin.collector.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the charts of one workload draw: tracks over one axis of time.
///
/// @param fromMillis start of the first window
/// @param stepMillis length of a step: a window, or several when the range is long; a step's value
///   is drawn at its end
/// @param toMillis end of the last window
/// @param tracks at most 12, the score first
/// @param gaps where nothing was read; never drawn as a value
/// @param flags releases of this workload and of those on its call path
/// @param incidents spans from the first anomaly
public record Series(
    long fromMillis,
    long toMillis,
    long stepMillis,
    List<Track> tracks,
    List<Gap> gaps,
    List<Flag> flags,
    List<Span> incidents) {
  public Series {
    tracks = List.copyOf(tracks);
    gaps = List.copyOf(gaps);
    flags = List.copyOf(flags);
    incidents = List.copyOf(incidents);
  }

  /// One track.
  ///
  /// @param name as people read it, e.g. `Error ratio`
  /// @param unit stands under the name, e.g. `% of requests`
  /// @param axis `rarity` (hours, log), `zero` (linear from 0), `range` (linear over what is seen:
  ///   for latency and memory only)
  /// @param usualLow 5 % quantile; null when unknown
  /// @param usualHigh 95 % quantile; null when unknown
  /// @param budget a dashed line, in the track's unit; null when there is none
  /// @param lines one a release, the old one first
  public record Track(
      String name,
      String unit,
      String axis,
      @Nullable Double usualLow,
      @Nullable Double usualHigh,
      @Nullable Double budget,
      List<Line> lines) {
    public Track {
      lines = List.copyOf(lines);
    }
  }

  /// One release's values, one a step.
  ///
  /// @param deviates drawn in colour, and thick
  /// @param values null where there is none; at most 2,200
  public record Line(
      @Nullable String release,
      String releaseName,
      boolean isNew,
      boolean deviates,
      List<@Nullable Double> values) {
    public Line {
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /// Nothing was read.
  public record Gap(long fromMillis, long toMillis, String why) {}

  /// A release.
  ///
  /// @param own of this workload; else of one on its call path
  public record Flag(long atMillis, String name, boolean own) {}

  /// @param toMillis null while it goes on
  public record Span(String incident, long fromMillis, @Nullable Long toMillis) {}
}
