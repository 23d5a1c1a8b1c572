package io.tocsin.benchmarks.faults;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.web.ReleaseDetail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the collector says over REST. It may be away for a while: that is part of some stories.
final class CollectorApi implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final Set<String> TARGETS = Set.of(Rank.PASSED.word(), Rank.PROVEN.word());

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;

  CollectorApi(String address) {
    this.address = address;
  }

  /// Key of a service that is learnt and whose release can be gone back to; null while it is not.
  /// Swarm calls a service `STACK_SERVICE`.
  @Nullable String learnt(String service) throws InterruptedException, IOException {
    String workloads = get("/api/workloads");
    if (workloads != null) {
      for (JsonNode workload : JSON.readTree(workloads)) {
        String key = workload.path("key").asText();
        if ((key.endsWith("/" + service) || key.endsWith("_" + service))
            && workload.path("learning").isNull()
            && TARGETS.contains(workload.path("rank").asText())) {
          return key;
        }
      }
    }
    return null;
  }

  /// Null while there is no such release, or nobody answers.
  ///
  /// @param name what people call it
  @Nullable ReleaseDetail release(String workload, String name)
      throws InterruptedException, IOException {
    String answer = get("/api/releases/%s/%s".formatted(workload, id(workload, name)));
    return answer == null ? null : JSON.readValue(answer, ReleaseDetail.class);
  }

  /// Swarm adds a digest to a release's name, and its id is another. Elsewhere the name is the id,
  /// also of a release that took no other's place and is therefore not listed.
  private String id(String workload, String name) throws InterruptedException, IOException {
    String releases = get("/api/releases");
    if (releases != null) {
      for (JsonNode row : JSON.readTree(releases)) {
        if (row.path("workload").asText().equals(workload)
            && row.path("name").asText().startsWith(name + " ")) {
          return row.path("release").asText();
        }
      }
    }
    return name;
  }

  private @Nullable String get(String path) throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(5)).build();
      var answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? answer.body() : null;
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
