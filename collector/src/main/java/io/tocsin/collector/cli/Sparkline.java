package io.tocsin.collector.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chart in one line of text, and its figures.
///
/// @param drawing at most 48 characters, a blank where nothing was read
/// @param least of all values; null when there is none
/// @param most of all values
/// @param last the newest value
record Sparkline(
    String drawing, @Nullable Double least, @Nullable Double most, @Nullable Double last) {
  private static final int WIDTH = 48;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /// @param axis as in [io.tocsin.collector.web.Series.Track]: from zero, over the range seen, or
  ///   on a log scale
  static Sparkline of(List<@Nullable Double> values, String axis) {
    Double least = null;
    Double most = null;
    Double last = null;
    for (Double value : values) {
      if (value != null) {
        least = least == null ? value : (Double) Math.min(least, value);
        most = most == null ? value : (Double) Math.max(most, value);
        last = value;
      }
    }
    if (least == null || most == null) {
      return new Sparkline("", null, null, null);
    }
    boolean log = axis.equals("rarity");
    double low = axis.equals("zero") ? Math.min(0, least) : scaled(least, log);
    double span = scaled(most, log) - low;
    var drawing = new StringBuilder();
    int width = Math.min(WIDTH, values.size());
    for (int i = 0; i < width; i++) {
      // The largest of what falls together: no peak is hidden.
      Double peak = null;
      for (Double value :
          values.subList(i * values.size() / width, (i + 1) * values.size() / width)) {
        if (value != null && (peak == null || value > peak)) {
          peak = value;
        }
      }
      drawing.append(peak == null ? ' ' : bar(span > 0 ? (scaled(peak, log) - low) / span : 0));
    }
    return new Sparkline(drawing.toString(), least, most, last);
  }

  private static char bar(double share) {
    return BARS.charAt((int) Math.round(Math.clamp(share, 0, 1) * (BARS.length() - 1)));
  }

  private static double scaled(double value, boolean log) {
    return log ? Math.log10(Math.max(value, 1e-6)) : value;
  }
}
