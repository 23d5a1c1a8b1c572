package io.tocsin.agent.instance;

import io.tocsin.agent.instance.LogFile.Framing;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Finds what runs here. Confined to the agent's loop; a look takes milliseconds, reads disk only
/// and never throws: what it may not read it lists.
public interface Discovery {

  /// What runs now, in a stable order.
  Look look();

  /// Instances of a folder with `instances/<n>/`; one whose process is dead is listed without a pid
  /// for as long as its folder exists.
  ///
  /// @param only names of the instances to watch; empty for all
  static Discovery directory(Path folder, String host, Set<String> only) {
    return new DirectoryDiscovery(folder, host, only);
  }

  /// Running containers of the Docker engine on this machine.
  ///
  /// @param dockerRoot `/var/lib/docker` as the agent sees it
  static Discovery docker(Path dockerRoot, String host) {
    return new DockerDiscovery(dockerRoot, host);
  }

  /// Containers of the pods on this node; which workload they are the collector knows.
  ///
  /// @param podLogs `/var/log/pods` as the agent sees it
  static Discovery kubernetes(Path podLogs, String host) {
    return new KubernetesDiscovery(podLogs, host);
  }

  /// Running services of systemd, with their logs in the journal.
  static Discovery systemd(String host) {
    // One hierarchy (version 2); version 1, also beside version 2.
    return new SystemdDiscovery(
        List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/systemd")), host);
  }

  /// Text files, such as `/var/log/**`; binary, compressed and rotated ones are left out.
  ///
  /// @param globs absolute, as `java.nio.file.FileSystem.getPathMatcher` reads them
  static Discovery files(List<String> globs, String host) {
    return new FilesDiscovery(globs, host);
  }

  /// The service that is piped into the agent, for as long as its lines come.
  ///
  /// @param name what people call it
  /// @param startedAtMillis epoch milliseconds, about when it started
  /// @param log where its lines are kept
  /// @param ended whether the last of them is there
  static Discovery standardInput(
      String name, String host, long startedAtMillis, Path log, BooleanSupplier ended) {
    var instance =
        new Instance(
            "stdin:%s:%s:%d".formatted(host, name, startedAtMillis),
            "stdin",
            host,
            Key.of("stdin", host, name),
            name,
            "",
            "",
            startedAtMillis,
            "",
            "");
    var running =
        new Running(
            instance, List.of(new LogFile(log, Framing.PLAIN)), OptionalLong.empty(), null, null);
    return () -> new Look(ended.getAsBoolean() ? List.of() : List.of(running), List.of());
  }

  /// The machine itself: one instance without logs.
  static Discovery host(String host) {
    long boot = Proc.bootMillis();
    var instance =
        new Instance(
            "host:%s:%d".formatted(host, boot),
            "host",
            host,
            Key.of("host", host, "host"),
            "host",
            "",
            "",
            boot,
            "",
            "");
    var look =
        new Look(
            List.of(new Running(instance, List.of(), OptionalLong.empty(), null, null)), List.of());
    return () -> look;
  }

  /// All of them, in this order; a log is followed for the first that finds it.
  static Discovery all(List<Discovery> discoveries) {
    return new AllDiscovery(discoveries);
  }

  /// One look around.
  ///
  /// @param running the instances found
  /// @param unreadable what was not readable and why, one sentence each; at most 50
  record Look(List<Running> running, List<String> unreadable) {
    public Look {
      running = List.copyOf(running);
      unreadable = List.copyOf(unreadable);
    }
  }
}
