package io.tocsin.agent.instance;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Instances of a folder: `instances/<n>/{pid,release,port,log/*.log}`.
final class DirectoryDiscovery implements Discovery {
  private static final int MAX_INSTANCES = 1_000;
  private static final int MAX_LOGS = 100;

  private final Path folder;
  private final String name;
  private final String host;
  private final Set<String> only;

  /// As last seen alive: a dead instance keeps its identity until its folder goes or it is started
  /// again.
  private Map<String, Instance> last = new HashMap<>();

  DirectoryDiscovery(Path folder, String host, Set<String> only) {
    this.folder = folder;
    this.name = folder.toAbsolutePath().normalize().getFileName().toString();
    this.host = host;
    this.only = Set.copyOf(only);
  }

  @Override
  public Look look() {
    var running = new ArrayList<Running>();
    var unreadable = new ArrayList<String>();
    var seen = new HashMap<String, Instance>();
    var names = new TreeSet<String>();
    try (var folders = Files.newDirectoryStream(folder.resolve("instances"), Files::isDirectory)) {
      for (var path : folders) {
        String instance = path.getFileName().toString();
        if (names.size() < MAX_INSTANCES && (only.isEmpty() || only.contains(instance))) {
          names.add(instance);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      unreadable.add("%s: expected a folder `instances` that may be read".formatted(folder));
    }
    for (String instance : names) {
      try {
        var found = instance(instance);
        if (found != null) {
          seen.put(instance, found.instance());
          running.add(found);
        }
      } catch (IOException | DirectoryIteratorException | IllegalArgumentException e) {
        unreadable.add(
            "%s: cannot be read (%s)"
                .formatted(folder.resolve("instances").resolve(instance), e.getMessage()));
      }
    }
    last = seen;
    return new Look(running, unreadable.stream().limit(50).toList());
  }

  private @Nullable Running instance(String instance) throws IOException {
    var home = folder.resolve("instances").resolve(instance);
    var pid = number(home.resolve("pid"), Long.MAX_VALUE);
    var startedAt = pid.isPresent() ? Proc.startedAtMillis(pid.getAsLong()) : OptionalLong.empty();
    var known = last.get(instance);
    Instance who;
    if (startedAt.isPresent()) {
      who = identity(instance, home, startedAt.getAsLong());
    } else if (known != null) {
      who = known;
    } else {
      // Dead since before the agent: whatever is in its logs has no incarnation to belong to but
      // the one that wrote the pid.
      who = identity(instance, home, 0);
    }
    var port = number(home.resolve("port"), 65_535);
    return new Running(
        who,
        logs(home.resolve("log")),
        startedAt.isPresent() ? pid : OptionalLong.empty(),
        null,
        port.isPresent()
            ? URI.create("http://127.0.0.1:%d/metrics".formatted(port.getAsLong()))
            : null);
  }

  private Instance identity(String instance, Path home, long startedAt) throws IOException {
    return new Instance(
        "directory:%s:%s:%s:%d".formatted(host, name, instance, startedAt),
        "directory",
        host,
        Key.of("directory", host, name),
        instance,
        text(home.resolve("release")),
        "",
        startedAt,
        "",
        "");
  }

  private static List<LogFile> logs(Path folder) throws IOException {
    var logs = new TreeSet<Path>();
    try (var paths = Files.newDirectoryStream(folder, "*.log")) {
      for (var path : paths) {
        String file = path.getFileName().toString();
        if (logs.size() < MAX_LOGS && RotatedName.original(file).equals(file)) {
          logs.add(path);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // it has not logged yet
    }
    return logs.stream().map(path -> new LogFile(path, Framing.PLAIN)).toList();
  }

  private static OptionalLong number(Path file, long max) throws IOException {
    try {
      long number = Long.parseLong(text(file));
      return number > 0 && number <= max ? OptionalLong.of(number) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // absent, or being written
    }
  }

  private static String text(Path file) throws IOException {
    try {
      return Proc.read(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
