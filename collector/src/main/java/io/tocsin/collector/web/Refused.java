package io.tocsin.collector.web;

import java.io.Serializable;

/// A request that was not carried out. Nothing was changed.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Which kind; the server makes a status of it.
  public enum Why {
    /// The request itself is wrong: 400.
    MALFORMED,
    /// No token, or not a known one: 401.
    UNKNOWN_CALLER,
    /// The token's role does not suffice, or the request comes from elsewhere: 403.
    FORBIDDEN,
    /// There is no such thing: 404.
    NOT_FOUND,
    /// It is no longer as the caller saw it, or a safety check does not hold: 409.
    CHANGED,
    /// Larger than is taken: 413.
    TOO_LARGE,
    /// Too many: 429.
    TOO_MANY
  }

  private final Why why;
  private final Problem problem;

  /// What every error of the REST interface says.
  ///
  /// @param expected what would have been right
  /// @param found what was there instead
  /// @param where e.g. `body.verdictHash`
  /// @param next what to do: the safe way
  public record Problem(String expected, String found, String where, String next)
      implements Serializable {}

  public Refused(Why why, String expected, String found, String where, String next) {
    super(where + ": expected " + expected + ", found " + found + "; " + next);
    this.why = why;
    this.problem = new Problem(expected, found, where, next);
  }

  public Why why() {
    return why;
  }

  public Problem problem() {
    return problem;
  }
}
