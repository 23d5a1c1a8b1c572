package io.tocsin.collector.ingest;

import io.grpc.Status;
import java.util.Locale;

/// Why a connection or a stream is turned away.
public enum Refusal {
  /// The connection showed no certificate that chains to the authority.
  UNPROVEN(Status.Code.UNAUTHENTICATED),
  /// The certificate names another agent.
  MISNAMED(Status.Code.PERMISSION_DENIED),
  /// An agent of that name is connected, or there are too many agents.
  TAKEN(Status.Code.ALREADY_EXISTS),
  /// A message does not fit the contract.
  MALFORMED(Status.Code.INVALID_ARGUMENT),
  /// A message comes when another is due.
  OUT_OF_ORDER(Status.Code.FAILED_PRECONDITION),
  /// The store cannot be written now.
  UNWRITABLE(Status.Code.UNAVAILABLE);

  private final Status.Code code;

  Refusal(Status.Code code) {
    this.code = code;
  }

  Status status() {
    return code.toStatus();
  }

  /// As it stands in metrics.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
