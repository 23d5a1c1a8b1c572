package io.tocsin.collector.deployment;

import java.time.Duration;

/// Which Swarm is watched.
///
/// @param dockerHost of a manager, as in `DOCKER_HOST`: `unix:///path` or `tcp://host:port`. TLS is
///   not spoken; a manager beyond this machine is reached through a forwarded socket
/// @param poll how often services and tasks are read
/// @param timeout of one question
/// @param rollbackDeadline by which a rollback's tasks must run
public record SwarmConfig(
    String dockerHost, Duration poll, Duration timeout, Duration rollbackDeadline) {

  public SwarmConfig {
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("poll interval is " + poll + ", expected more than 0");
    }
  }

  /// Reads every 2 s, waits 10 s for an answer and 10 minutes for a rollback.
  public static SwarmConfig of(String dockerHost) {
    return new SwarmConfig(
        dockerHost, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(10));
  }
}
