package io.tocsin.agent.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of an exposition.
///
/// @param name as written, e.g. `http_requests_total`
/// @param kind of its family, as the last `# TYPE` line says when it belongs to it
/// @param labels sorted by name
/// @param value as written; may be infinite or not a number
record Sample(String name, Kind kind, List<Label> labels, double value) {

  enum Kind {
    GAUGE,
    COUNTER,
    HISTOGRAM,
    SUMMARY,
    UNTYPED
  }

  record Label(String name, String value) {}

  @Nullable String label(String wanted) {
    for (Label label : labels) {
      if (label.name().equals(wanted)) {
        return label.value();
      }
    }
    return null;
  }

  /// Name and labels, e.g. `jobs{queue="mail"}`.
  String key() {
    return key(name, "");
  }

  /// The same, without one label.
  String key(String called, String without) {
    var key = new StringBuilder(called);
    char before = '{';
    for (Label label : labels) {
      if (!label.name().equals(without)) {
        key.append(before).append(label.name()).append("=\"").append(label.value()).append('"');
        before = ',';
      }
    }
    return before == '{' ? key.toString() : key.append('}').toString();
  }
}
