package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A recorded manager: services are the story, tasks and lists stand beside it.
final class RecordedSwarm extends RecordedServer {

  /// @param query as sent
  record Write(String query, JsonNode body) {}

  private final List<Write> writes = new ArrayList<>();

  RecordedSwarm(String file) throws IOException {
    super("swarm", file);
  }

  String host() {
    return "tcp://127.0.0.1:" + port();
  }

  synchronized List<Write> writes() {
    return List.copyOf(writes);
  }

  /// Recorded writes of what is played.
  List<JsonNode> recordedWrites() {
    return exchanges().stream()
        .filter(RecordedServer::isWrite)
        .map(e -> e.path("request"))
        .toList();
  }

  private static boolean asksFor(JsonNode exchange, String path) {
    return exchange.path("request").path("path").asText().matches("/v1\\.41" + path);
  }

  @Override
  void answer(HttpExchange http) throws IOException {
    reply(http, find(http));
  }

  private @Nullable JsonNode find(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    byte[] sent = http.getRequestBody().readAllBytes();
    if (http.getRequestMethod().equals("POST")) {
      String query = http.getRequestURI().getQuery();
      synchronized (this) {
        writes.add(new Write(query == null ? "" : query, JSON.readTree(sent)));
      }
      return write(e -> true);
    }
    if (path.matches("/services/[^/]+")) {
      // Whichever name or id it was asked by.
      return read(e -> asksFor(e, "/services/[^/]+"));
    }
    JsonNode found =
        path.equals("/tasks") || path.equals("/services") ? nearest(e -> asksFor(e, path)) : null;
    return found == null && path.equals("/tasks")
        ? made(200, JsonNodeFactory.instance.arrayNode())
        : found;
  }
}
