package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers as a recorded manager did: reads of a service in order up to the next write, the last
/// one again and again; a write is answered by the next recorded one.
final class RecordedSwarm implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param query as sent
  record Write(String query, JsonNode body) {}

  private final JsonNode recording;
  private final HttpServer server;
  private final List<Write> writes = new ArrayList<>();
  private List<JsonNode> exchanges = new ArrayList<>();
  private int next;
  private @Nullable JsonNode last;

  RecordedSwarm(String file) throws IOException {
    Path fixtures =
        Path.of(System.getProperty("tocsin.root")).resolveSibling("shared/fixtures/swarm");
    assumeTrue(Files.isDirectory(fixtures), "no recorded exchanges at " + fixtures);
    recording = JSON.readTree(fixtures.resolve(file).toFile());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String host() {
    return "tcp://127.0.0.1:" + server.getAddress().getPort();
  }

  /// What is recorded, to be changed before it is played.
  JsonNode recording() {
    return recording.path("exchanges");
  }

  /// Plays these phases from their start.
  synchronized void play(String... phases) {
    exchanges = new ArrayList<>();
    recording()
        .forEach(e -> {
          if (List.of(phases).contains(e.path("phase").asText())) {
            exchanges.add(e);
          }
        });
    assertThat(exchanges).isNotEmpty();
    next = 0;
    last = null;
  }

  /// Leaves out what others sent.
  synchronized void without(long offsetMillis) {
    exchanges.removeIf(e -> e.path("offsetMillis").asLong() == offsetMillis);
  }

  synchronized List<Write> writes() {
    return List.copyOf(writes);
  }

  /// Recorded writes of what is played.
  synchronized List<JsonNode> recordedWrites() {
    return exchanges.stream().filter(RecordedSwarm::isWrite).map(e -> e.path("request")).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static boolean isWrite(JsonNode exchange) {
    return exchange.path("request").path("method").asText().equals("POST");
  }

  private static boolean asks(JsonNode exchange, String path) {
    return exchange.path("request").path("path").asText().matches("/v1\\.41" + path);
  }

  private synchronized void answer(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    byte[] sent = http.getRequestBody().readAllBytes();
    JsonNode found = null;
    if (http.getRequestMethod().equals("POST")) {
      String query = http.getRequestURI().getQuery();
      writes.add(new Write(query == null ? "" : query, JSON.readTree(sent)));
      while (next < exchanges.size() && !isWrite(exchanges.get(next))) {
        next++;
      }
      found = next < exchanges.size() ? exchanges.get(next++) : null;
    } else if (path.matches("/services/[^/]+")) {
      found = service();
    } else if (path.equals("/tasks") || path.equals("/services")) {
      found =
          IntStream.range(0, exchanges.size())
              .boxed()
              .filter(at -> asks(exchanges.get(at), path))
              .min(Comparator.comparingInt(at -> Math.abs(at - next)))
              .map(exchanges::get)
              .orElse(null);
    }
    JsonNode response = found == null ? null : found.path("response");
    String body =
        response != null
            ? JSON.writeValueAsString(response.path("body"))
            : path.equals("/tasks") ? "[]" : "{\"message\":\"not recorded\"}";
    int status = response != null ? response.path("status").asInt() : body.equals("[]") ? 200 : 404;
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(status, bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  private @Nullable JsonNode service() {
    for (int at = next; at < exchanges.size() && !isWrite(exchanges.get(at)); at++) {
      if (asks(exchanges.get(at), "/services/[^/]+")) {
        next = at + 1;
        last = exchanges.get(at);
        break;
      }
    }
    return last;
  }
}
