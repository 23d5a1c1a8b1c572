package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonValue;

/// Where the answer to a verdict stands.
public enum ResponseState {
  /// A person is asked, until the deadline.
  ASKED("asked"),
  /// Observed or recommended only: nobody is asked.
  NOT_ASKED("not asked"),
  /// A check of the preflight does not hold, or the kill switch is on.
  REFUSED("refused"),
  /// Sent, and on its way through the steps.
  RUNNING("running"),
  /// Rolled out; whether it helped is being watched.
  VERIFYING("verifying"),
  HELPED("helped"),
  DID_NOT_HELP("did not help"),
  MADE_WORSE("made worse"),
  /// A person said keep.
  KEPT("kept"),
  /// Nobody answered in time.
  EXPIRED("expired"),
  /// Somebody changed the release by other means.
  ANSWERED_ELSEWHERE("answered elsewhere"),
  /// The platform did not do what it was asked.
  FAILED("failed");

  private final String word;

  ResponseState(String word) {
    this.word = word;
  }

  /// As people and programs read it.
  @JsonValue
  public String word() {
    return word;
  }
}
