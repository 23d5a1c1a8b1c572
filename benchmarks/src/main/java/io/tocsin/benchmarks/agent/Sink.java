package io.tocsin.benchmarks.agent;

/// Where an agent delivers to, in the benchmark's process, so that its own cost is not measured. As
/// lean as it can be: it counts and answers. Safe for use by many threads.
sealed interface Sink extends AutoCloseable permits WindowsSink, TextSink {

  int port();

  /// When the agent was first answered, as [System#nanoTime] says; 0 while it was not.
  long greetedNanos();

  /// When something was first delivered; 0 while nothing was.
  long deliveredNanos();

  /// Bytes received.
  long bytes();

  /// Lines received, as they are counted or carried.
  long lines();

  /// Lines of these blocks that never came, and those that came once too often.
  Ledger compare(Blocks written);

  @Override
  void close();

  /// @param lost never came
  /// @param doubled came again
  record Ledger(long lost, long doubled) {}
}
