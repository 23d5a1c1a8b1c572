package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// One region of Nomad in memory, over real HTTP: jobs with their versions, blocking queries,
/// reverts with their refusals as recorded, rights. All allocations are replaced at once, unless
/// the job wants a canary or the test holds them.
final class FakeNomad implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NEW = JsonNodeFactory.instance;

  private static final class Job {
    private final long created;
    private final List<ObjectNode> versions = new ArrayList<>();
    private final List<ObjectNode> allocations = new ArrayList<>();
    private @Nullable ObjectNode deployment;
    private long modified;

    Job(long created) {
      this.created = created;
    }

    ObjectNode current() {
      return versions.getLast();
    }
  }

  private record Trouble(int status, String message) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Job> jobs = new TreeMap<>();
  private final List<String> requests = new ArrayList<>();
  private final Set<String> used = new TreeSet<>();
  private final Set<String> tokens = new TreeSet<>();
  private final Map<String, Deque<Trouble>> troubles = new TreeMap<>();
  private @Nullable Set<String> granted;
  private long index = 100;
  private boolean held;
  private boolean evaluates = true;
  private boolean closed;

  FakeNomad() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Only these capabilities are granted.
  synchronized void grant(Collection<String> capabilities) {
    granted = new TreeSet<>(capabilities);
  }

  /// Capabilities that requests have needed.
  synchronized Set<String> used() {
    return new TreeSet<>(used);
  }

  /// Tokens that were shown.
  synchronized Set<String> tokens() {
    return new TreeSet<>(tokens);
  }

  /// What was asked, e.g. `GET /v1/jobs?namespace=default`.
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /// The next request whose method and path begin so is answered like this.
  synchronized void trouble(String beginning, int status, String message) {
    troubles.computeIfAbsent(beginning, b -> new ArrayDeque<>()).add(new Trouble(status, message));
  }

  /// Allocations of versions still to come do not start.
  synchronized void hold() {
    held = true;
  }

  /// Somebody registers a job, or another version of it.
  synchronized void register(ObjectNode spec) {
    String id = spec.path("ID").asText();
    Job job = jobs.computeIfAbsent(id, i -> new Job(++index));
    ObjectNode version = spec.deepCopy();
    version.put("Version", job.versions.size());
    version.put("CreateIndex", job.created).put("JobModifyIndex", ++index);
    version.put("Stable", false).put("SubmitTime", 1_900_000_000_000_000_000L);
    // As the servers do: what scales a group is an object of its own, written with the job.
    if (version.at("/TaskGroups/0/Scaling") instanceof ObjectNode scaling) {
      scaling.put("ID", "policy-" + ++index).put("CreateIndex", index).put("ModifyIndex", index);
    }
    job.versions.add(version);
    if (evaluates) {
      deploy(job);
    }
    changed(job);
  }

  /// What is registered from now on is placed only when this is called again with `true`.
  synchronized void evaluates(boolean now) {
    evaluates = now;
    if (now) {
      jobs.values()
          .forEach(job -> {
            deploy(job);
            changed(job);
          });
    }
  }

  /// All that runs of a job crashes; what runs one a node is not placed anew.
  synchronized void crash(String id) {
    Job job = jobs.get(id);
    if (job != null) {
      job.allocations.stream()
          .filter(a -> a.path("ClientStatus").asText().equals("running"))
          .forEach(a -> a.put("ClientStatus", "failed"));
      changed(job);
    }
  }

  /// Somebody purges it.
  synchronized void purge(String id) {
    jobs.remove(id);
    index++;
    notifyAll();
  }

  /// The server forgets old versions that hold this text.
  synchronized void forget(String text) {
    jobs.values()
        .forEach(job ->
            job.versions.removeIf(v -> !v.equals(job.current()) && v.toString().contains(text)));
  }

  /// The servers are restored from an old snapshot: indexes begin anew.
  synchronized void restore() {
    index = 10;
    jobs.values().forEach(job -> job.modified = index);
    notifyAll();
  }

  /// Changes a deployment, as somebody or Nomad itself.
  synchronized void deployment(String id, String status, String description) {
    Job job = jobs.get(id);
    if (job != null && job.deployment != null) {
      job.deployment.put("Status", status).put("StatusDescription", description);
      changed(job);
    }
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

  private void changed(Job job) {
    job.modified = ++index;
    notifyAll();
  }

  private void deploy(Job job) {
    ObjectNode now = job.current();
    int count = now.at("/TaskGroups/0/Count").asInt();
    int canaries = job.allocations.isEmpty() ? 0 : now.at("/TaskGroups/0/Update/Canary").asInt();
    long version = now.path("Version").asLong();
    ObjectNode deployment = NEW.objectNode();
    deployment.put("ID", "d-" + now.path("ID").asText() + "-" + version);
    deployment.put("JobVersion", version).put("JobCreateIndex", job.created);
    deployment
        .withObject("/TaskGroups/web")
        .put("DesiredCanaries", canaries)
        .put("HealthyAllocs", held ? 0 : canaries == 0 ? count : canaries)
        .put("Promoted", false);
    boolean done = canaries == 0 && !held;
    deployment.put("Status", done ? "successful" : "running");
    deployment.put("StatusDescription", done ? "Deployment completed successfully" : "running");
    job.deployment = isSystem(job) ? null : deployment;
    if (canaries > 0) {
      place(job, version, canaries);
    } else {
      replace(job, version, count);
    }
  }

  private void replace(Job job, long version, int count) {
    boolean system = isSystem(job);
    for (ObjectNode old : job.allocations) {
      // Of what runs one a node, the scheduler leaves alone what failed by itself.
      if (!system || !old.path("ClientStatus").asText().equals("failed")) {
        old.put("DesiredStatus", "stop").put("ClientStatus", "complete");
      }
    }
    place(job, version, count);
  }

  private void place(Job job, long version, int count) {
    for (int i = 0; i < count; i++) {
      ObjectNode allocation = NEW.objectNode();
      allocation.put("ID", "a-%d-%d".formatted(job.created, job.allocations.size()));
      allocation.put("JobVersion", version).put("DesiredStatus", "run");
      allocation.put("ClientStatus", held ? "pending" : "running");
      allocation.put("CreateTime", 1_900_000_001_000_000_000L).put("CreateIndex", ++index);
      allocation.put("NodeID", "node-" + i).put("TaskGroup", "web");
      if (!held) {
        allocation.withObject("/DeploymentStatus").put("Healthy", true);
      }
      job.allocations.add(allocation);
    }
  }

  private void answer(HttpExchange http) throws IOException {
    String method = http.getRequestMethod();
    String path = http.getRequestURI().getPath();
    byte[] sent = http.getRequestBody().readAllBytes();
    int status = 200;
    JsonNode body;
    synchronized (this) {
      requests.add(method + " " + http.getRequestURI());
      String token = http.getRequestHeaders().getFirst("X-Nomad-Token");
      tokens.add(token == null ? "" : token);
      String right = right(method, path);
      Trouble trouble = due(method + " " + path);
      used.add(right);
      if (trouble != null) {
        status = trouble.status();
        body = TextNode.valueOf(trouble.message());
      } else if (granted != null && !granted.contains(right)) {
        status = 403;
        body = TextNode.valueOf("Permission denied");
      } else if (method.equals("POST")) {
        body = post(path, JSON.readTree(sent));
        status = body.isTextual() ? 500 : 200;
      } else {
        waitFor(http.getRequestURI().getQuery());
        body = get(path);
        status = body.isTextual() ? 404 : 200;
      }
      http.getResponseHeaders().add("X-Nomad-Index", String.valueOf(index));
    }
    byte[] bytes =
        (body.isTextual() ? body.asText() : JSON.writeValueAsString(body))
            .getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(status, bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static String right(String method, String path) {
    return method.equals("POST")
        ? "submit-job"
        : path.equals("/v1/jobs") ? "list-jobs" : "read-job";
  }

  private @Nullable Trouble due(String request) {
    for (Map.Entry<String, Deque<Trouble>> one : troubles.entrySet()) {
      if (request.startsWith(one.getKey()) && !one.getValue().isEmpty()) {
        return one.getValue().pollFirst();
      }
    }
    return null;
  }

  private void waitFor(String query) {
    long beyond = 0;
    for (String parameter : query.split("&")) {
      beyond = parameter.startsWith("index=") ? Long.parseLong(parameter.substring(6)) : beyond;
    }
    try {
      // As Nomad: an index that is ahead of the server's is waited for, too, until time is up.
      long until = System.nanoTime() + 300_000_000;
      while (beyond > 0 && index <= beyond && !closed && System.nanoTime() < until) {
        wait(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isSystem(Job job) {
    return job.current().path("Type").asText().equals("system");
  }

  private JsonNode get(String path) {
    if (path.equals("/v1/jobs")) {
      ArrayNode all = NEW.arrayNode();
      jobs.values().forEach(job -> all.add(stub(job)));
      return all;
    }
    String[] parts = path.split("/");
    Job job = jobs.get(parts[3]);
    if (job == null) {
      return parts.length > 4 && parts[4].equals("deployment")
          ? NEW.nullNode()
          : TextNode.valueOf("job not found");
    }
    return switch (parts.length > 4 ? parts[4] : "") {
      case "" -> job.current();
      case "versions" -> {
        ObjectNode versions = NEW.objectNode();
        job.versions.reversed().forEach(versions.putArray("Versions")::add);
        yield versions;
      }
      case "deployment" -> job.deployment == null ? NEW.nullNode() : job.deployment;
      case "allocations" -> {
        ArrayNode all = NEW.arrayNode();
        job.allocations.forEach(all::add);
        yield all;
      }
      default -> NEW.arrayNode();
    };
  }

  private static ObjectNode stub(Job job) {
    ObjectNode stub = job.current().deepCopy();
    stub.retain("ID", "ParentID", "Type", "Periodic", "Stop", "Status", "JobModifyIndex");
    stub.put("ModifyIndex", job.modified);
    return stub;
  }

  private JsonNode post(String path, JsonNode body) {
    String[] parts = path.split("/");
    if (parts[2].equals("deployment")) {
      Job job = jobs.get(parts[4].split("-")[1]);
      if (job != null && job.deployment != null) {
        job.deployment.withObject("/TaskGroups/web").put("Promoted", true);
        job.deployment.put("Status", "successful");
        replace(
            job,
            job.deployment.path("JobVersion").asLong(),
            job.current().at("/TaskGroups/0/Count").asInt());
        changed(job);
      }
      return NEW.objectNode();
    }
    Job job = jobs.get(parts[3]);
    if (job == null) {
      return TextNode.valueOf("job \"%s\" not found".formatted(parts[3]));
    }
    long current = job.current().path("Version").asLong();
    long enforced = body.path("EnforcePriorVersion").asLong(-1);
    if (current != enforced) {
      return TextNode.valueOf(
          "Current job has version %d; enforcing version %d".formatted(current, enforced));
    }
    long wanted = body.path("JobVersion").asLong();
    ObjectNode old =
        job.versions.stream()
            .filter(v -> v.path("Version").asLong() == wanted)
            .findFirst()
            .orElse(null);
    if (old == null) {
      return TextNode.valueOf("job at version %d not found".formatted(wanted));
    }
    register(old);
    return NEW.objectNode();
  }
}
