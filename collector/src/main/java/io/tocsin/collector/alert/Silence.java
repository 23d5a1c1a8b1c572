package io.tocsin.collector.alert;

import java.time.Duration;

/// Keeps incidents of some workloads from becoming webhooks for a while; the incidents are kept.
///
/// @param workloads key or pattern; `*` stands for any characters, `/` among them
/// @param untilMillis exclusive; at most [#LONGEST] after it was made
/// @param reason what people read
/// @param by who asked for it
public record Silence(
    String id, String workloads, long fromMillis, long untilMillis, String reason, String by) {
  static final Duration LONGEST = Duration.ofDays(30);
  private static final int MAX_TEXT = 500;

  public Silence {
    if (workloads.isBlank() || workloads.length() > MAX_TEXT || reason.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "expected a pattern and a reason of at most " + MAX_TEXT + " characters each");
    }
    if (untilMillis <= fromMillis || untilMillis - fromMillis > LONGEST.toMillis()) {
      throw new IllegalArgumentException(
          "expected a silence that ends within 30 days, found "
              + Duration.ofMillis(untilMillis - fromMillis));
    }
  }

  /// Gives it an id that its content makes.
  public static Silence of(
      String workloads, long fromMillis, long untilMillis, String reason, String by) {
    String id = Ids.hash(workloads, String.valueOf(fromMillis), String.valueOf(untilMillis), by);
    return new Silence(id, workloads, fromMillis, untilMillis, reason, by);
  }

  boolean covers(String workload, long atMillis) {
    return atMillis < untilMillis && Glob.matches(workloads, workload);
  }
}
