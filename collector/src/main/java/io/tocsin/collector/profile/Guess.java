package io.tocsin.collector.profile;

/// What there is to say of one source that guesses passwords of a workload.
///
/// @param source as its agents let it out
/// @param sinceMillis of the first failure counted
/// @param atMillis end of the window that said it
/// @param failures lines so far; a guess may leave several
/// @param user whom the source came in as, when it did; empty when unknown or not in
/// @param news what is new about it
public record Guess(
    String source, long sinceMillis, long atMillis, long failures, String user, News news) {

  /// In the order in which they can come.
  public enum News {
    BEGAN,
    CAME_IN,
    /// Every source of the workload has been quiet for ten minutes.
    ENDED
  }
}
