import java.util.Locale;

/// What release 1.1 does, and how it must end.
enum Scenario {
  ERRORS("error-rate", "0.35", "regressed", true),
  LATENCY("latency-factor", "8", "regressed", true),
  LEAK("leak-mb-per-second", "2.5", "regressed", true),
  GOOD("error-rate", "0", "healthy", false),
  DEPENDENCY("error-rate", "0", "cannot judge", false),
  SILENT("error-rate", "0", "cannot judge", false);

  private final String property;
  private final String value;
  final String verdict;
  final boolean rollsBack;

  Scenario(String property, String value, String verdict, boolean rollsBack) {
    this.property = property;
    this.value = value;
    this.verdict = verdict;
    this.rollsBack = rollsBack;
  }

  static Scenario named(String word) {
    for (Scenario scenario : values()) {
      if (scenario.word().equals(word)) {
        return scenario;
      }
    }
    throw new IllegalArgumentException("--scenario %s: expected errors, latency, leak, good, dependency or silent".formatted(word));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Of release 1.1; 1.0 is good.
  String properties() {
    return "%s=%s\n".formatted(property, value);
  }

  /// Whether a release's JSON, as the collector gives it, is how this scenario ends.
  ///
  /// @param agents that watch the service. Slowness shows in requests alone and a leak in memory alone: one kind of evidence, which one
  ///   agent alone must not have anything taken back for. Then it must be called, and held for that reason
  boolean endsWith(Object release, int agents) {
    boolean word = verdict.equals(Json.text(release, "verdict", "word"));
    boolean back = Json.at(release, "response", "rolledBackAtMillis") != null;
    if (rollsBack) {
      boolean oneKind = this == LATENCY || this == LEAK;
      boolean held = oneKind && agents == 1 && !back && lacksIndependence(release);
      return word && (held || "helped".equals(Json.text(release, "response", "outcome")));
    }
    String why = String.valueOf(Json.text(release, "verdict", "cause")) + Json.text(release, "verdict", "sentence");
    boolean named =
        switch (this) {
          case DEPENDENCY -> why.contains("shared-cause");
          case SILENT -> why.contains("feed-dead") || why.contains("incomplete");
          case ERRORS, LATENCY, LEAK, GOOD -> true;
        };
    return word && named && !back;
  }

  private static boolean lacksIndependence(Object release) {
    return Json.list(release, "response", "preflight").stream()
        .anyMatch(check -> "independent evidence".equals(Json.text(check, "check")) && Boolean.FALSE.equals(Json.at(check, "ok")));
  }

  /// Whether it can no longer end as it must.
  boolean hasFailed(Object release) {
    boolean back = Json.at(release, "response", "rolledBackAtMillis") != null;
    Object outcome = Json.at(release, "response", "outcome");
    return rollsBack ? outcome != null && !outcome.equals("helped") : back;
  }
}
