package io.tocsin.collector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.collector.alert.Incident.State;
import io.tocsin.collector.store.StateStore;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a real Alertmanager, Debian's prometheus-alertmanager, that tells a receiver of ours.
class AlertmanagerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BINARY = "prometheus-alertmanager";

  @TempDir Path directory;
  private final StateStore store = StateStore.inMemory();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private @Nullable HttpServer receiver;
  private @Nullable Process alertmanager;
  private String address = "";

  @BeforeEach
  void start() throws IOException {
    Path binary = binary();
    assumeTrue(
        binary != null,
        BINARY + " is not on the PATH: apt-get install prometheus-alertmanager to run this");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver = server;
    server.createContext(
        "/",
        http -> {
          told.add(JSON.readTree(http.getRequestBody().readAllBytes()));
          http.sendResponseHeaders(200, -1);
          http.close();
        });
    server.start();
    Path config = directory.resolve("alertmanager.yml");
    Files.writeString(
        config,
        """
        route: {receiver: ours, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
        receivers:
          - name: ours
            webhook_configs: [{url: "http://127.0.0.1:%d/", send_resolved: true}]
        """
            .formatted(server.getAddress().getPort()));
    int port = freePort();
    address = "http://127.0.0.1:" + port;
    alertmanager =
        new ProcessBuilder(
                String.valueOf(binary),
                "--config.file=" + config,
                "--storage.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/-/ready") == 200);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (alertmanager != null) {
      alertmanager.destroy();
      alertmanager.waitFor();
    }
    if (receiver != null) {
      receiver.stop(0);
    }
    client.close();
    threads.close();
  }

  private static @Nullable Path binary() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path binary = Path.of(folder, BINARY);
      if (Files.isExecutable(binary)) {
        return binary;
      }
    }
    return null;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private int get(String path) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private AlertConfig config(Duration heartbeat) {
    return new AlertConfig(
        List.of(
            Routes.to(
                "am",
                URI.create(address + "/api/v2/alerts"),
                null,
                Shape.ALERTMANAGER,
                List.of(),
                heartbeat)),
        ShapeTest.CONFIG.owners(),
        Duration.ofMinutes(10),
        Duration.ofHours(2),
        Duration.ofDays(1),
        URI.create("https://tocsin.example.org"));
  }

  private Alerter alerter(AlertConfig config) {
    return Alerter.start(
        config, store, System::currentTimeMillis, 1, threads, () -> "c0ffee", () -> true);
  }

  /// As `ShapeTest` has it, but now.
  private static Incident incident(State state) {
    Incident then = ShapeTest.incident(state, "checkout fails.", false);
    long now = System.currentTimeMillis();
    return new Incident(
        then.id(),
        then.state(),
        then.title(),
        then.workloads(),
        then.release(),
        then.releaseName(),
        now - 60_000,
        now,
        now,
        state == State.RESOLVED ? (Long) now : null,
        then.severity(),
        1,
        1,
        0.75,
        then.verdict(),
        false,
        List.of(),
        List.of(),
        0,
        List.of(),
        1,
        null,
        null);
  }

  private void tell(AlertConfig config, Incident incident, String type) {
    long now = System.currentTimeMillis();
    News news = News.of(incident, type, "msg_" + type, now, config, "c0ffee");
    Route route = config.routes().getFirst();
    var delivery =
        new Delivery(
            route.name(),
            news.webhookId(),
            type,
            incident.id(),
            type.equals("incident.resolved") ? 1 : 0,
            route.shape(),
            Shape.body(news, route),
            now,
            now,
            0,
            null,
            false);
    store.write(List.of(Rows.incident(incident), Rows.delivery(delivery)));
  }

  private List<JsonNode> told(String status, String alertname) {
    return told.stream()
        .filter(group -> group.path("status").asText().equals(status))
        .filter(group -> group.at("/alerts/0/labels/alertname").asText().equals(alertname))
        .toList();
  }

  @Test
  void anIncidentIsSeenFiringAndResolved() {
    AlertConfig config = config(Duration.ofHours(1));
    try (var alerter = alerter(config)) {
      tell(config, incident(State.OPEN), "incident.opened");
      alerter.wake();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !told("firing", "TocsinIncident").isEmpty());
      tell(config, incident(State.RESOLVED), "incident.resolved");
      alerter.wake();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !told("resolved", "TocsinIncident").isEmpty());
      assertThat(alerter.routes().getFirst().delivered()).isEqualTo(2);
      assertThat(alerter.deadLetters(10)).isEmpty();
    }
    JsonNode firing = told("firing", "TocsinIncident").getFirst();
    assertThat(firing.at("/alerts/0/labels/owner").asText()).isEqualTo("payments");
    assertThat(firing.at("/alerts/0/generatorURL").asText())
        .isEqualTo("https://tocsin.example.org/i/01a-2b");
    assertThat(fields(firing))
        .as("what we post as alertmanager-webhook is what it posts")
        .isEqualTo(fields(ours()));
    assertThat(fields(firing.at("/alerts/0"))).isEqualTo(fields(ours().at("/alerts/0")));
    assertThat(ours().path("version")).isEqualTo(firing.path("version"));
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> fields = new HashSet<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static JsonNode ours() {
    News news =
        News.of(
            ShapeTest.incident(State.OPEN, "checkout fails.", false),
            "incident.opened",
            "msg_1",
            0,
            ShapeTest.CONFIG,
            "c0ffee");
    try {
      return JSON.readTree(Shape.body(news, ShapeTest.route(Shape.ALERTMANAGER_WEBHOOK)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatFiresIsToldAgainWithTheHeartbeat() {
    AlertConfig config = config(Duration.ofMinutes(5));
    // Told before, in another life of the collector.
    store.write(List.of(Rows.incident(incident(State.OPEN))));
    try (var alerter = alerter(config)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              !told("firing", "TocsinWatchdog").isEmpty()
                  && !told("firing", "TocsinIncident").isEmpty());
      assertThat(alerter.routes()).hasSize(1);
    }
  }
}
