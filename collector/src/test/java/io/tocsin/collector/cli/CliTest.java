package io.tocsin.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real HTTP server stands for the collector; it answers what it was told and keeps what it got.
class CliTest {
  private static final String RELEASE = "/api/releases/directory/host1/shop/1.1";

  @TempDir Path directory;
  private final Map<String, String> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final HttpServer server;
  private int refuseWith;

  CliTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/", this::answer);
    server.start();
  }

  @BeforeEach
  void token() throws IOException {
    Files.writeString(directory.resolve("token"), "t0ken\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void workloadsAreATableForPeopleAndJsonForPrograms() {
    answers.put(
        "GET /api/workloads",
        """
        [{"key":"directory/host1/shop","state":"well","release":null,"sentence":"All \\u001b[31mwell."}]
        """);
    assertThat(run("workloads").out)
        .isEqualTo(
            """
            WORKLOAD              STATE  RELEASE  SENTENCE
            directory/host1/shop  well   -        All  [31mwell.
            """);
    assertThat(run("workloads", "--json").out).contains("\"key\" : \"directory/host1/shop\"");
  }

  @Test
  void anOpenIncidentIsToldByTheExitCode() {
    answers.put("GET /api/incidents", "[{\"id\":\"i1\",\"state\":\"open\",\"severity\":\"high\"}]");
    assertThat(run("incidents").code).isEqualTo(ExitCode.NEEDS_YOU);
    answers.put("GET /api/incidents", "[]");
    assertThat(run("incidents").code).isEqualTo(ExitCode.DONE);
  }

  @Test
  void approvingShowsTheVerdictFirstAndNamesItWhenItActs() {
    answers.put(
        "GET " + RELEASE,
        "{\"name\":\"v1.1\",\"verdictHash\":\"abc\",\"verdict\":{\"word\":\"regressed\"}}");
    answers.put("POST " + RELEASE + "/answer", "{}");

    var shown = run("approve", "directory/host1/shop", "1.1");
    assertThat(shown.code).isEqualTo(ExitCode.NEEDS_YOU);
    assertThat(shown.out)
        .contains("v1.1: regressed", "Nothing was done")
        .contains("tocsin approve 'directory/host1/shop' '1.1' --verdict abc");
    assertThat(asked).noneMatch(line -> line.startsWith("POST"));

    assertThat(run("approve", "directory/host1/shop", "1.1", "--verdict", "abc").code).isZero();
    assertThat(asked.getLast())
        .startsWith("POST " + RELEASE + "/answer Bearer t0ken {")
        .contains("\"answer\":\"take-back\"", "\"verdictHash\":\"abc\"");
  }

  @Test
  void aStaleAnswerSaysWhatToDo() {
    refuseWith = 409;
    answers.put("POST " + RELEASE + "/answer", "{\"message\":\"the verdict changed\"}");
    var refused = run("refuse", "directory/host1/shop", "1.1", "--verdict", "old");
    assertThat(refused.code).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err)
        .isEqualTo(
            "tocsin: "
                + RELEASE
                + "/answer answered 409: the verdict changed. Somebody or something was faster;"
                + " look again with `tocsin releases`\n");
  }

  @Test
  void stoppingIsOneStepAndArmingTwo() {
    answers.put("POST /api/kill-switch", "{}");
    assertThat(run("kill-switch", "stop").code).isZero();
    assertThat(asked.getLast()).endsWith("{\"stopped\":true}");

    assertThat(run("kill-switch", "arm").code).isEqualTo(ExitCode.FAILED);
    assertThat(asked).hasSize(1);
    assertThat(run("kill-switch", "arm", "--confirm", "arm").code).isZero();
    assertThat(asked.getLast()).contains("\"confirm\":\"arm\"", "\"stopped\":false");
  }

  @Test
  void silencesAreMadeListedAndEnded() {
    answers.put("POST /api/silences", "{\"id\":\"s1\",\"untilMillis\":1800000000000}");
    answers.put("GET /api/silences", "[{\"id\":\"s1\",\"workloads\":\"*\"}]");
    answers.put("DELETE /api/silences/s1", "");

    assertThat(run("silence", "*/shop", "--for", "2h").out)
        .isEqualTo(
            "Silenced until 2027-01-15T08:00:00Z. End it early with: tocsin silence --end s1\n");
    assertThat(asked.getLast()).contains("\"workloads\":\"*/shop\"", "\"forMillis\":7200000");
    assertThat(run("silence").out).contains("s1  *");
    assertThat(run("silence", "--end", "s1").code).isZero();
    assertThat(run("silence", "x", "--for", "soon").err).contains("expected a time such as 30min");
  }

  @Test
  void feedbackAndTestAlertsGoThrough() {
    answers.put("POST /api/incidents/i1/feedback", "{}");
    answers.put("POST /api/test-alert", "{\"routes\":[\"ops\",\"mail\"]}");
    assertThat(run("incidents", "i1", "--feedback", "real").code).isZero();
    assertThat(asked.getLast()).contains("\"label\":\"real\"");
    assertThat(run("incidents", "i1", "--feedback", "nonsense").err)
        .contains("expected false-alarm, expected or real");
    assertThat(run("test-alert").out).isEqualTo("Sent to ops and 1 more.\n");
  }

  @Test
  void nobodyAtTheAddressIsSaidWithTheNextStep() {
    var alone = runAt("http://127.0.0.1:7629", "status");
    assertThat(alone.code).isEqualTo(ExitCode.FAILED);
    assertThat(alone.err)
        .contains("expected a collector at http://127.0.0.1:7629", "tocsin up", "--address");
  }

  @Test
  void aMissingTokenIsSaidBeforeAnythingIsAsked() throws IOException {
    Files.delete(directory.resolve("token"));
    assertThat(run("test-alert").err).contains("expected a token in", "--token-file");
    assertThat(asked).isEmpty();
  }

  @Test
  void aWrongCommandLineIsTwoAndHelpIsGood() {
    assertThat(run("workload").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("workload").err).contains("workloads");
    assertThat(run("approve").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("--help").out).contains("kill-switch", "Exit codes", "--token-file");
  }

  private record Result(int code, String out, String err) {}

  private Result run(String... args) {
    return runAt("http://127.0.0.1:" + server.getAddress().getPort(), args);
  }

  private Result runAt(String address, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] all =
        Stream.concat(
                Arrays.stream(args),
                Stream.of("--token-file", directory.resolve("token").toString()))
            .toArray(String[]::new);
    int code =
        Cli.run(
            args[0].equals("--help") ? args : all,
            Map.of("TOCSIN_ADDRESS", address),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Result(code, out.toString(), err.toString());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = exchange.getRequestHeaders().getFirst("authorization");
    asked.add(line + " " + token + " " + body);
    String answer = answers.get(line);
    byte[] bytes = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
    int status = refuseWith != 0 ? refuseWith : answer == null ? 404 : 200;
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
