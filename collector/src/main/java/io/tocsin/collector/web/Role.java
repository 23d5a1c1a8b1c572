package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonValue;

/// What a token may do; each role may do what the ones before it may.
public enum Role {
  VIEW("view"),
  /// Says that a release begins; for pipelines, which must not answer for people.
  ANNOUNCE("announce"),
  APPROVE("approve"),
  ADMINISTER("administer");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /// As people and programs read it.
  @JsonValue
  public String word() {
    return word;
  }

  /// Whether this role may do what needs `needed`.
  public boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
