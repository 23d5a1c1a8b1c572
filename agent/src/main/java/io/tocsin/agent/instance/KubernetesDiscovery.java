package io.tocsin.agent.instance;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/// Containers of pods by their logs: `<namespace>_<pod>_<uid>/<container>/<restarts>.log`. The
/// highest number is the incarnation that runs.
final class KubernetesDiscovery implements Discovery {
  private static final int MAX_CONTAINERS = 2_000;

  private final Path podLogs;
  private final String host;

  KubernetesDiscovery(Path podLogs, String host) {
    this.podLogs = podLogs;
    this.host = host;
  }

  @Override
  public Look look() {
    var running = new ArrayList<Running>();
    var unreadable = new ArrayList<String>();
    try {
      for (var pod : folders(podLogs)) {
        String[] names = pod.getFileName().toString().split("_");
        if (names.length != 3) {
          continue;
        }
        for (var container : folders(pod)) {
          if (running.size() < MAX_CONTAINERS) {
            newest(container)
                .ifPresent(
                    restarts -> running.add(container(names[1], names[2], container, restarts)));
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      unreadable.add(
          "%s: cannot be read (%s); mount it into the agent".formatted(podLogs, e.getMessage()));
    }
    return new Look(running, unreadable);
  }

  private Running container(String pod, String uid, Path folder, int restarts) {
    return new Running(
        new Instance(
            "kubernetes:%s:%s:%d".formatted(uid, folder.getFileName(), restarts),
            "kubernetes",
            host,
            "",
            pod,
            "",
            "",
            0,
            "",
            uid),
        List.of(new LogFile(folder.resolve(restarts + ".log"), Framing.CRI)),
        OptionalLong.empty(),
        null,
        null);
  }

  private static Optional<Integer> newest(Path container) throws IOException {
    var numbers = new TreeSet<Integer>();
    try (var logs = Files.newDirectoryStream(container, "*.log")) {
      for (var log : logs) {
        String number = log.getFileName().toString().replace(".log", "");
        if (number.length() <= 9 && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
          numbers.add(Integer.parseInt(number));
        }
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // the pod went just now
    }
    return numbers.isEmpty() ? Optional.empty() : Optional.of(numbers.last());
  }

  private static SortedSet<Path> folders(Path folder) throws IOException {
    var found = new TreeSet<Path>();
    try (var paths = Files.newDirectoryStream(folder, Files::isDirectory)) {
      paths.forEach(found::add);
    } catch (NoSuchFileException e) {
      return found; // no kubelet here, or the pod went just now
    }
    return found;
  }
}
