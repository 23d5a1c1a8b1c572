package io.tocsin.agent.template;

/// Severity as a line states it, ascending.
public enum Level {
  UNKNOWN,
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL
}
