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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers as a recorded server did: reads of one thing in order up to the next write, the last one
/// again and again; a write is answered by the next recorded one; what is asked beside the story by
/// the answer recorded nearest.
abstract class RecordedServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode recording;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private List<JsonNode> exchanges = new ArrayList<>();
  private int next;
  private @Nullable JsonNode last;

  /// @param folder of the platform among the recordings
  RecordedServer(String folder, String file) throws IOException {
    Path fixtures =
        Path.of(System.getProperty("tocsin.root"))
            .resolveSibling("shared/fixtures")
            .resolve(folder);
    assumeTrue(Files.isDirectory(fixtures), "no recorded exchanges at " + fixtures);
    recording = JSON.readTree(fixtures.resolve(file).toFile());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /// Answers one request.
  abstract void answer(HttpExchange http) throws IOException;

  int port() {
    return server.getAddress().getPort();
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

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /// What is played.
  synchronized List<JsonNode> exchanges() {
    return List.copyOf(exchanges);
  }

  /// Goes on right after this one.
  synchronized void goOnAfter(JsonNode exchange) {
    next = exchanges.indexOf(exchange) + 1;
  }

  static boolean isWrite(JsonNode exchange) {
    JsonNode request = exchange.path("request");
    // Asking for one's rights is a POST that changes nothing.
    return !request.path("method").asText().equals("GET")
        && !request.path("path").asText().contains("/authorization.k8s.io/");
  }

  static boolean asks(JsonNode exchange, String path) {
    return !isWrite(exchange) && exchange.path("request").path("path").asText().equals(path);
  }

  /// The next read of the story; the one before again where a write comes first.
  synchronized @Nullable JsonNode read(Predicate<JsonNode> fits) {
    for (int at = next; at < exchanges.size() && !isWrite(exchanges.get(at)); at++) {
      if (fits.test(exchanges.get(at))) {
        next = at + 1;
        last = exchanges.get(at);
        return last;
      }
    }
    return last != null && fits.test(last) ? last : null;
  }

  /// The next write of the story.
  synchronized @Nullable JsonNode write(Predicate<JsonNode> fits) {
    for (int at = next; at < exchanges.size(); at++) {
      if (isWrite(exchanges.get(at)) && fits.test(exchanges.get(at))) {
        next = at + 1;
        return exchanges.get(at);
      }
    }
    return null;
  }

  /// The first of what is still to come, whether it is reached or not.
  synchronized @Nullable JsonNode ahead(Predicate<JsonNode> fits) {
    return exchanges.stream().skip(next).filter(fits).findFirst().orElse(null);
  }

  /// Of two that are as near the later.
  synchronized @Nullable JsonNode nearest(Predicate<JsonNode> fits) {
    return IntStream.range(0, exchanges.size())
        .boxed()
        .filter(at -> fits.test(exchanges.get(at)))
        .min(Comparator.comparingInt(at -> 2 * Math.abs(at - next) - (at >= next ? 1 : 0)))
        .map(exchanges::get)
        .orElse(null);
  }

  /// Sends what was recorded; 404 where nothing was.
  static void reply(HttpExchange http, @Nullable JsonNode exchange) throws IOException {
    ObjectNode unknown = JsonNodeFactory.instance.objectNode();
    unknown.withObject("/response/body").put("message", "not recorded");
    unknown.withObject("/response").put("status", 404);
    JsonNode response = (exchange == null ? unknown : exchange).path("response");
    response
        .path("headers")
        .properties()
        .forEach(
            header -> http.getResponseHeaders().add(header.getKey(), header.getValue().asText()));
    http.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    JsonNode body = response.path("body");
    boolean text = body.isTextual() && !type(http).contains("json");
    String sent = text ? body.asText() : JSON.writeValueAsString(body);
    byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(response.path("status").asInt(), bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static String type(HttpExchange http) {
    return String.valueOf(http.getResponseHeaders().getFirst("Content-Type"));
  }

  /// An answer that nobody recorded.
  static ObjectNode made(int status, JsonNode body) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    made.withObject("/response").put("status", status).set("body", body);
    return made;
  }
}
