package io.tocsin.agent.spool;

import org.jspecify.annotations.Nullable;

/// The spool cannot go on: says what was expected, what was found, where, and what to do.
public final class SpoolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SpoolException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
