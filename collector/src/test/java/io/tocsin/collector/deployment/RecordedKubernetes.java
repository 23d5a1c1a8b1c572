package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A recorded API server: objects are the story, lists stand beside it. A dry run is answered by
/// the next recorded dry run or else as the next write that was taken; each watch by the next one
/// recorded, and then held open.
final class RecordedKubernetes extends RecordedServer {
  private static final String OBJECT = ".*/namespaces/[^/]+/[^/]+/[^/]+";

  /// @param query as sent
  record Write(String method, String path, String query, String type, JsonNode body) {

    /// The template that it puts in place.
    JsonNode template() {
      JsonNode replaced = body.isArray() ? last(body).path("value") : body.at("/spec/template");
      return KubernetesRelease.own(replaced);
    }

    private static JsonNode last(JsonNode array) {
      return array.path(array.size() - 1);
    }
  }

  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Write> writes = new ArrayList<>();
  private final List<String> lists = new ArrayList<>();
  private final Set<JsonNode> watched = new HashSet<>();

  RecordedKubernetes(String file) throws IOException {
    super("kubernetes", file);
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  /// What was written, without dry runs.
  synchronized List<Write> writes() {
    return List.copyOf(writes);
  }

  /// What was listed, by path.
  synchronized List<String> lists() {
    return List.copyOf(lists);
  }

  /// Recorded writes of what is played, without dry runs.
  List<Write> recordedWrites() {
    return exchanges().stream()
        .filter(e -> isWrite(e) && !isDryRun(e))
        .map(e -> e.path("request"))
        .map(r ->
            new Write(
                r.path("method").asText(),
                r.path("path").asText(),
                r.path("query").toString(),
                r.path("headers").path("Content-Type").asText(),
                r.path("body")))
        .toList();
  }

  @Override
  public void close() {
    closed.countDown();
    super.close();
  }

  private static boolean isDryRun(JsonNode exchange) {
    return exchange.path("request").path("query").has("dryRun");
  }

  @Override
  void answer(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    String query = http.getRequestURI().getQuery();
    String asked = query == null ? "" : query;
    byte[] sent = http.getRequestBody().readAllBytes();
    if (asked.contains("watch=true")) {
      stream(http, path);
    } else {
      reply(http, find(http, path, asked, sent));
    }
  }

  private @Nullable JsonNode find(HttpExchange http, String path, String query, byte[] sent)
      throws IOException {
    if (path.contains("/authorization.k8s.io/")) {
      return review(JSON.readTree(sent).at("/spec/resourceAttributes"));
    }
    if (!http.getRequestMethod().equals("GET")) {
      return write(http, path, query, JSON.readTree(sent));
    }
    if (path.matches(OBJECT)) {
      return read(e -> asks(e, path));
    }
    synchronized (this) {
      lists.add(path);
    }
    boolean goesOn = query.contains("continue=") && !query.endsWith("continue=");
    JsonNode nearest =
        nearest(e ->
            asks(e, path)
                && !e.path("response").has("lines")
                && e.path("request").path("query").has("continue") == goesOn
                && !e.path("request").path("query").has("resourceVersion"));
    return nearest == null && !path.contains("autoscaling") ? nothing() : nearest;
  }

  /// What was recorded of this very right; what nobody asked then is granted.
  private JsonNode review(JsonNode asked) {
    ObjectNode granted = JsonNodeFactory.instance.objectNode();
    granted.withObject("/status").put("allowed", true);
    JsonNode recorded =
        nearest(e -> {
          JsonNode then = e.at("/request/body/spec/resourceAttributes");
          return then.path("verb").equals(asked.path("verb"))
              && then.path("resource").equals(asked.path("resource"));
        });
    return recorded == null ? made(201, granted) : recorded;
  }

  private static JsonNode nothing() {
    ObjectNode empty = JsonNodeFactory.instance.objectNode();
    empty.withObject("/metadata").put("resourceVersion", "1");
    empty.putArray("items");
    return made(200, empty);
  }

  private @Nullable JsonNode write(HttpExchange http, String path, String query, JsonNode body) {
    boolean dry = query.contains("dryRun=All");
    if (!dry) {
      String type = http.getRequestHeaders().getFirst("Content-Type");
      synchronized (this) {
        writes.add(new Write(http.getRequestMethod(), path, query, type, body));
      }
    }
    JsonNode written = write(e -> isDryRun(e) == dry);
    return written == null && dry
        ? ahead(e -> isWrite(e) && e.at("/response/status").asInt() == 200)
        : written;
  }

  private void stream(HttpExchange http, String path) throws IOException {
    JsonNode watch;
    synchronized (this) {
      watch =
          exchanges().stream()
              .filter(e -> asks(e, path) && e.path("response").has("lines"))
              .filter(watched::add)
              .findFirst()
              .orElse(null);
      if (watch != null) {
        // What follows a watch is played after it.
        goOnAfter(watch);
      }
    }
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(200, 0);
    try (var out = http.getResponseBody()) {
      boolean ended = false;
      if (watch != null) {
        for (JsonNode line : watch.path("response").path("lines")) {
          out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
          ended = line.path("type").asText().equals("ERROR");
        }
      }
      if (!ended) {
        out.flush();
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
