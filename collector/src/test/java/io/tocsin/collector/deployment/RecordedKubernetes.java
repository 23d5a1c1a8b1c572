package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers as a recorded API server did: reads of an object in order up to the next write, the last
/// one again and again; a write is answered by the next recorded one, a dry run by the next
/// recorded dry run or else as the next write that was taken; a list by the one recorded nearest;
/// each watch by the next one recorded, and then held open.
final class RecordedKubernetes implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
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

  private final JsonNode recording;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Write> writes = new ArrayList<>();
  private final List<String> lists = new ArrayList<>();
  private final Set<JsonNode> watched = new HashSet<>();
  private List<JsonNode> exchanges = new ArrayList<>();
  private int next;
  private @Nullable JsonNode last;

  RecordedKubernetes(String file) throws IOException {
    Path fixtures =
        Path.of(System.getProperty("tocsin.root")).resolveSibling("shared/fixtures/kubernetes");
    assumeTrue(Files.isDirectory(fixtures), "no recorded exchanges at " + fixtures);
    recording = JSON.readTree(fixtures.resolve(file).toFile());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// What is recorded, to be changed before it is played.
  JsonNode recording() {
    return recording.path("exchanges");
  }

  /// Body of the answer that was recorded at a time.
  JsonNode at(long offsetMillis) {
    for (JsonNode exchange : recording()) {
      if (exchange.path("offsetMillis").asLong() == offsetMillis) {
        return exchange.at("/response/body");
      }
    }
    throw new AssertionError("nothing was recorded at " + offsetMillis);
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

  /// Leaves out what is not part of the story.
  synchronized void without(long offsetMillis) {
    exchanges.removeIf(e -> e.path("offsetMillis").asLong() == offsetMillis);
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
  synchronized List<Write> recordedWrites() {
    return exchanges.stream()
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
    server.stop(0);
    threads.shutdownNow();
  }

  private static boolean isWrite(JsonNode exchange) {
    return List.of("PATCH", "PUT", "DELETE")
        .contains(exchange.path("request").path("method").asText());
  }

  private static boolean isDryRun(JsonNode exchange) {
    return exchange.path("request").path("query").has("dryRun");
  }

  private static boolean asks(JsonNode exchange, String path) {
    return exchange.path("request").path("method").asText().equals("GET")
        && exchange.path("request").path("path").asText().equals(path);
  }

  private void answer(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    String query = http.getRequestURI().getQuery();
    String asked = query == null ? "" : query;
    byte[] sent = http.getRequestBody().readAllBytes();
    if (asked.contains("watch=true")) {
      stream(http, path);
      return;
    }
    JsonNode found = find(http, path, asked, sent);
    JsonNode response = found == null ? null : found.path("response");
    JsonNode body =
        response != null
            ? response.path("body")
            : JsonNodeFactory.instance.objectNode().put("message", "not recorded");
    byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(
        response == null ? 404 : response.path("status").asInt(), bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  private synchronized @Nullable JsonNode find(
      HttpExchange http, String path, String query, byte[] sent) throws IOException {
    if (!http.getRequestMethod().equals("GET")) {
      return write(http, path, query, JSON.readTree(sent));
    }
    if (path.matches(OBJECT)) {
      return object(path);
    }
    lists.add(path);
    boolean goesOn = query.contains("continue=") && !query.endsWith("continue=");
    JsonNode nearest =
        nearest(e ->
            asks(e, path)
                && !e.path("response").has("lines")
                && e.path("request").path("query").has("continue") == goesOn
                && !e.path("request").path("query").has("resourceVersion"));
    return nearest == null && !path.contains("autoscaling") ? nothing() : nearest;
  }

  private static JsonNode nothing() {
    ObjectNode empty = JsonNodeFactory.instance.objectNode();
    empty.withObject("/response").put("status", 200);
    empty.withObject("/response/body/metadata").put("resourceVersion", "1");
    empty.withObject("/response/body").putArray("items");
    return empty;
  }

  private @Nullable JsonNode write(HttpExchange http, String path, String query, JsonNode body) {
    boolean dry = query.contains("dryRun=All");
    if (!dry) {
      String type = http.getRequestHeaders().getFirst("Content-Type");
      writes.add(new Write(http.getRequestMethod(), path, query, type, body));
    }
    for (int at = next; at < exchanges.size(); at++) {
      if (isWrite(exchanges.get(at)) && isDryRun(exchanges.get(at)) == dry) {
        next = at + 1;
        return exchanges.get(at);
      }
    }
    return dry
        ? exchanges.stream()
            .skip(next)
            .filter(e -> isWrite(e) && e.at("/response/status").asInt() == 200)
            .findFirst()
            .orElse(null)
        : null;
  }

  private @Nullable JsonNode object(String path) {
    for (int at = next; at < exchanges.size() && !isWrite(exchanges.get(at)); at++) {
      if (asks(exchanges.get(at), path)) {
        next = at + 1;
        last = exchanges.get(at);
        return last;
      }
    }
    return last != null && asks(last, path) ? last : null;
  }

  private @Nullable JsonNode nearest(Predicate<JsonNode> fits) {
    return IntStream.range(0, exchanges.size())
        .boxed()
        .filter(at -> fits.test(exchanges.get(at)))
        .min(Comparator.comparingInt(at -> 2 * Math.abs(at - next) - (at >= next ? 1 : 0)))
        .map(exchanges::get)
        .orElse(null);
  }

  private void stream(HttpExchange http, String path) throws IOException {
    JsonNode watch;
    synchronized (this) {
      watch =
          exchanges.stream()
              .filter(e -> asks(e, path) && e.path("response").has("lines"))
              .filter(watched::add)
              .findFirst()
              .orElse(null);
      // What follows a watch is played after it.
      next = watch == null ? next : exchanges.indexOf(watch) + 1;
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
