package io.tocsin.collector.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Which folders of releases are watched, and how their instances are restarted.
///
/// @param host name of this machine, as its agents know it
/// @param folders what is watched; may be empty
/// @param poll how often `current` is read
/// @param commandTimeout after which a restart command is killed
/// @param instanceDeadline by which a restarted instance must run the release it should
public record DirectoryConfig(
    String host,
    List<Folder> folders,
    Duration poll,
    Duration commandTimeout,
    Duration instanceDeadline) {

  public DirectoryConfig {
    folders = List.copyOf(folders);
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("poll interval is " + poll + ", expected more than 0");
    }
  }

  /// Reads `current` every 2 s; a restart may take 30 s and its instance another 30 s to run.
  public static DirectoryConfig of(String host, List<Folder> folders) {
    return new DirectoryConfig(
        host, folders, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /// One folder of releases.
  ///
  /// @param path of the folder; its name is the workload's name
  /// @param restart command that restarts one instance, run inside the folder; `{instance}` stands
  ///   for the instance's name
  public record Folder(Path path, List<String> restart) {
    public Folder {
      restart = List.copyOf(restart);
      if (restart.isEmpty()) {
        throw new IllegalArgumentException(
            path + ": no restart command, expected e.g. [./restart, \"{instance}\"]");
      }
    }
  }
}
