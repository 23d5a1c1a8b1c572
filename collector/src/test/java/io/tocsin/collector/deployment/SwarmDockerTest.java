package io.tocsin.collector.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The contract against a real manager, as `.ci/docker` starts one: images `app:v1` and `app:v2`.
@EnabledIfEnvironmentVariable(
    named = "TOCSIN_TEST_DOCKER",
    matches = ".+",
    disabledReason = "no real Docker to test against; .ci/docker starts one")
class SwarmDockerTest extends PlatformContract {

  @Override
  Bench bench(Path directory) {
    return new Swarm(requireNonNull(System.getenv("TOCSIN_TEST_DOCKER")), directory);
  }

  private static final class Swarm implements Bench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "tocsin-contract";
    private static final Map<String, String> IMAGES =
        Map.of("1.0", "app:v1", "1.1", "app:v2", "1.2", "app:v1");

    private final DockerHost docker;
    private final SwarmConfig config;
    private final Path directory;

    Swarm(String host, Path directory) {
      this.config =
          new SwarmConfig(
              host, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1));
      this.docker = new DockerHost(host, Duration.ofSeconds(10));
      this.directory = directory;
      remove();
      DockerHost.Answer created = docker.post("/services/create", Map.of(), spec("1.0"));
      assertThat(created.ok()).as(created.message()).isTrue();
      awaitRunning("1.0");
    }

    /// 1.2 is the image of 1.0 in another environment.
    private static ObjectNode spec(String release) {
      try {
        return (ObjectNode)
            JSON.readTree(
                """
                {"Name": "%s",
                 "TaskTemplate": {"ContainerSpec": {"Image": "%s", "Env": ["RELEASE=%s"],
                   "StopGracePeriod": 2000000000}},
                 "Mode": {"Replicated": {"Replicas": 2}},
                 "UpdateConfig": {"Parallelism": 0, "Monitor": 500000000, "FailureAction": "pause"},
                 "RollbackConfig": {"Parallelism": 0, "Monitor": 500000000}}
                """
                    .formatted(NAME, IMAGES.get(release), release));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Platform open() {
      return SwarmPlatform.open(config, directory, System::currentTimeMillis);
    }

    /// As the manager spells the specification out: it adds defaults.
    @Override
    public Release release(String name) {
      ObjectNode template = (ObjectNode) spec(name).path("TaskTemplate").deepCopy();
      ObjectNode container = (ObjectNode) template.path("ContainerSpec");
      JsonNode present = docker.get("/services/" + NAME, Map.of()).body().at("/Spec/TaskTemplate");
      present
          .path("ContainerSpec")
          .properties()
          .forEach(field -> {
            if (!container.has(field.getKey())) {
              container.set(field.getKey(), field.getValue());
            }
          });
      present
          .properties()
          .forEach(field -> {
            if (!template.has(field.getKey())) {
              template.set(field.getKey(), field.getValue());
            }
          });
      return SwarmRelease.of("swarm/swarm/" + NAME, template);
    }

    @Override
    public void deploy(String name) {
      await()
          .until(() -> {
            String version =
                docker.get("/services/" + NAME, Map.of()).body().at("/Version/Index").asText();
            return docker
                .post("/services/" + NAME + "/update", Map.of("version", version), spec(name))
                .ok();
          });
      awaitRunning(name);
    }

    private void awaitRunning(String name) {
      try (var platform = open()) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> platform.progress(release(name)) instanceof Rollout.Done);
      }
    }

    /// Nothing but what was observed can be reached, and here nobody observed it.
    @Override
    public void forget(String name) {
      deploy("1.2");
    }

    @Override
    public void close() {
      remove();
    }

    private void remove() {
      try {
        docker.ask("DELETE", "/services/" + NAME, Map.of(), null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              docker
                  .get(
                      "/containers/json",
                      Map.of(
                          "all",
                          "true",
                          "filters",
                          "{\"label\":[\"com.docker.swarm.service.name=" + NAME + "\"]}"))
                  .body()
                  .isEmpty());
    }
  }
}
