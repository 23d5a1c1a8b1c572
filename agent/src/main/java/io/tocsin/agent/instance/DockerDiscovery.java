package io.tocsin.agent.instance;

import static io.tocsin.agent.instance.Json.text;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Containers as Docker keeps them on disk: `containers/<id>/config.v2.json`, read again only when
/// its time changes.
final class DockerDiscovery implements Discovery {
  private static final String NOMAD = "com.hashicorp.nomad.";
  private static final int MAX_CONTAINERS = 2_000;
  private static final int MAX_CONFIG_BYTES = 1 << 20;

  private final Path containers;
  private final String host;
  private Map<Path, Known> known = new TreeMap<>();

  /// @param problem what of it is not watched, and why; empty when all is
  private record Known(FileTime modified, long size, @Nullable Running running, String problem) {}

  DockerDiscovery(Path dockerRoot, String host) {
    this.containers = dockerRoot.resolve("containers");
    this.host = host;
  }

  @Override
  public Look look() {
    var now = new TreeMap<Path, Known>();
    var unreadable = new ArrayList<String>();
    try (var folders = Files.newDirectoryStream(containers)) {
      for (var folder : folders) {
        var file = folder.resolve("config.v2.json");
        if (now.size() < MAX_CONTAINERS && Files.exists(file)) {
          now.put(file, read(file));
        }
      }
    } catch (NoSuchFileException e) {
      return new Look(List.of(), List.of()); // there is no Docker here
    } catch (IOException | DirectoryIteratorException e) {
      unreadable.add(
          "%s: cannot be read (%s); the agent needs to read Docker's folder, as root or by a mount"
              .formatted(containers, e.getClass().getSimpleName()));
    }
    known = now;
    var running = new ArrayList<Running>();
    for (var container : now.values()) {
      if (container.running != null) {
        running.add(container.running);
      }
      if (!container.problem.isEmpty()) {
        unreadable.add(container.problem);
      }
    }
    return new Look(running, unreadable.stream().limit(50).toList());
  }

  private Known read(Path file) {
    try {
      var modified = Files.getLastModifiedTime(file);
      long size = Files.size(file);
      var before = known.get(file);
      if (before != null && before.modified.equals(modified) && before.size == size) {
        return before;
      }
      byte[] bytes;
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_CONFIG_BYTES);
      }
      var config = Json.object(new String(bytes, StandardCharsets.UTF_8));
      return container(config, modified, size);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return new Known(
          FileTime.fromMillis(0),
          0,
          null,
          "%s: expected a container as Docker writes it (%s)".formatted(file, e.getMessage()));
    }
  }

  private Known container(Map<String, Object> config, FileTime modified, long size) {
    String id = text(config, "ID");
    if (!text(config, "State", "FinishedAt").isEmpty()
        && config.get("State") instanceof Map<?, ?> state
        && !Boolean.TRUE.equals(state.get("Running"))) {
      return new Known(modified, size, null, "");
    }
    long startedAt = Instant.parse(text(config, "State", "StartedAt")).toEpochMilli();
    String name = text(config, "Name").replaceFirst("^/", "");
    var logs = new ArrayList<LogFile>();
    String logPath = text(config, "LogPath");
    String problem = "";
    if (logPath.isEmpty()) {
      problem =
          ("container %s: its logs are not on disk as json-file; "
                  + "start it with `--log-driver json-file` to have them watched")
              .formatted(name);
    } else {
      logs.add(new LogFile(log(id, logPath), Framing.DOCKER_JSON));
    }
    var scrape = ScrapeLabels.of(config, name);
    return new Known(
        modified,
        size,
        new Running(
            instance(config, id, name, startedAt),
            logs,
            pid(config),
            Path.of("/docker", id),
            scrape.endpoint()),
        problem.isEmpty() ? scrape.problem() : problem);
  }

  /// The path is Docker's own; the agent may see its folder mounted elsewhere.
  private Path log(String id, String logPath) {
    return containers.resolve(id).resolve(Path.of(logPath).getFileName());
  }

  private Instance instance(Map<String, Object> config, String id, String name, long startedAt) {
    String image = text(config, "Config", "Image");
    String digest = text(config, "Image");
    String swarm = label(config, "com.docker.swarm.service.name");
    String project = label(config, "com.docker.compose.project");
    String service = label(config, "com.docker.compose.service");
    String allocation = label(config, NOMAD + "alloc_id");
    String platform = "docker";
    String workload = Key.of("docker", host, name);
    String release = image;
    if (!allocation.isEmpty()) {
      platform = "nomad";
      workload = job(config, name, allocation); // the servers' word goes before it
      release = "";
    } else if (!swarm.isEmpty()) {
      String stack = label(config, "com.docker.stack.namespace");
      platform = "swarm";
      workload = Key.of("swarm", stack.isEmpty() ? "swarm" : stack, swarm);
      release = ""; // the service's, known to the managers only
    } else if (!project.isEmpty() && !service.isEmpty()) {
      workload = Key.of("compose", project, service);
    }
    return new Instance(
        id + ':' + startedAt,
        platform,
        host,
        workload,
        name,
        release,
        digest.isEmpty() || image.contains("@") ? image : image + '@' + digest,
        startedAt,
        id,
        allocation);
  }

  /// What a task of Nomad counts as where no server says: its job, if the client is told to label
  /// containers with it (`extra_labels`), else the task on this host. Runs of one batch job are
  /// one.
  private String job(Map<String, Object> config, String name, String allocation) {
    String job = label(config, NOMAD + "job_name");
    String namespace = label(config, NOMAD + "namespace");
    return job.isEmpty()
        ? Key.of("nomad", host, name.replace("-" + allocation, ""))
        : Key.of(
            "nomad",
            namespace.isEmpty() ? "default" : namespace,
            job.replaceFirst("/(periodic|dispatch)-.*$", ""));
  }

  private static String label(Map<String, Object> config, String key) {
    return text(config, "Config", "Labels", key);
  }

  private static OptionalLong pid(Map<String, Object> config) {
    return config.get("State") instanceof Map<?, ?> state
            && state.get("Pid") instanceof Long pid
            && pid > 0
        ? OptionalLong.of(pid)
        : OptionalLong.empty();
  }
}
