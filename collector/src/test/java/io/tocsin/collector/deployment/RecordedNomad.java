package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A recorded server of Nomad. Its executor asked for less than ours: each thing is a story of its
/// own between two writes; one that was not read there is what it was at the next read, or else at
/// the one before.
final class RecordedNomad extends RecordedServer {

  /// @param query as sent
  record Write(String path, String query, JsonNode body) {}

  private final List<Write> writes = new ArrayList<>();
  private final Map<String, Integer> cursors = new HashMap<>();
  private final Map<String, ObjectNode> standing = new HashMap<>();
  private int written;

  RecordedNomad(String file) throws IOException {
    super("nomad", file);
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  synchronized void play(String... phases) {
    super.play(phases);
    cursors.clear();
    written = 0;
  }

  /// What is answered to a question that nobody recorded.
  synchronized void stand(String path, long index, JsonNode body) {
    ObjectNode made = made(200, body);
    made.withObject("/response/headers").put("X-Nomad-Index", String.valueOf(index));
    standing.put(path, made);
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

  @Override
  void answer(HttpExchange http) throws IOException {
    String path = http.getRequestURI().getPath();
    byte[] sent = http.getRequestBody().readAllBytes();
    if (http.getRequestMethod().equals("POST")) {
      reply(http, posted(path, http.getRequestURI().getQuery(), JSON.readTree(sent)));
      return;
    }
    JsonNode found = of(path);
    reply(http, found == null ? unrecorded(path) : found);
  }

  private synchronized @Nullable JsonNode posted(String path, String query, JsonNode body) {
    writes.add(new Write(path, query, body));
    JsonNode next = write(e -> true);
    written = next == null ? written : exchanges().indexOf(next) + 1;
    return next;
  }

  private synchronized @Nullable JsonNode unrecorded(String path) {
    ObjectNode made = standing.get(path);
    if (made != null) {
      return made;
    }
    return path.endsWith("/deployment")
        ? made(200, JsonNodeFactory.instance.nullNode())
        : path.endsWith("/allocations") || path.equals("/v1/jobs")
            ? made(200, JsonNodeFactory.instance.arrayNode())
            : null;
  }

  private synchronized @Nullable JsonNode of(String path) {
    List<JsonNode> story = exchanges();
    int from = Math.max(written, cursors.getOrDefault(path, 0));
    JsonNode before = null;
    for (int at = 0; at < story.size(); at++) {
      JsonNode one = story.get(at);
      boolean later = at >= from;
      if (later && isWrite(one) && cursors.getOrDefault(path, -1) > written) {
        return before; // what was read last holds until the next write
      }
      if (asks(one, path)) {
        if (later) {
          boolean reached = story.subList(from, at).stream().noneMatch(RecordedServer::isWrite);
          if (reached) {
            cursors.put(path, at + 1);
          }
          return one;
        }
        before = one;
      }
    }
    return before;
  }
}
