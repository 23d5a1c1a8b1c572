package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.agent.config.ConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real collector and a receiver that first says "gone", then takes it.
class DeadLetterTest {
  private static final int GONE = 410;
  private static final int TAKEN = 204;

  @TempDir Path directory;
  private volatile int answer = GONE;
  private final List<String> received = new CopyOnWriteArrayList<>();

  @Test
  void aDeadLetterIsSentAgainUnderTheIdItHad() throws Exception {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    receiver.start();
    try (Collector collector = collector(receiver.getAddress().getPort());
        HttpClient people = HttpClient.newHttpClient()) {
      var story = new Story(people, collector.peoplePort(), directory.resolve("collector/token"));
      story.post("/api/test-alert");
      await().until(() -> story.get("/api/dead-letters").size() == 1);
      JsonNode dead = story.get("/api/dead-letters").get(0);
      assertThat(dead.get("route").asText()).isEqualTo("pager");
      assertThat(dead.get("error").asText()).contains("410");
      String again = "/api/dead-letters/pager/" + dead.get("webhookId").asText() + "/again";

      answer = TAKEN;
      assertThat(story.post(again)).isEqualTo(200);

      await().until(() -> received.size() == 2);
      assertThat(received).containsOnly(dead.get("webhookId").asText());
      assertThat(story.get("/api/dead-letters")).isEmpty();
      assertThat(story.post(again)).as("a second time").isEqualTo(404);
    } finally {
      receiver.stop(0);
    }
  }

  private record Story(HttpClient people, int port, Path token) {
    JsonNode get(String path) throws Exception {
      return new ObjectMapper().readTree(send(request(path).GET()).body());
    }

    int post(String path) throws Exception {
      HttpRequest.Builder request =
          request(path)
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + Files.readString(token).strip());
      return send(request.POST(HttpRequest.BodyPublishers.ofString("{}"))).statusCode();
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      return people.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private Collector collector(int port) throws IOException {
    Path config = directory.resolve("collector.yaml");
    Files.writeString(
        config,
        """
        data: {directory: %s}
        listen: {people: {port: 0}, agents: {port: 0}}
        alert:
          routes:
            - name: pager
              url: http://127.0.0.1:%d/
              secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
              heartbeat: 0 s
        """
            .formatted(directory.resolve("collector"), port));
    return Collector.start(
        ConfigFile.read(CollectorConfig.class, CollectorConfig.DEFAULT, config, Map.of()));
  }
}
