package io.tocsin.collector.respond;

/// What became of a person's answer.
public sealed interface Answer {

  /// What a person may say.
  enum Choice {
    TAKE_BACK,
    KEEP
  }

  /// Taken; a rollback goes its way.
  record Taken(Response response) implements Answer {}

  /// It was given to another verdict than the one that stands; nothing was done.
  ///
  /// @param changed what is different, as people read it
  record Stale(String changed) implements Answer {}

  /// Nothing is asked, or no longer; nothing was done.
  record NotAsked(String why) implements Answer {}
}
