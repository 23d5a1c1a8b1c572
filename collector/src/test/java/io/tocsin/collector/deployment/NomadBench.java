package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Job `web` in namespace `default` on a [FakeNomad].
final class NomadBench implements PlatformContract.Bench {
  static final String WEB = "nomad/default/web";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeNomad nomad;
  private final Path directory;

  NomadBench(Path directory) {
    this.directory = directory;
    try {
      this.nomad = new FakeNomad();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    deploy("1.0");
  }

  FakeNomad nomad() {
    return nomad;
  }

  @Override
  public NomadPlatform open() {
    return open(null);
  }

  NomadPlatform open(@Nullable Path tokenFile) {
    var access = new NomadConfig.Access(nomad.address(), tokenFile, null, "", List.of("default"));
    return NomadPlatform.open(
        new NomadConfig(
            access,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMinutes(10)),
        directory,
        () -> 1_900_000_010_000L,
        1);
  }

  @Override
  public Release release(String name) {
    return NomadRelease.of(WEB, spec(name));
  }

  @Override
  public void deploy(String name) {
    nomad.register(spec(name));
  }

  @Override
  public void forget(String name) {
    nomad.forget("shop/web:" + name);
  }

  @Override
  public void close() {
    nomad.close();
  }

  /// The job as its author wrote it.
  static ObjectNode spec(String release) {
    return json(
        """
        {"ID": "web", "Name": "web", "Type": "service", "Namespace": "default", "Meta": null,
         "TaskGroups": [{"Name": "web", "Count": 2, "Update": {"MaxParallel": 2, "Canary": 0},
           "Tasks": [{"Name": "app", "Driver": "docker", "Config": {"image": "shop/web:%s"}}]}]}
        """
            .formatted(release));
  }

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
