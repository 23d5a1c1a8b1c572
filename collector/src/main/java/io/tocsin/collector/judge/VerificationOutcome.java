package io.tocsin.collector.judge;

/// What became of the signature after a rollback.
public enum VerificationOutcome {
  HELPED("helped"),
  DID_NOT_HELP("did not help"),
  MADE_WORSE("made worse");

  private final String word;

  VerificationOutcome(String word) {
    this.word = word;
  }

  /// As people and programs read it.
  public String word() {
    return word;
  }
}
