package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWER =
      "/api/releases/kubernetes/payments/checkout-api/1.42.0/answer";
  private static final String TAKE_BACK =
      "{\"answer\":\"take-back\",\"verdictHash\":\"" + FixtureView.HASH + "\"}";

  @TempDir Path directory;
  private final FixtureView story = new FixtureView();
  private final HttpClient client = HttpClient.newHttpClient();
  private Tokens tokens;
  private WebServer server;

  @BeforeEach
  void start() {
    tokens = Tokens.open(directory, story::now);
    server = start(new WebConfig("127.0.0.1", 0, null, false, List.of()));
  }

  @AfterEach
  void stop() {
    client.close();
    // Netty waits 2 s for latecomers whenever it stops; the next test need not.
    Thread.ofVirtual().start(server::close);
  }

  private WebServer start(WebConfig config) {
    return WebServer.start(
        config,
        story,
        story,
        tokens,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        story::now);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
    request.header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String installToken() throws IOException {
    return Files.readString(directory.resolve("token")).strip();
  }

  private String[] bearer(String secret) {
    return new String[] {"Authorization", "Bearer " + secret};
  }

  /// Sends bytes as they are: the JDK's client does not let one forge Host.
  private String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/status,killSwitch",
    "/api/overview,headline",
    "/api/workloads/kubernetes/payments/checkout-api,deviations",
    "/api/workloads/kubernetes/payments/checkout-api/series?last=15m,tracks",
    "/api/releases/kubernetes/payments/checkout-api/1.42.0,verdictHash",
    "/api/incidents/1112-3,speaksFor",
    "/api/agents/eu-1-p01,completeness",
    "/api/policy,budgets",
    "/api/session,role"
  })
  void readsOnLoopbackAreFree(String path, String component) throws Exception {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    assertThat(JSON.readTree(answer.body()).has(component)).isTrue();
  }

  @Test
  void whatIsUnknownIsNullAndNever0() throws Exception {
    JsonNode agent = JSON.readTree(get("/api/agents").body()).get(0);
    assertThat(agent.get("state").asText()).isEqualTo("silent");
    assertThat(agent.get("linesRead").isNull()).isTrue();
    assertThat(agent.get("completeness").isNull()).isTrue();
    JsonNode learning =
        JSON.readTree(get("/api/workloads/docker/vm-7/mailer").body()).get("workload");
    assertThat(learning.get("risk").isNull()).isTrue();
    assertThat(learning.get("learning").get("progress").asDouble()).isEqualTo(.72);
  }

  @Test
  void aSlashInsideASegmentStaysInside() throws Exception {
    var answer = get("/api/workloads/file/vm-7/var%2Flog%2Fapp.log");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).get("workload").get("key").asText())
        .isEqualTo(FixtureView.LOG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/nothing", "/api/workloads/a/b/c", "/api/incidents/0", "/api/agents/x"})
  void whatIsNotThereIsA404InWords(String path) throws Exception {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(answer.body()).fieldNames())
        .toIterable()
        .containsExactly("expected", "found", "where", "next");
  }

  @ParameterizedTest
  @ValueSource(strings = {"last=soon", "last=9d", "from=5&to=5", "from=x&to=9"})
  void aWrongRangeIsA400InWords(String query) throws Exception {
    var answer = get("/api/workloads/kubernetes/payments/checkout-api/series?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).has("next")).isTrue();
  }

  @Test
  void everyOtherPathIsThePageUnderAStrictPolicy() throws Exception {
    for (String path : List.of("/", "/w/kubernetes/payments/checkout-api", "/nothing")) {
      var answer = get(path);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).startsWith("<!doctype html>").doesNotContain("{assets}");
      assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
          .startsWith("default-src 'self';")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(answer.headers().firstValue("referrer-policy")).contains("no-referrer");
    }
  }

  @Test
  void assetsAreKeptForEverUnderTheirHash() throws Exception {
    String document = get("/").body();
    String script = document.replaceAll("(?s).*src=\"([^\"]+page\\.js)\".*", "$1");
    var answer = get(script);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("cache-control").orElse("")).contains("immutable");
    assertThat(answer.headers().firstValue("content-type").orElse("")).contains("javascript");
    assertThat(get(script.replaceAll("assets/[^/]+", "assets/0")).statusCode()).isEqualTo(404);
    assertThat(get("/assets/../token").body()).doesNotContain(installToken());
  }

  @Test
  void healthAndMetricsAnswer() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").body()).contains("ready");
    assertThat(get("/metrics").body()).contains("armeria_");
  }

  @Test
  void aWriteNeedsAToken() throws Exception {
    assertThat(post("/api/kill-switch", "{\"stopped\":true}").statusCode()).isEqualTo(401);
    assertThat(post("/api/kill-switch", "{\"stopped\":true}", bearer("wrong")).statusCode())
        .isEqualTo(401);
    assertThat(story.status().killSwitch().stopped()).isFalse();
    assertThat(post("/api/kill-switch", "{\"stopped\":true}", bearer(installToken())).statusCode())
        .isEqualTo(200);
    assertThat(story.status().killSwitch().stopped()).isTrue();
  }

  @Test
  void aTokenIsExchangedForACookieThatNoScriptReads() throws Exception {
    var login = post("/api/session", "{\"token\":\"" + installToken() + "\"}");
    String cookie = login.headers().firstValue("set-cookie").orElse("");
    assertThat(cookie)
        .containsIgnoringCase("HttpOnly")
        .contains("SameSite=Strict")
        .contains("Path=/");
    assertThat(cookie).doesNotContain(installToken());
    String pair = cookie.substring(0, cookie.indexOf(';'));
    assertThat(post("/api/test-alert", "{}", "Cookie", pair).statusCode()).isEqualTo(200);
    assertThat(post("/api/test-alert", "{}", "Cookie", pair + "x").statusCode()).isEqualTo(401);
  }

  @Test
  void aRoleMayDoWhatItCovers() throws Exception {
    String viewer = tokens.add("wallboard", Role.VIEW);
    String approver = tokens.add("oncall", Role.APPROVE);
    assertThat(post(ANSWER, TAKE_BACK, bearer(viewer)).statusCode()).isEqualTo(403);
    assertThat(post("/api/kill-switch", "{\"stopped\":true}", bearer(approver)).statusCode())
        .isEqualTo(200);
    var arm = "{\"stopped\":false,\"confirm\":\"arm\"}";
    assertThat(post("/api/kill-switch", arm, bearer(approver)).statusCode()).isEqualTo(403);
    assertThat(post("/api/kill-switch", arm, bearer(installToken())).statusCode()).isEqualTo(200);
  }

  @Test
  void aPipelineMayAnnounceAndNothingElse() throws Exception {
    String pipeline = tokens.add("ci", Role.ANNOUNCE);
    String path = "/api/announcements/kubernetes/ledger/posting-worker";
    String body = "{\"name\":\"5.3.0\",\"commit\":\"9c4\",\"url\":\"https://ci.example/7\"}";
    assertThat(post(path, body).statusCode()).as("nobody").isEqualTo(401);
    assertThat(post(path, body, bearer(tokens.add("wall", Role.VIEW))).statusCode()).isEqualTo(403);
    assertThat(story.announcements()).isEmpty();
    assertThat(post(path, body, bearer(pipeline)).statusCode()).isEqualTo(200);
    assertThat(story.announcements())
        .singleElement()
        .satisfies(said -> {
          assertThat(said.workload()).isEqualTo(FixtureView.POSTING);
          assertThat(said.by()).isEqualTo("ci");
          assertThat(said.commit()).isEqualTo("9c4");
        });
    assertThat(post(ANSWER, TAKE_BACK, bearer(pipeline)).statusCode()).isEqualTo(403);
    assertThat(post("/api/kill-switch", "{\"stopped\":true}", bearer(pipeline)).statusCode())
        .isEqualTo(403);
  }

  @Test
  void announcementsAreBoundedByTokenAndToWorkloadsThatThereAre() throws Exception {
    String pipeline = tokens.add("ci", Role.ANNOUNCE);
    String path = "/api/announcements/kubernetes/ledger/posting-worker";
    var unknown =
        post("/api/announcements/kubernetes/ledger/nobody", "{\"name\":\"1\"}", bearer(pipeline));
    assertThat(unknown.statusCode()).isEqualTo(404);
    for (int i = 1; i < 60; i++) {
      post(path, "{\"name\":\"1." + i + "\"}", bearer(pipeline));
    }
    assertThat(post(path, "{\"name\":\"2\"}", bearer(pipeline)).statusCode()).isEqualTo(429);
    assertThat(story.announcements()).hasSize(59);
    String other = tokens.add("other", Role.ANNOUNCE);
    assertThat(post(path, "{\"name\":\"2\"}", bearer(other)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\" \"}",
        "{\"name\":\"a\\u0007\"}",
        "{\"name\":\"1\",\"url\":\"javascript:alert(1)\"}"
      })
  void aWrongAnnouncementIsRefusedAndNotKept(String body) throws Exception {
    String path = "/api/announcements/kubernetes/ledger/posting-worker";
    var answer = post(path, body, bearer(installToken()));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("expected");
    assertThat(story.announcements()).isEmpty();
  }

  @Test
  void aWebMetricReadsTheVerdictUnderOneKey() throws Exception {
    String path = "/api/gate/kubernetes/ledger/posting-worker";
    JsonNode undecided = JSON.readTree(get(path + "?release=5.3.0").body()).path("data");
    assertThat(undecided.path("ok").asBoolean(true)).isFalse();
    assertThat(undecided.path("answer").asText()).isEqualTo("wait");
    story.conclude("healthy");
    JsonNode any = JSON.readTree(get(path).body()).path("data");
    assertThat(any.path("answer").asText()).as("which may be the one before").isEqualTo("wait");
    JsonNode newest = JSON.readTree(get(path + "?since=0").body()).path("data");
    assertThat(newest.path("ok").asBoolean()).isTrue();
    assertThat(newest.path("answer").asText()).isEqualTo("pass");
    JsonNode unknown = JSON.readTree(get(path + "?release=6.0").body()).path("data");
    assertThat(unknown.path("word").asText()).isEqualTo("not deployed yet");
  }

  @ParameterizedTest
  @CsvSource({
    "undecided so far,not-regressed,200",
    "undecided so far,healthy,409",
    "cannot judge,not-regressed,200",
    "regressed,not-regressed,409",
    "regressed,healthy,409",
    "healthy,healthy,200",
  })
  void flaggerIsHeldByStatus(String word, String pass, int status) throws Exception {
    story.conclude(word);
    String token = tokens.add("flagger", Role.VIEW);
    String body =
        """
        {"name": "posting-worker", "namespace": "ledger", "phase": "Progressing", "checksum": "85d5",
         "metadata": {"pass": "%s", "token": "%s", "release": "5.3.0"}}
        """
            .formatted(pass, token);
    assertThat(post("/api/gate/flagger", body).statusCode()).isEqualTo(status);
  }

  @Test
  void flaggerWithoutATokenOrWithAWrongOneIsToldNothing() throws Exception {
    String body = "{\"name\":\"posting-worker\",\"namespace\":\"ledger\",\"metadata\":{%s}}";
    var nobody = post("/api/gate/flagger", body.formatted(""));
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.body()).contains("metadata.token").doesNotContain("5.3.0");
    var nothing = post("/api/gate/flagger", body.formatted("\"token\":null,\"pass\":null"));
    assertThat(nothing.statusCode()).isEqualTo(401);
    var odd = "\"token\":\"" + installToken() + "\",\"pass\":";
    assertThat(post("/api/gate/flagger", body.formatted(odd + "null")).statusCode()).isEqualTo(200);
    assertThat(post("/api/gate/flagger", body.formatted(odd + "\"perhaps\"")).statusCode())
        .isEqualTo(400);
    var wrong = post("/api/gate/flagger", body.formatted("\"token\":\"guessed\""));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(
            post("/api/gate/flagger", body.formatted(""), "Origin", "http://evil.example")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void armingTakesTheWord() throws Exception {
    var answer = post("/api/kill-switch", "{\"stopped\":false}", bearer(installToken()));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("body.confirm");
  }

  @Test
  void aStaleAnswerIsRefusedWithWhatChanged() throws Exception {
    story.changeTheVerdict();
    var answer = post(ANSWER, TAKE_BACK, bearer(installToken()));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("evidence was weighed again");
    assertThat(story.status().waiting()).isEqualTo(1);
  }

  @Test
  void aPageOfAnotherOriginMayNotWrite() throws Exception {
    for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:1")) {
      var answer =
          post(
              "/api/kill-switch",
              "{\"stopped\":true}",
              "Authorization",
              "Bearer " + installToken(),
              "Origin",
              origin);
      assertThat(answer.statusCode()).as(origin).isEqualTo(403);
    }
    var own = "http://127.0.0.1:" + server.port();
    var answer =
        post(
            "/api/kill-switch",
            "{\"stopped\":true}",
            "Authorization",
            "Bearer " + installToken(),
            "Origin",
            own);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void aNameThatOnlyResolvesToLoopbackMayNotRead() throws Exception {
    assertThat(raw("GET /api/status HTTP/1.1\r\nHost: evil.example:7600\r\n"))
        .startsWith("HTTP/1.1 403")
        .contains("header Host");
    assertThat(raw("GET /api/status HTTP/1.1\r\nHost: localhost:7600\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void whatAFormCanSendIsNotTaken() throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/api/kill-switch"))
            .header("Content-Type", "text/plain")
            .headers(bearer(installToken()))
            .POST(BodyPublishers.ofString("{\"stopped\":true}"));
    assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(400);
  }

  @Test
  void aBodyIsBoundedAndUnknownComponentsAreNamed() throws Exception {
    assertThat(post("/api/silences", " ".repeat(70_000), bearer(installToken())).statusCode())
        .isEqualTo(413);
    var answer = post("/api/kill-switch", "{\"stoped\":true}", bearer(installToken()));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("stoped");
  }

  @Test
  void afterTenWrongTokensNoOtherIsToldThatItIsWrong() throws Exception {
    for (int i = 0; i < Gate.WRONG_TOKENS; i++) {
      assertThat(post("/api/session", "{\"token\":\"x\"}").statusCode()).isEqualTo(401);
    }
    assertThat(post("/api/session", "{\"token\":\"x\"}").statusCode()).isEqualTo(429);
    assertThat(post("/api/session", "{\"token\":\"" + installToken() + "\"}").statusCode())
        .as("whoever shares the address is not shut out")
        .isEqualTo(200);
  }

  @Test
  void plainTextBeyondLoopbackTakesTheOperatorsWord() {
    assertThatThrownBy(() -> start(new WebConfig("0.0.0.0", 0, null, false, List.of())))
        .hasMessageContaining("listen.people.insecure: i-know")
        .hasMessageContaining("nothing was started");
  }

  @Test
  void beyondLoopbackReadsNeedATokenToo() throws Exception {
    server.close();
    server = start(new WebConfig("0.0.0.0", 0, null, true, List.of()));
    assertThat(get("/api/status").statusCode()).isEqualTo(401);
    assertThat(get("/metrics").statusCode()).isEqualTo(401);
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/health").statusCode()).isEqualTo(200);
    var request = HttpRequest.newBuilder(uri("/api/status")).headers(bearer(installToken()));
    assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void aStreamThatIsCutAndTakenUpAgainHasNeitherGapNorDouble() throws Exception {
    List<Long> sent = new ArrayList<>();
    List<Long> got = new CopyOnWriteArrayList<>();
    for (int round = 0; round < 4; round++) {
      long last = got.isEmpty() ? 0 : got.getLast();
      sent.add(story.happen("verdict", "one")); // while nobody listens
      try (var stream = new Stream("/api/events?since=" + last)) {
        for (int i = 0; i < 50; i++) {
          sent.add(story.happen("verdict", "more"));
        }
        stream.readUntil(sent.get(sent.size() - 1 - round * 7), got);
      }
    }
    long last = got.getLast();
    try (var stream = new Stream("/api/events?since=" + last)) {
      long end = story.happen("verdict", "end");
      sent.add(end);
      stream.readUntil(end, got);
    }
    assertThat(got).containsExactlyElementsOf(sent);
  }

  @Test
  void eventsThatHaveBeenLetGoAreSaidToBeMissing() throws Exception {
    long first = story.happen("verdict", "a");
    story.happen("verdict", "b");
    long newest = story.happen("verdict", "c");
    story.forgetEventsUntil(first + 1);
    try (var stream = new Stream("/api/events?since=" + first)) {
      assertThat(stream.next("gap")).isEqualTo(newest);
    }
  }

  @Test
  void theHeartbeatCarriesNoIdSoThatAResumeMissesNothing() throws Exception {
    try (var stream = new Stream("/api/events")) {
      assertThat(stream.next("heartbeat")).isNegative();
    }
  }

  @Test
  void listenersAreBounded() throws Exception {
    List<Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < EventFeed.MAX_LISTENERS; i++) {
        streams.add(new Stream("/api/events"));
      }
      assertThat(get("/api/events").statusCode()).isEqualTo(429);
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> {
          try (var stream = new Stream("/api/events")) {
            assertThat(stream.status).contains("200");
          }
        });
  }

  @Test
  void theInstallTokenIsReadableByItsOwnerOnly() throws IOException {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aRevokedTokenTakesItsSessionsWithItAndASecretIsNeverKept() throws IOException {
    String secret = tokens.add("oncall", Role.APPROVE);
    String session = tokens.openSession(new Actor("oncall", Role.APPROVE));
    assertThat(Files.readString(directory.resolve("tokens"))).doesNotContain(secret);
    Tokens afterRestart = Tokens.open(directory, story::now);
    assertThat(afterRestart.actorOf(session)).map(Actor::name).contains("oncall");
    assertThat(afterRestart.revoke("oncall")).isTrue();
    assertThat(afterRestart.identify(secret)).isEmpty();
    assertThat(afterRestart.actorOf(session)).isEmpty();
  }

  @Test
  void aSessionEndsAfterTwelveHours() {
    String session = tokens.openSession(new Actor("install", Role.ADMINISTER));
    Tokens later = Tokens.open(directory, () -> story.now() + 13 * 3_600_000L);
    assertThat(later.actorOf(session)).isEmpty();
    assertThat(tokens.actorOf(session)).isPresent();
  }

  /// A server-sent stream over a plain socket, so that it can be cut anywhere.
  private final class Stream implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    private final BufferedReader in;
    final String status;

    Stream(String path) throws IOException {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      status = in.readLine();
    }

    /// The id of the next event of a kind; negative when it has none.
    long next(String kind) throws IOException {
      long id = -1;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("id: ")) {
          id = Long.parseLong(line.substring(4));
        } else if (line.startsWith("event: ")) {
          if (line.equals("event: " + kind)) {
            return id;
          }
          id = -1;
        }
      }
      throw new IOException("the stream ended before a " + kind);
    }

    void readUntil(long id, List<Long> got) throws IOException {
      do {
        got.add(next("verdict"));
      } while (got.getLast() < id);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
