package io.tocsin.agent.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names by which widespread libraries tell of requests, best first within each kind: a service
/// that counts its requests twice is counted once. Sources: Micrometer's observation conventions,
/// OpenTelemetry's semantic conventions for HTTP as the Prometheus exporter writes them,
/// go-grpc-prometheus, the Prometheus client libraries.
enum Convention {
  MICROMETER_SERVER(Kind.HTTP_SERVER, "http_server_requests_seconds", 1e3),
  OTEL_SERVER(Kind.HTTP_SERVER, "http_server_request_duration_seconds", 1e3),
  OTEL_SERVER_MILLIS(Kind.HTTP_SERVER, "http_server_request_duration_milliseconds", 1),
  OTEL_SERVER_OLD(Kind.HTTP_SERVER, "http_server_duration_milliseconds", 1),
  CLIENT_LIBRARY(Kind.HTTP_SERVER, "http_request_duration_seconds", 1e3),
  CLIENT_LIBRARY_COUNT(Kind.HTTP_SERVER, "http_requests_total", 0),
  GRPC_HANDLING(Kind.GRPC_SERVER, "grpc_server_handling_seconds", 1e3),
  GRPC_HANDLED(Kind.GRPC_SERVER, "grpc_server_handled_total", 0),
  MICROMETER_CLIENT(Kind.CLIENT, "http_client_requests_seconds", 1e3),
  OTEL_CLIENT(Kind.CLIENT, "http_client_request_duration_seconds", 1e3);

  enum Kind {
    HTTP_SERVER,
    GRPC_SERVER,
    CLIENT
  }

  /// How a request ended.
  enum End {
    FINE,
    REJECTED,
    FAILED,
    /// No label says.
    UNSTATED
  }

  private static final List<String> STATUS =
      List.of(
          "status",
          "code",
          "status_code",
          "http_response_status_code",
          "http_status_code",
          "grpc_code",
          "outcome");
  private static final List<String> PEER =
      List.of("client_name", "server_address", "peer", "target", "host");

  /// What OpenTelemetry's conventions call errors of a gRPC server, without underscores.
  private static final Set<String> GRPC_FAILED =
      Set.of("UNKNOWN", "DEADLINEEXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATALOSS");

  final Kind kind;
  final String base;

  /// Milliseconds in the unit of its durations; 0 when it only counts.
  final double unitMillis;

  Convention(Kind kind, String base, double unitMillis) {
    this.kind = kind;
    this.base = base;
    this.unitMillis = unitMillis;
  }

  /// The convention a sample follows; null for every other metric.
  static @Nullable Convention of(String name) {
    if (!name.startsWith("http_") && !name.startsWith("grpc_")) {
      return null;
    }
    for (Convention convention : values()) {
      if (name.startsWith(convention.base)) {
        String rest = name.substring(convention.base.length());
        boolean known =
            convention.unitMillis == 0
                ? rest.isEmpty()
                : rest.equals("_count") || rest.equals("_sum") || rest.equals("_bucket");
        if (known) {
          return convention;
        }
      }
    }
    return null;
  }

  /// How the requests behind a sample ended. The first status label that says anything decides.
  End end(Sample sample) {
    String error = sample.label("error_type");
    if (kind == Kind.CLIENT && error != null && !error.isEmpty() && !isCode(error)) {
      return End.FAILED; // no answer came
    }
    for (String label : STATUS) {
      String value = sample.label(label);
      if (value != null && !value.isEmpty()) {
        return end(value.toUpperCase(Locale.ROOT).replace("_", ""));
      }
    }
    return End.UNSTATED;
  }

  private static boolean isCode(String value) {
    return value.length() == 3 && value.charAt(0) >= '1' && value.charAt(0) <= '5';
  }

  private End end(String status) {
    if (isCode(status)) { // 503, or 5xx
      return switch (status.charAt(0)) {
        case '5' -> End.FAILED;
        case '4' -> kind == Kind.CLIENT ? End.FINE : End.REJECTED;
        default -> End.FINE;
      };
    }
    return switch (kind) {
      case GRPC_SERVER ->
          status.equals("OK") ? End.FINE : GRPC_FAILED.contains(status) ? End.FAILED : End.REJECTED;
      case HTTP_SERVER ->
          switch (status) {
            case "SERVERERROR", "ERROR" -> End.FAILED;
            case "CLIENTERROR" -> End.REJECTED;
            default -> End.FINE; // Micrometer's UNKNOWN: the client went away
          };
      // Micrometer writes IO_ERROR and CLIENT_ERROR as a status when no answer came at all.
      case CLIENT ->
          switch (status) {
            case "SERVERERROR", "ERROR", "IOERROR", "CLIENTERROR", "UNKNOWN" -> End.FAILED;
            default -> End.FINE;
          };
    };
  }

  /// Whom a client's sample is about.
  static String peer(Sample sample) {
    for (String label : PEER) {
      String value = sample.label(label);
      if (value != null && !value.isEmpty() && !value.equals("none")) {
        return value;
      }
    }
    return "unknown";
  }
}
