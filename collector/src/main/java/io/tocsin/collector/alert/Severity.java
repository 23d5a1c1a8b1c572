package io.tocsin.collector.alert;

import com.fasterxml.jackson.annotation.JsonValue;

/// How bad an incident is if it is real. The weights only order incidents.
public enum Severity {
  /// One instance is unlike itself.
  LOW("low", 0.25),
  /// A workload is unlike itself, or cannot be seen.
  MEDIUM("medium", 0.5),
  /// A release broke it, several workloads suffer, or nothing like it came in a month.
  HIGH("high", 0.75),
  /// A rollback did not end it.
  CRITICAL("critical", 1);

  private final String word;
  private final double weight;

  Severity(String word, double weight) {
    this.word = word;
    this.weight = weight;
  }

  /// As people and programs read it.
  @JsonValue
  public String word() {
    return word;
  }

  double weight() {
    return weight;
  }
}
