package io.tocsin.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tocsin.collector.web.FixtureView;
import io.tocsin.collector.web.Role;
import io.tocsin.collector.web.Tokens;
import io.tocsin.collector.web.WebConfig;
import io.tocsin.collector.web.WebServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the real people's listener, over the story that the page's tests tell.
class CliTest {
  private static final String[] CHECKOUT = {FixtureView.CHECKOUT, "1.42.0"};

  @TempDir Path directory;
  private final FixtureView story = new FixtureView();
  private Tokens tokens;
  private WebServer server;

  @BeforeEach
  void start() {
    tokens = Tokens.open(directory, story::now);
    server =
        WebServer.start(
            new WebConfig("127.0.0.1", 0, null, false, List.of()),
            story,
            story,
            tokens,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            story::now);
  }

  @AfterEach
  void stop() {
    // Netty waits 2 s for latecomers whenever it stops; the next test need not.
    Thread.ofVirtual().start(server::close);
  }

  @Test
  void listsAreTablesForPeopleAndJsonForPrograms() {
    assertThat(run("workloads").out)
        .startsWith("WORKLOAD ")
        .contains("kubernetes/payments/checkout-api", "anomalous", "1.42.0 regressed.")
        .contains("docker/vm-7/mailer", "learning");
    assertThat(run("workloads", "--json").out).contains("\"key\" : \"docker/vm-7/mailer\"");
    assertThat(run("releases").out)
        .contains("kubernetes/payments/checkout-api", "regressed", "asked", "2026-11-12T03:34:00Z");
  }

  @Test
  void oneWorkloadIsToldWithItsCharts() {
    var shown = run("workloads", FixtureView.CHECKOUT);
    assertThat(shown.err).isEmpty();
    assertThat(shown.out)
        .startsWith("checkout-api is anomalous since 2026-11-12T03:01:40Z\n1.42.0 regressed.")
        .contains("a blank is a gap\n", "\nTemplates: 2 of 148\n")
        .containsPattern("checkout-api-5fb6-09kj5 +1.41.2 +6 d +99.9 % +0 s +30 min +well\n")
        .containsPattern("Error ratio, % of requests +1.42.0 +\\S+ +\\S+ +\\S+ +[▁▂▃▄▅▆▇█ ]+\n");
    assertThat(run("workloads", FixtureView.CHECKOUT, "--json").out)
        .contains("\"detail\" : {", "\"series\" : {");
    assertThat(run("workloads", FixtureView.CHECKOUT, "--last", "soon").err)
        .contains("expected e.g. 90m, 6h or 2d, found soon");
    assertThat(run("workloads", "kubernetes/payments/nobody").err)
        .contains("expected a workload that Tocsin knows");
  }

  @Test
  void aReleaseIsProvenBySignalAndSaysWhatIsStillNeeded() {
    var asked = run("releases", CHECKOUT[0], CHECKOUT[1]);
    assertThat(asked.code).isEqualTo(ExitCode.NEEDS_YOU);
    assertThat(asked.out)
        .startsWith("checkout-api 1.42.0: regressed\n")
        .contains("Evidence 2,438; regressed at 100, acting alone at 1,000.")
        .contains("Answer until 2026-11-12T03:34:00Z: tocsin approve, tocsin refuse.")
        .containsPattern("Nobody will fight the rollback +yes +no Argo CD")
        .containsPattern("Asked +waiting ");
    var undecided = run("releases", "kubernetes/ledger/posting-worker", "5.3.0");
    assertThat(undecided.code).isEqualTo(ExitCode.DONE);
    assertThat(undecided.out)
        .contains("Compared concurrent: 5 new beside 12 old, of 5.2.9.")
        .containsPattern("error-ratio +4.1 +400 +25.0 % +Errors 0.26 % against 0.21 %")
        .containsPattern(
            "error-ratio +6.4 of 20 +About 340 more requests, 4 minutes. +4.1 of 800 +Never at this"
                + " rate.")
        .contains("The fast bake ends at 2026-11-12T03:28:20Z.");
    assertThat(run("releases", CHECKOUT[0]).code).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void policyIsReadWithWhereEachValueComesFrom() {
    assertThat(run("policy").out)
        .containsPattern("Rollbacks an hour +3 +1 used +collector.yaml line 58\n")
        .containsPattern("payments/checkout-api +ask +8 right, 0 wrong +earned\n")
        .containsPattern("install +administer\n");
  }

  @Test
  void aDeadLetterIsListedAndSentAgain() {
    assertThat(run("dead-letters").out)
        .containsPattern("Alertmanager eu-1 +wh_01c7a0 +incident.opened +1112-3 .* +6 +HTTP 413");
    assertThat(run("dead-letters", "Alertmanager eu-1").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("dead-letters", "Alertmanager eu-1", "wh_01c7a0").out)
        .isEqualTo("On its way to Alertmanager eu-1 again, under the id it had.\n");
    assertThat(run("dead-letters").out).isEqualTo("No dead letters.\n");
    assertThat(run("dead-letters", "Alertmanager eu-1", "wh_01c7a0").err)
        .contains("answered 404", "expected a dead letter");
  }

  @Test
  void everyCommandSaysWhatItDoes() {
    for (String command :
        List.of(
            "status workloads releases agents policy incidents approve refuse unlearn silence kill-switch"
                .concat(" dead-letters test-alert evidence")
                .split(" "))) {
      assertThat(run("--help").out).contains("  " + command);
      assertThat(run(command, "--help")).matches(r -> r.code == 0 && r.out.contains("Usage:"));
    }
  }

  @Test
  void whatAnAgentDoesNotSayIsADashAndWhatItCannotReadIsSaid() {
    assertThat(run("agents").out)
        .containsPattern("eu-1-m04 +eu-1-m04 +silent +\\S+ +- +- +-\n")
        .containsPattern("eu-1-p01 +eu-1-p01 +live +\\S+ +100.0 % +0 +67.1 MB\n")
        .contains("eu-1-m04: 2 instances unread, both media/transcode\n")
        .contains("eu-1-p01 cannot read /var/log/secure: permission denied\n");
  }

  @Test
  void theExitCodeSaysWhetherSomethingNeedsYou() {
    for (String command : List.of("status", "incidents", "releases")) {
      assertThat(run(command).code).as(command).isEqualTo(ExitCode.NEEDS_YOU);
    }
    story.emptyTheHouse();
    for (String command : List.of("status", "incidents", "releases", "workloads", "agents")) {
      assertThat(run(command).code).as(command).isEqualTo(ExitCode.DONE);
    }
  }

  @Test
  void statusShowsWhereEverythingWent() {
    assertThat(run("status").out)
        .containsPattern("version +0.1.0\n")
        .containsPattern("open incidents +1\n")
        .containsPattern("kill switch +armed\n")
        .containsPattern(
            "lines +41,208,114 in = 41,190,660 out \\+ 17,104 dropped \\+ 350 waiting\n");
  }

  @Test
  void approvingShowsTheVerdictFirstAndNamesItWhenItActs() {
    var shown = run("approve", CHECKOUT[0], CHECKOUT[1]);
    assertThat(shown.code).isEqualTo(ExitCode.NEEDS_YOU);
    assertThat(shown.out)
        .contains("checkout-api 1.42.0: regressed\n", "Nothing was done. Take it back with:\n")
        .contains("tocsin approve '" + FixtureView.CHECKOUT + "' '1.42.0' --verdict 9c417ae055b2");
    assertThat(story.status().waiting()).isEqualTo(1);

    var done = run("approve", CHECKOUT[0], CHECKOUT[1], "--verdict", FixtureView.HASH);
    assertThat(done).isEqualTo(new Result(ExitCode.DONE, "Recorded.\n", ""));
    assertThat(story.status().waiting()).isZero();
  }

  @Test
  void aStaleAnswerIsRefusedInTheCollectorsWords() {
    story.changeTheVerdict();
    var refused = run("refuse", CHECKOUT[0], CHECKOUT[1], "--verdict", FixtureView.HASH);
    assertThat(refused.code).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err)
        .isEqualTo(
            "tocsin: /api/releases/kubernetes/payments/checkout-api/1.42.0/answer answered 409;"
                + " body.verdictHash: expected the verdict another, found 9c417ae055b2; evidence"
                + " was weighed again; look at the release and answer anew\n");
  }

  @Test
  void whereNothingIsAskedThereIsNothingToAnswer() {
    var refused = run("approve", "kubernetes/ledger/posting-worker", "5.3.0");
    assertThat(refused.code).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err)
        .contains("nothing is asked about posting-worker 5.3.0 now", "undecided");
  }

  @Test
  void stoppingIsOneStepAndArmingTwo() {
    assertThat(run("kill-switch").out).startsWith("Armed");
    assertThat(run("kill-switch", "stop").out).isEqualTo("All rollbacks are stopped.\n");
    assertThat(run("kill-switch").out)
        .startsWith("Stopped since 2026-11-12T03:1")
        .contains("install");

    assertThat(run("kill-switch", "arm").code).isEqualTo(ExitCode.USAGE);
    assertThat(story.status().killSwitch().stopped()).isTrue();
    assertThat(run("kill-switch", "arm", "--confirm", "arm").code).isZero();
    assertThat(story.status().killSwitch().stopped()).isFalse();
  }

  @Test
  void silencesAreMadeListedAndEnded() {
    assertThat(run("silence", "*/shop", "--for", "2h").out)
        .startsWith("Silenced until 2026-11-12T05:1")
        .endsWith("End it early with: tocsin silence --end s2\n");
    assertThat(run("silence").out).contains("s1  T-118 on catalog/indexer, any release");
    assertThat(run("silence", "--end", "s1").out).isEqualTo("Undone.\n");
    assertThat(run("silence", "x", "--for", "31d").err).contains("expected 1 minute to 30 days");
    assertThat(run("silence", "x", "--for", "soon"))
        .matches(r -> r.code == ExitCode.USAGE && r.err.contains("such as 30min"));
  }

  @Test
  void aStretchIsUnlearntByTheTimesThatPeopleWrite() {
    String shop = CHECKOUT[0];
    assertThat(
            run("unlearn", shop, "--from", "2026-01-31T14:00:00Z", "--to", "2026-01-31T15:00:00Z"))
        .matches(r -> r.code == ExitCode.DONE)
        .matches(r -> r.out.equals("Unlearnt " + shop + " for 3600 s.\n"));
    assertThat(run("unlearn", shop, "--from", "00:00", "--to", "noon").err)
        .contains("--to: expected a time such as 14:00 or 2026-01-31T14:00:00Z, found noon");
    assertThat(
            run("unlearn", shop, "--from", "2026-01-31T15:00:00Z", "--to", "2026-01-31T14:00:00Z")
                .err)
        .contains("expected a time that is over");
    assertThat(
            run("unlearn", shop, "--from", "2026-01-31T15:00:00Z", "--to", "2999-01-31T14:00:00Z")
                .err)
        .contains("expected a time that is over");
    assertThat(
            run(
                    "unlearn",
                    "a/b/c",
                    "--from",
                    "2026-01-31T14:00:00Z",
                    "--to",
                    "2026-01-31T15:00:00Z")
                .err)
        .contains("expected a workload that Tocsin knows");
    assertThat(run("unlearn", shop, "--from", "14:00").code).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void anIncidentIsToldInFullAndMarked() {
    assertThat(run("incidents").out).containsPattern("1112-3 +open +86 +\\S+ +- +Payments fail");
    assertThat(run("incidents", "1112-3").out)
        .startsWith("Payments fail since checkout-api 1.42.0\n")
        .contains("speaks for the release as the cause: Only its instances show it (5 of 5 new")
        .containsPattern("Alertmanager eu-1 +dead letter +6 +HTTP 413");
    assertThat(run("incidents", "1112-3", "--feedback", "real").out).isEqualTo("Marked.\n");
    assertThat(story.incidents().getFirst().label()).isEqualTo("real");
    assertThat(run("incidents", "1112-3", "--feedback", "nonsense"))
        .matches(r -> r.code == ExitCode.USAGE)
        .matches(r -> r.err.contains("expected false-alarm, expected or real"));
    assertThat(run("incidents", "nobody").err).contains("answered 404", "expected an incident");
  }

  @Test
  void aPipelineAnnouncesAndWaitsForTheVerdict() {
    String posting = "kubernetes/ledger/posting-worker";
    assertThat(run("release", "announce", CHECKOUT[0], "1.42.0", "--commit", "5fb6").out)
        .isEqualTo("1.42.0 is announced.\n");
    assertThat(story.announcements().getFirst().commit()).isEqualTo("5fb6");
    var before = run("release", "wait", CHECKOUT[0], "1.42.0", "--timeout", "10ms");
    assertThat(before.code)
        .as("what ran before the announcement is not what was announced")
        .isEqualTo(ExitCode.UNDECIDED);
    assertThat(before.err).startsWith("not deployed yet: No such release has been seen since");

    story.conclude("healthy");
    var healthy = run("release", "wait", posting, "5.3.0");
    assertThat(healthy.code).isZero();
    assertThat(healthy.out).startsWith("healthy: ");
    story.conclude("regressed");
    assertThat(run("release", "wait", posting, "5.3.0", "--json"))
        .matches(r -> r.code == ExitCode.REGRESSED)
        .matches(r -> r.out.contains("\"answer\" : \"fail\""));
    story.conclude("superseded");
    assertThat(run("release", "wait", posting, "5.3.0").code).isEqualTo(ExitCode.SUPERSEDED);
    story.conclude("cannot judge");
    assertThat(run("release", "wait", posting, "5.3.0", "--timeout", "10ms").code)
        .isEqualTo(ExitCode.CANNOT_JUDGE);
  }

  @Test
  void progressIsToldOnceAndTheAnswerApart() throws Exception {
    var later =
        Thread.ofVirtual()
            .unstarted(() -> {
              story.gated(3);
              story.conclude("healthy");
            });
    later.start();
    var waited =
        run("release", "wait", "kubernetes/ledger/posting-worker", "5.3.0", "--every", "10ms");
    later.join();
    assertThat(waited.code).isZero();
    assertThat(waited.err.lines()).hasSize(2);
    assertThat(waited.err).startsWith("undecided so far: ").contains("\nhealthy: ");
    assertThat(waited.out.lines()).hasSize(1);
  }

  @Test
  void aCollectorThatIsNotThereYetIsWaitedForUntilTheTimeIsUp() {
    var alone =
        run(
            "release",
            "wait",
            "a/b/c",
            "1",
            "--timeout",
            "50ms",
            "--every",
            "10ms",
            "--address",
            "http://127.0.0.1:9");
    assertThat(alone.code).isEqualTo(ExitCode.FAILED);
    assertThat(alone.err).contains("expected a collector at");
    assertThat(run("release", "wait", "a/b/c", "1", "--timeout", "8d").code)
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("release", "wait", "--help").out).contains("superseded by a newer release");
  }

  @Test
  void anAnswerWithoutAVerdictEndsTheWaiting() throws IOException {
    HttpServer stranger =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stranger.createContext(
        "/",
        http -> {
          http.sendResponseHeaders(200, 2);
          http.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
          http.close();
        });
    stranger.start();
    try {
      String address = "http://127.0.0.1:" + stranger.getAddress().getPort();
      var waited = run("release", "wait", "a/b/c", "1", "--address", address);
      assertThat(waited.code).isEqualTo(ExitCode.FAILED);
      assertThat(waited.err).contains("expected a verdict under `data`, found none");
    } finally {
      stranger.stop(0);
    }
    assertThat(run("release", "wait", "a/b/c", "1", "--since", "yesterday").err)
        .contains("--since: expected a time such as 2026-01-31T10:00:00Z, found yesterday");
  }

  @Test
  void aWaitThatSaysSinceWhenIsNotEndedByAnOldVerdict() {
    String posting = "kubernetes/ledger/posting-worker";
    story.conclude("healthy");
    assertThat(run("release", "wait", posting, "5.3.0").code).isZero();
    var waited =
        run(
            "release",
            "wait",
            posting,
            "5.3.0",
            "--since",
            "2999-01-01T00:00:00Z",
            "--timeout",
            "10ms");
    assertThat(waited.code).isEqualTo(ExitCode.UNDECIDED);
  }

  @Test
  void aTokenIsShownOnceDoesWhatItsRoleMayAndDiesWhenItIsRevoked() throws IOException {
    var made = run("token", "add", "ci", "announce");
    assertThat(made.code).isZero();
    Path secret = Files.writeString(directory.resolve("ci"), made.out);
    String as = secret.toString();
    assertThat(run("release", "announce", CHECKOUT[0], "1.43.0", "--token-file", as).code).isZero();
    assertThat(run("kill-switch", "stop", "--token-file", as).err).contains("answered 403");
    assertThat(Files.readString(directory.resolve("tokens"))).doesNotContain(made.out.strip());

    assertThat(run("token", "add", "ci", "view").err).contains("not taken; found ci");
    assertThat(run("token", "add", "cd", "emperor").err)
        .contains("expected a role (view, announce, approve, administer), found emperor");
    assertThat(run("token", "add", "cd", "view", "--token-file", as).err)
        .contains("expected the installation's token in <data directory>/token");

    assertThat(run("token", "revoke", "ci").out).isEqualTo("The token of ci is gone.\n");
    assertThat(run("release", "announce", CHECKOUT[0], "1.44.0", "--token-file", as).err)
        .contains("answered 401");
    assertThat(run("token", "revoke", "ci").code).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void theDoctorSaysWhatIsMissingAndHowToGrantIt() {
    var doctor = run("doctor");
    assertThat(doctor.code).isEqualTo(ExitCode.NEEDS_YOU);
    assertThat(doctor.out)
        .containsPattern("platform kubernetes +take releases back .* no +not granted: patch")
        .contains("kubectl apply -f deploy/kubernetes/rbac.yaml")
        .endsWith("1 of 3 do not work.\n");
    assertThat(run("doctor", "--token-file", directory + "/none").err).contains("answered 403");
  }

  @Test
  void aTestAlertSaysWhereItWent() {
    assertThat(run("test-alert").out).isEqualTo("Sent down 1 route.\n");
  }

  @Test
  void aTokenWithoutTheRightIsNamedWithItsFile() throws IOException {
    Path viewer = directory.resolve("viewer");
    Files.writeString(viewer, tokens.add("viewer", Role.VIEW));
    var refused = run("kill-switch", "stop", "--token-file", viewer.toString());
    assertThat(refused.code).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err)
        .contains("expected a token of the role approve, found viewer, role view")
        .contains("The token sent is that of " + viewer);
  }

  @Test
  void nobodyAtTheAddressIsSaidWithTheNextStep() {
    var alone = run("status", "--address", "http://127.0.0.1:9");
    assertThat(alone.code).isEqualTo(ExitCode.FAILED);
    assertThat(alone.err)
        .contains("expected a collector at http://127.0.0.1:9", "tocsin up", "--address");
  }

  @Test
  void aMissingTokenIsSaidBeforeAnythingIsAsked() {
    var refused = run("kill-switch", "stop", "--token-file", directory + "/none");
    assertThat(refused.err).contains("expected a token in", "--token-file");
    assertThat(story.status().killSwitch().stopped()).isFalse();
  }

  @Test
  void aWrongCommandLineIsTwoAndHelpIsGood() {
    assertThat(run("workload").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("workload").err).contains("workloads");
    assertThat(run("approve").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("approve", "a/b%zz/c", "1").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("status", "--address", "localhost:7600").err)
        .contains("expected one such as http://127.0.0.1:7600, found localhost:7600");
    assertThat(run("silence", "--help").out).contains("WORKLOADS", "--for=TIME");
    assertThat(run("--help").out).contains("kill-switch", "Exit codes", "--token-file");
  }

  private record Result(int code, String out, String err) {}

  private Result run(String... args) {
    List<String> given = Arrays.asList(args);
    String[] all =
        Stream.concat(
                given.stream(),
                given.contains("--address")
                    ? Stream.of()
                    : Stream.of("--address", "http://127.0.0.1:" + server.port()))
            .toArray(String[]::new);
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Cli.run(
            all,
            Map.of("TOCSIN_TOKEN_FILE", directory.resolve("token").toString()),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Result(code, out.toString(), err.toString());
  }
}
