package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonValue;

/// How a workload or an instance fares, by need: the first one needs a look most.
public enum State {
  ANOMALOUS("anomalous"),
  CANNOT_JUDGE("cannot judge"),
  ON_WATCH("on watch"),
  LEARNING("learning"),
  WELL("well");

  private final String word;

  State(String word) {
    this.word = word;
  }

  /// As people and programs read it.
  @JsonValue
  public String word() {
    return word;
  }
}
