package io.tocsin.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Waits for an agent, but not for ever.
final class Waits {
  private static final int PATIENCE_SECONDS = 120;

  /// Nothing came for so long: nothing comes any more. More than a window, its seal and a look.
  private static final int QUIET_SECONDS = 15;

  private Waits() {}

  /// @param state the agent's folder
  /// @throws TimeoutException when the agent ended, or two minutes did not suffice
  static void await(Process agent, Path state, BooleanSupplier condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (!agent.isAlive() || System.nanoTime() > until) {
        throw new TimeoutException(
            "the agent ended, or took over %d s; the last it said: %s"
                .formatted(PATIENCE_SECONDS, Subject.said(state)));
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /// What it costs now.
  ///
  /// @throws IOException when the agent has ended, with the last that it said
  static Footprint cost(Process agent, Path state) throws IOException {
    try {
      return Footprint.of(agent.toHandle());
    } catch (IOException e) {
      throw ended(state, e);
    }
  }

  private static IOException ended(Path state, IOException cause) throws IOException {
    return new IOException("the agent ended; the last it said: " + Subject.said(state), cause);
  }

  /// What it costs at the moment at which it has read so many bytes.
  static Footprint reached(Process agent, Path state, long bytes) throws Exception {
    try {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (Footprint.read(agent.toHandle()) < bytes) {
        if (System.nanoTime() > until) {
          throw new TimeoutException(
              "the agent did not read %d bytes in %d s".formatted(bytes, PATIENCE_SECONDS));
        }
        TimeUnit.MILLISECONDS.sleep(2);
      }
      return Footprint.of(agent.toHandle());
    } catch (IOException e) {
      throw ended(state, e);
    }
  }

  /// Until the agent was answered, where it says hello: what one costs that never got through is no
  /// figure.
  static void connected(Process agent, Path state, Sink sink) throws Exception {
    switch (sink) {
      case WindowsSink windows -> await(agent, state, () -> windows.greetedNanos() > 0);
      case TextSink _ -> {}
    }
  }

  /// All lines have come, or the agent neither reads nor delivers any more.
  static void settled(Process agent, Path state, Sink sink, Feed feed) throws Exception {
    long progress = -1;
    long since = System.nanoTime();
    while (sink.lines() < feed.written()
        && System.nanoTime() - since < TimeUnit.SECONDS.toNanos(QUIET_SECONDS)) {
      TimeUnit.MILLISECONDS.sleep(50);
      long now = sink.lines() + megabytesRead(agent, state);
      if (now != progress) {
        progress = now;
        since = System.nanoTime();
      }
    }
    TimeUnit.SECONDS.sleep(2); // what is doubled may come later
  }

  /// Megabytes that the agent has read: what it reads of /proc meanwhile is less than one.
  private static long megabytesRead(Process agent, Path state) throws IOException {
    try {
      return Footprint.read(agent.toHandle()) >> 20;
    } catch (IOException e) {
      throw ended(state, e);
    }
  }
}
