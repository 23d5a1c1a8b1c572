package io.tocsin.collector.detect;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The raw values of one series in one window, kept for fitting.
///
/// @param windowEndMillis exclusive end of the window
/// @param instance id; empty for the workload as a whole
/// @param values finite, by feature name, in the order of names; what was not measured is absent
public record Row(long windowEndMillis, String instance, Map<String, Double> values) {
  public Row {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }
}
