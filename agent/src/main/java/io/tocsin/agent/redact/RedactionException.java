package io.tocsin.agent.redact;

/// Secrets would pass, or the key that marks them is unusable: the agent must not start.
public final class RedactionException extends RuntimeException {

  RedactionException(String message) {
    super(message);
  }

  RedactionException(String message, Throwable cause) {
    super(message, cause);
  }
}
