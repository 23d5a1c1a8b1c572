package io.tocsin.collector.deployment;

/// What people wrote at a workload or release under `tocsin.io/rollback`.
public enum RollbackMark {
  /// The autonomy that is configured. Also where nothing is written.
  ALLOWED,
  /// Never without a person's yes.
  ASK,
  /// Never, e.g. because it mends a hole.
  FORBIDDEN;

  /// Name of the label, or annotation, that carries it.
  static final String KEY = "tocsin.io/rollback";

  /// Anything that is neither `ask` nor `allowed` forbids: a misspelt mark was still meant.
  static RollbackMark of(String written) {
    return switch (written) {
      case "", "allowed" -> ALLOWED;
      case "ask" -> ASK;
      default -> FORBIDDEN;
    };
  }

  /// The stricter of two.
  RollbackMark or(RollbackMark other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
