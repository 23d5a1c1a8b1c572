package io.tocsin.agent;

import io.tocsin.agent.link.LinkConfig;
import io.tocsin.agent.window.WindowConfig;
import java.nio.file.Path;
import java.util.List;

/// The agent's configuration file; every key is optional.
///
/// @param agent who it is
/// @param data where its state lives
/// @param collector where windows go
/// @param window how lines are counted
/// @param watch what to look at
/// @param redact what to mask beyond what is always masked
public record AgentConfig(
    Identity agent,
    Data data,
    LinkConfig collector,
    WindowConfig window,
    Watch watch,
    Redact redact) {

  /// @param id unique among all agents; empty: made once from the host's name and kept
  /// @param host name of this host; empty: as the system says
  public record Identity(String id, String host) {}

  /// @param directory of this agent alone
  /// @param maxBytes disk the spool may use
  public record Data(Path directory, long maxBytes) {}

  /// @param directories services deployed as folders
  /// @param docker whether to look for Docker's containers
  /// @param dockerRoot Docker's data root
  /// @param kubernetes whether to look for pods' logs
  /// @param podLogs where the kubelet keeps them
  /// @param systemd whether to look for systemd's services, and read the journal for them
  /// @param files plain logs by glob
  /// @param host whether to sample the host itself
  /// @param stdin name of the service that is piped into the agent; empty: none is
  /// @param fromStart read files that are there at the first start from their beginning
  public record Watch(
      List<Folder> directories,
      boolean docker,
      Path dockerRoot,
      boolean kubernetes,
      Path podLogs,
      boolean systemd,
      List<String> files,
      boolean host,
      String stdin,
      boolean fromStart) {
    public Watch {
      if (stdin.length() > 64 || stdin.startsWith(".") || !stdin.chars().allMatch(Watch::names)) {
        throw new IllegalArgumentException(
            "stdin: expected a name of 1 to 64 letters, digits, . _ - that begins with no dot, found "
                + stdin);
      }
      directories = List.copyOf(directories);
      files = List.copyOf(files);
    }

    private static boolean names(int c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "._-".indexOf(c) >= 0;
    }
  }

  /// @param folder with `releases`, `current` and `instances`
  /// @param instances that this agent watches; empty: all
  public record Folder(Path folder, List<String> instances) {
    public Folder {
      instances = List.copyOf(instances);
    }

    /// What an entry starts from; the folder must be given.
    public static Folder defaults() {
      return new Folder(Path.of(""), List.of());
    }
  }

  /// @param keys further names of keys whose values are secret
  /// @param allow literal values that are never masked
  /// @param identities whether names of users and addresses stay
  /// @param fleetKey file with the key that makes pseudonyms, the same for all agents
  public record Redact(
      List<String> keys, List<String> allow, Identities identities, Path fleetKey) {
    public Redact {
      keys = List.copyOf(keys);
      allow = List.copyOf(allow);
    }
  }

  /// What becomes of names of users and of addresses.
  public enum Identities {
    KEEP,
    PSEUDONYMISE
  }

  public static final AgentConfig DEFAULT =
      new AgentConfig(
          new Identity("", ""),
          new Data(Path.of("/var/lib/tocsin/agent"), 256L << 20),
          LinkConfig.DEFAULT,
          WindowConfig.DEFAULT,
          new Watch(
              List.of(),
              true,
              Path.of("/var/lib/docker"),
              true,
              Path.of("/var/log/pods"),
              true,
              List.of("/var/log/**"),
              true,
              "",
              false),
          new Redact(List.of(), List.of(), Identities.KEEP, Path.of("")));
}
