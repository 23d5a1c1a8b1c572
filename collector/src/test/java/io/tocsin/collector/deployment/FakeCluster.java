package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An API server in memory, over real HTTP: objects, lists in pages, watches with a history that
/// can be forgotten, json-patch with its tests, rights. What controllers do is up to the test,
/// which hears of each write.
final class FakeCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One thing that watches tell.
  private record Event(long version, String type, String collection, JsonNode object) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final Set<String> used = new TreeSet<>();
  private final Map<String, Deque<ObjectNode>> troubles = new HashMap<>();
  private final Set<String> closedNamespaces = new TreeSet<>();
  private @Nullable Set<String> granted;
  private long version = 100;
  private long forgotten;
  private int cuts;
  private boolean stalled;
  private boolean closed;
  private int pageSize = 500;
  private Consumer<ObjectNode> controller = object -> {};

  FakeCluster() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Who is told of each object written by a request: its answer is known and not sent yet, so that
  /// whoever asked finds what the controller did.
  void controller(Consumer<ObjectNode> acts) {
    controller = acts;
  }

  /// Only these rights are granted, each as `verb group/resource`.
  synchronized void grant(Collection<String> rights) {
    granted = new TreeSet<>(rights);
  }

  /// No right is granted in this namespace.
  synchronized void closeNamespace(String namespace) {
    closedNamespaces.add(namespace);
  }

  /// Rights that requests have needed.
  synchronized Set<String> used() {
    return new TreeSet<>(used);
  }

  /// What was asked, e.g. `GET /api/v1/pods?limit=500`.
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  synchronized long count(String beginning, String part) {
    return requests.stream().filter(r -> r.startsWith(beginning) && r.contains(part)).count();
  }

  synchronized void pageSize(int objects) {
    pageSize = objects;
  }

  /// The next request of this method is answered like this.
  synchronized void trouble(String method, int status, String message, int retryAfter) {
    ObjectNode trouble = JsonNodeFactory.instance.objectNode();
    trouble.put("code", status).put("message", message).put("retryAfter", retryAfter);
    troubles.computeIfAbsent(method, m -> new ArrayDeque<>()).add(trouble);
  }

  /// The next request of this method that no trouble is due for is answered as usual.
  synchronized void noTrouble(String method) {
    troubles
        .computeIfAbsent(method, m -> new ArrayDeque<>())
        .add(JsonNodeFactory.instance.objectNode());
  }

  /// Creates or replaces an object, as somebody in the cluster.
  ///
  /// @param collection e.g. `/apis/apps/v1/namespaces/shop/deployments`
  synchronized void put(String collection, ObjectNode object) {
    String path = collection + "/" + name(object);
    boolean there = objects.containsKey(path);
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("namespace", collection.split("/namespaces/")[1].split("/")[0]);
    metadata.put("resourceVersion", String.valueOf(++version));
    objects.put(path, object);
    tell(new Event(version, there ? "MODIFIED" : "ADDED", collection, object.deepCopy()));
  }

  /// Deletes an object, as somebody in the cluster.
  synchronized void remove(String path) {
    ObjectNode removed = objects.remove(path);
    if (removed != null) {
      ObjectNode last = removed.deepCopy();
      last.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
      tell(new Event(version, "DELETED", path.substring(0, path.lastIndexOf('/')), last));
    }
  }

  synchronized @Nullable ObjectNode get(String path) {
    ObjectNode found = objects.get(path);
    return found == null ? null : found.deepCopy();
  }

  synchronized List<ObjectNode> list(String collection) {
    return objects.entrySet().stream()
        .filter(e -> e.getKey().startsWith(collection + "/"))
        .map(e -> e.getValue().deepCopy())
        .toList();
  }

  /// Tells all watches of a collection how far they have come: the version returned.
  synchronized long bookmark(String collection) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
    tell(new Event(version, "BOOKMARK", collection, object));
    return version;
  }

  /// Forgets what was before the last event, as a compaction of the store does.
  synchronized void forgetHistory() {
    forgotten = version - 1;
  }

  /// Breaks every open watch in the middle of a line.
  synchronized void cut() {
    cuts++;
    notifyAll();
  }

  /// From now on watches tell nothing more and never end, like a connection that died silently.
  synchronized void stall(boolean on) {
    stalled = on;
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private void tell(Event event) {
    events.add(event);
    notifyAll();
  }

  private void answer(HttpExchange http) throws IOException {
    URI uri = http.getRequestURI();
    String path = uri.getPath();
    Map<String, String> query = query(uri.getRawQuery());
    byte[] sent = http.getRequestBody().readAllBytes();
    boolean watch = query.containsKey("watch");
    ObjectNode answer;
    ObjectNode written = null;
    synchronized (this) {
      requests.add(
          http.getRequestMethod() + " " + path + (query.isEmpty() ? "" : "?" + uri.getQuery()));
      boolean review = path.endsWith("/selfsubjectaccessreviews");
      answer =
          review
              ? review(JSON.readTree(sent).at("/spec/resourceAttributes"))
              : trouble(http.getRequestMethod(), path, watch);
      if (answer == null && !watch) {
        answer =
            switch (http.getRequestMethod()) {
              case "PATCH" -> patch(path, JSON.readTree(sent), query.containsKey("dryRun"));
              case "DELETE" -> delete(path, JSON.readTree(sent));
              default -> read(path, query);
            };
        boolean wrote = !http.getRequestMethod().equals("GET") && !query.containsKey("dryRun");
        written = wrote && !answer.has("code") ? answer : null;
      }
    }
    if (answer == null) {
      stream(http, path, Long.parseLong(query.getOrDefault("resourceVersion", "0")), query);
      return;
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    if (written != null) {
      controller.accept(written);
    }
    http.getResponseHeaders().add("Content-Type", "application/json");
    if (answer.path("retryAfter").asInt() > 0) {
      http.getResponseHeaders().add("Retry-After", answer.path("retryAfter").asText());
    }
    http.sendResponseHeaders(answer.path("code").asInt(200), bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  /// What anybody may ask about himself.
  private ObjectNode review(JsonNode asked) {
    String right =
        "%s %s/%s"
            .formatted(
                asked.path("verb").asText(),
                asked.path("group").asText(),
                asked.path("resource").asText());
    boolean allowed =
        (granted == null || granted.contains(right))
            && !closedNamespaces.contains(asked.path("namespace").asText());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.withObject("/status").put("allowed", allowed);
    return answer;
  }

  private @Nullable ObjectNode trouble(String method, String path, boolean watch) {
    List<String> segments = Arrays.asList(path.substring(1).split("/"));
    int root = segments.getFirst().equals("api") ? 2 : 3;
    String group = root == 2 ? "" : segments.get(1);
    boolean namespaced = segments.get(root).equals("namespaces");
    int resource = namespaced ? root + 2 : root;
    boolean one = segments.size() > resource + 1;
    String verb =
        switch (method) {
          case "GET" -> one ? "get" : watch ? "watch" : "list";
          default -> method.toLowerCase(Locale.ROOT);
        };
    String right = "%s %s/%s".formatted(verb, group, segments.get(resource));
    used.add(right);
    boolean open = !namespaced || !closedNamespaces.contains(segments.get(root + 1));
    if (!open || (granted != null && !granted.contains(right))) {
      String where =
          namespaced
              ? "in the namespace \"" + segments.get(root + 1) + "\""
              : "at the cluster scope";
      return status(
          403,
          "User \"tocsin\" cannot %s resource \"%s\" in API group \"%s\" %s"
              .formatted(verb, segments.get(resource), group, where));
    }
    Deque<ObjectNode> due = troubles.get(method);
    ObjectNode trouble = due == null ? null : due.poll();
    return trouble == null || trouble.isEmpty() ? null : trouble;
  }

  private ObjectNode read(String path, Map<String, String> query) {
    ObjectNode one = objects.get(path);
    if (one != null) {
      return one.deepCopy();
    }
    String last = path.substring(path.lastIndexOf('/') + 1);
    boolean collection =
        !path.contains("/namespaces/") || path.split("/namespaces/")[1].split("/").length == 2;
    if (!collection) {
      return status(404, last + " not found");
    }
    int from = Integer.parseInt("0" + query.getOrDefault("continue", ""));
    if (from > 0 && version - 1 < forgotten) {
      return status(410, "The provided continue parameter is too old");
    }
    List<ObjectNode> found =
        objects.entrySet().stream()
            .filter(e -> in(e.getKey().substring(0, e.getKey().lastIndexOf('/')), path))
            .filter(e -> selected(e.getValue(), query.getOrDefault("labelSelector", "")))
            .map(Map.Entry::getValue)
            .toList();
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.withObject("/metadata").put("resourceVersion", String.valueOf(version));
    int to = Math.min(found.size(), from + pageSize);
    if (to < found.size()) {
      list.withObject("/metadata").put("continue", String.valueOf(to));
    }
    found.subList(from, to).forEach(list.withArray("/items")::add);
    return list.deepCopy();
  }

  private static boolean in(String collection, String asked) {
    return collection.equals(asked)
        || collection.replaceFirst("/namespaces/[^/]+", "").equals(asked);
  }

  private static boolean selected(JsonNode object, String selector) {
    return Arrays.stream(selector.split(","))
        .filter(term -> !term.isEmpty())
        .map(term -> term.split("="))
        .allMatch(
            term -> object.path("metadata").path("labels").path(term[0]).asText().equals(term[1]));
  }

  private ObjectNode patch(String path, JsonNode operations, boolean dry) {
    ObjectNode object = get(path);
    if (object == null) {
      return status(404, path + " not found");
    }
    for (JsonNode operation : operations) {
      String at = operation.path("path").asText();
      if (operation.path("op").asText().equals("test")) {
        if (!object.at(at).equals(operation.path("value"))) {
          return status(422, "the server rejected our request due to an error in our request");
        }
      } else {
        String parent = at.substring(0, at.lastIndexOf('/'));
        ((ObjectNode) object.at(parent))
            .set(at.substring(parent.length() + 1), operation.path("value").deepCopy());
      }
    }
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("generation", metadata.path("generation").asLong() + 1);
    // As a real one shows a template, whatever was written.
    object.withObject("/spec/template/metadata").putNull("creationTimestamp");
    if (!dry) {
      put(path.substring(0, path.lastIndexOf('/')), object);
    }
    return object.deepCopy();
  }

  private ObjectNode delete(String path, JsonNode options) {
    ObjectNode object = get(path);
    if (object == null) {
      return status(404, path + " not found");
    }
    if (!options.at("/preconditions/uid").equals(object.at("/metadata/uid"))) {
      return status(409, "the UID in the precondition does not match");
    }
    remove(path);
    return object;
  }

  private void stream(HttpExchange http, String path, long from, Map<String, String> query)
      throws IOException {
    long end = System.nanoTime() + Long.parseLong(query.get("timeoutSeconds")) * 1_000_000_000L;
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(200, 0);
    OutputStream out = http.getResponseBody();
    out.flush();
    long told = from;
    int cutsBefore;
    synchronized (this) {
      cutsBefore = cuts;
      if (from < forgotten) {
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "ERROR");
        error.set("object", status(410, "too old resource version: " + from));
        line(out, error);
        out.close();
        return;
      }
    }
    while (true) {
      List<Event> due;
      synchronized (this) {
        due = due(path, told);
        while (!closed
            && cuts == cutsBefore
            && due.isEmpty()
            && (stalled || System.nanoTime() < end)) {
          try {
            wait(50);
          } catch (InterruptedException e) {
            return;
          }
          due = due(path, told);
        }
        if (closed || cuts != cutsBefore) {
          out.write("{\"type\":\"MODI".getBytes(StandardCharsets.UTF_8));
          out.flush();
          http.close();
          return;
        }
        if (due.isEmpty()) {
          out.close();
          return;
        }
      }
      for (Event event : due) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", event.type());
        line.set("object", event.object());
        line(out, line);
        told = event.version();
      }
    }
  }

  private List<Event> due(String path, long told) {
    return stalled
        ? List.of()
        : events.stream().filter(e -> e.version() > told && in(e.collection(), path)).toList();
  }

  private static void line(OutputStream out, JsonNode line) throws IOException {
    out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static ObjectNode status(int code, String message) {
    return JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }
}
