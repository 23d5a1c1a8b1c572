package io.tocsin.agent.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Values of one instance between two seals. A gauge is the mean of what was read, a counter the
/// rate a second since the last reading of the stretch before, a share the part of the growth of a
/// whole. A counter that fell was reset and has no value in that stretch; what was not read in a
/// stretch is forgotten.
final class Stretch {

  private final Map<String, Mean> gauges = new HashMap<>();
  private final Map<String, Growth> growths = new HashMap<>();

  void gauge(String name, double value) {
    if (Double.isFinite(value)) {
      gauges.computeIfAbsent(name, _ -> new Mean()).add(value);
    }
  }

  void counter(String name, double cumulative, long atMillis) {
    grow(name, cumulative, atMillis / 1e3);
  }

  /// @param part of the whole, both ever growing
  void share(String name, double part, double whole) {
    grow(name, part, whole);
  }

  private void grow(String name, double part, double whole) {
    if (Double.isFinite(part) && Double.isFinite(whole)) {
      growths.computeIfAbsent(name, _ -> new Growth(part, whole)).to(part, whole);
    }
  }

  /// The values of the stretch that ends now; the next one begins.
  Map<String, Double> seal() {
    Map<String, Double> values = new TreeMap<>();
    gauges.forEach((name, mean) -> values.put(name, mean.sum / mean.count));
    gauges.clear();
    growths.values().removeIf(growth -> !growth.read);
    growths.forEach((name, growth) -> {
      Double slope = growth.seal();
      if (slope != null) {
        values.put(name, slope);
      }
    });
    return values;
  }

  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      sum += value;
      count++;
    }
  }

  private static final class Growth {
    private double firstPart;
    private double firstWhole;
    private double part;
    private double whole;
    private boolean read;
    private boolean reset;

    Growth(double part, double whole) {
      this.firstPart = part;
      this.firstWhole = whole;
      this.part = part;
      this.whole = whole;
    }

    void to(double nextPart, double nextWhole) {
      reset |= nextPart < part || nextWhole < whole;
      part = nextPart;
      whole = nextWhole;
      read = true;
    }

    @Nullable Double seal() {
      Double slope =
          reset || whole <= firstWhole ? null : (part - firstPart) / (whole - firstWhole);
      firstPart = part;
      firstWhole = whole;
      read = false;
      reset = false;
      return slope;
    }
  }
}
