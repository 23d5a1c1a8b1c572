package io.tocsin.collector.detect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the detector makes of one window of one workload, or of one of its instances, before
/// calibration.
///
/// @param workload key
/// @param instance id; empty for the workload as a whole
/// @param windowEndMillis exclusive end of the window
/// @param surprise combined rarity of the views: minus the decimal logarithm of how often an hour
///   such a window passes in normal running, as far as each view knows; finite, may be negative
/// @param learning no model is fitted yet: per-metric deviation alone, on a scale that is a guess
/// @param imputed features that had no value and were given their median
/// @param views the rarity that each view sees, by its label; those that have nothing to go by are
///   absent
/// @param contributions what carried it, strongest first, at most 5
public record Score(
    String workload,
    String instance,
    long windowEndMillis,
    double surprise,
    boolean learning,
    int imputed,
    Map<String, Double> views,
    List<Contribution> contributions) {

  public Score {
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
    contributions = List.copyOf(contributions);
    if (!Double.isFinite(surprise)) {
      throw new IllegalArgumentException(workload + " " + instance + ": surprise is " + surprise);
    }
  }
}
