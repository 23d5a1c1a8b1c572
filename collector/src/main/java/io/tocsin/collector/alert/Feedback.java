package io.tocsin.collector.alert;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/// What people say of an incident.
public enum Feedback {
  /// Nothing was wrong.
  FALSE_ALARM("false-alarm"),
  /// Something was unusual, and meant to be.
  EXPECTED("expected"),
  /// Something was wrong.
  REAL("real");

  private final String word;

  Feedback(String word) {
    this.word = word;
  }

  /// As people and programs read it.
  @JsonValue
  public String word() {
    return word;
  }

  /// @throws IllegalArgumentException that says what was expected
  public static Feedback of(String word) {
    return Arrays.stream(values())
        .filter(f -> f.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "expected false-alarm, expected or real, found \"" + word + "\""));
  }
}
