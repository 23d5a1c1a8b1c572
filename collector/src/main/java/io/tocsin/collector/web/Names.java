package io.tocsin.collector.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// What people call a workload: the parts of its key, decoded.
final class Names {
  private Names() {}

  /// First segment: `directory`, `docker`, …
  static String platform(String key) {
    return segment(key, 0);
  }

  /// Second segment: namespace, stack, project or host.
  static String group(String key) {
    return segment(key, 1);
  }

  /// Third segment.
  static String workload(String key) {
    return segment(key, 2);
  }

  private static String segment(String key, int index) {
    String[] segments = key.split("/", 3);
    String raw = index < segments.length ? segments[index] : key;
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
