package io.tocsin.collector.deployment;

import org.jspecify.annotations.Nullable;

/// A platform could not be asked: says what was expected, found and where.
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What kind of trouble, and so what helps.
  public enum Fault {
    /// No such workload, release or instance.
    NOT_FOUND,
    /// Not reachable, or busy: the same question later may be answered.
    UNAVAILABLE,
    /// No right to do it.
    FORBIDDEN,
    /// A write whose answer was lost: it may have happened.
    UNCERTAIN,
    /// What it answered makes no sense, or what it was asked.
    INVALID
  }

  private final Fault fault;

  public PlatformException(Fault fault, String message) {
    this(fault, message, null);
  }

  public PlatformException(Fault fault, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /// What kind of trouble.
  public Fault fault() {
    return fault;
  }
}
