package io.tocsin.collector.judge;

/// The signals that share half of the weight (STATISTICS item 8). A client's own faults (4xx,
/// failed logins) are in none.
enum Primary {
  ERROR_RATIO("error-ratio", "requests", "failed"),
  SLOW_REQUESTS("slow-requests", "requests", "slow"),
  RESTARTS(
      "restarts",
      "liveness",
      "restarts, OOM kills, failed readiness checks or windows without a request"),
  ERROR_LINES("error-lines", "logs", "error lines");

  private final String signal;
  private final String kind;
  private final String noun;

  Primary(String signal, String kind, String noun) {
    this.signal = signal;
    this.kind = kind;
    this.noun = noun;
  }

  String signal() {
    return signal;
  }

  String kind() {
    return kind;
  }

  /// What events are counted against.
  ///
  /// @param byRequests whether error lines are counted against requests; else against other lines
  String exposure(boolean byRequests) {
    return switch (this) {
      case ERROR_RATIO, SLOW_REQUESTS -> "requests";
      case RESTARTS -> "instance-seconds";
      case ERROR_LINES -> byRequests ? "requests" : "lines";
    };
  }

  String noun() {
    return noun;
  }
}
