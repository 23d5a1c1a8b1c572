package io.tocsin.collector.monitor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.cli.Cli;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.respond.RespondConfig;
import io.tocsin.collector.respond.Responder;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.respond.Response.State;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.collector.web.Evidence;
import io.tocsin.collector.web.FixtureView;
import io.tocsin.collector.web.Tokens;
import io.tocsin.collector.web.WebConfig;
import io.tocsin.collector.web.WebServer;
import io.tocsin.collector.window.SealConfig;
import io.tocsin.collector.window.SealedWindow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A shop is judged on a real store, and asked for its evidence over the real listener.
class EvidenceTest {
  private static final long MINUTE = 60_000;
  private static final JudgeConfig JUDGE = judge(0.01);
  private static final MonitorConfig CONFIG =
      new MonitorConfig(
          SealConfig.DEFAULT,
          DetectConfig.hurried(Shop.WINDOW, 100 * MINUTE),
          CalibrateConfig.hurried(Shop.WINDOW, 6),
          JUDGE,
          MINUTE);
  private static final String BAD = "1.1";

  @TempDir Path directory;
  private final FixtureView view = new FixtureView();
  private Path data = Path.of("");
  private StateStore store = StateStore.inMemory();
  private Shelf shelf = new Shelf(store);
  private Responder respond = responder();
  private Recorder recorder = new Recorder(store);
  private TemplateBook book = new TemplateBook();
  private WorkloadMonitor monitor = new WorkloadMonitor(CONFIG, Shop.KEY, book);
  private @Nullable WebServer server;
  private @Nullable Verdict told;
  private Shelf.@Nullable Kept kept;

  @BeforeEach
  void open() throws IOException {
    data = Files.createDirectories(directory.resolve("data"));
    openStore();
    server =
        WebServer.start(
            new WebConfig("127.0.0.1", 0, null, false, List.of()),
            view,
            view,
            Tokens.open(directory, view::now),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            view::now);
    view.restOn(
        new Evidence() {
          @Override
          public Links links(long from, int limit) {
            Chain chain = respond.chain();
            return new Links(chain.head(), chain.links(from, limit));
          }

          @Override
          public List<Shelf.Kept> kept() {
            return shelf.all();
          }

          @Override
          public Optional<Extract> extract(String workload, String release) {
            return Extract.of(
                workload,
                release,
                respond.chain(),
                shelf,
                respond.written(workload, release).orElse(null),
                "test",
                view.now());
          }
        });
  }

  @AfterEach
  void close() {
    WebServer running = server;
    if (running != null) {
      Thread.ofVirtual().start(running::close);
    }
    respond.close();
    store.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyVerdictComesOutTheSameBitForBitAlsoAcrossARestart(long seed) {
    badRelease(seed, /* restartAfter= */ 7);
    Said replay = run("evidence", "replay", Shop.KEY, BAD);
    assertThat(replay.out).contains("regressed: the same, bit for bit").doesNotContain("another");
    assertThat(replay.code).isZero();
    assertThat(run("evidence", "verify").out).startsWith("The chain holds");
  }

  @Test
  void aReleaseThatAnotherOneCameBeforeIsReplayedToo() {
    Shop shop = new Shop(3);
    found(shop);
    release(shop, BAD, 2);
    windows(shop, 6, 0);
    release(shop, "1.2", 4);
    windows(shop, 6, 0);
    Said replay = run("evidence", "replay", Shop.KEY, BAD);
    assertThat(replay.out).contains("superseded: the same, bit for bit");
    assertThat(replay.code).isZero();
    assertThat(run("evidence", "replay").out).contains(BAD + " of", "1.2 of");
  }

  @Test
  void otherSettingsSayWhichVerdictsTheyWouldHaveChanged() throws IOException {
    badRelease(1, 0);
    Path file = directory.resolve("collector.yaml");
    Files.writeString(file, "judge: {}\n");
    Said same = run(JUDGE, "evidence", "replay", Shop.KEY, BAD, "--config", file.toString());
    assertThat(same.out).contains("Nothing would change.");
    assertThat(same.code).isZero();
    Said other =
        run(judge(1e-300), "evidence", "replay", Shop.KEY, BAD, "--config", file.toString());
    assertThat(other.out)
        .contains("It would have been judged otherwise.")
        .containsPattern("as judged: .*regressed at");
    assertThat(other.out.lines().filter(line -> line.contains("by that file")))
        .allMatch(line -> !line.contains("regressed"));
    assertThat(other.code).isEqualTo(3);
  }

  @Test
  void anExportIsVerifiedReplayedAndEveryChangeOfItFound() throws IOException {
    badRelease(1, 0);
    Path file = directory.resolve("case.json");
    await()
        .until(() ->
            respond.written(Shop.KEY, BAD).map(Response::state).orElse(State.DECIDED)
                == State.NOT_ASKED);
    assertThat(run("evidence", "export", Shop.KEY, BAD, "--out", file.toString()).code).isZero();
    assertThat(run("evidence", "export", Shop.KEY, BAD, "--out", file.toString()).code)
        .isEqualTo(2);
    assertThat(run("evidence", "verify", file.toString()).out).contains("verdicts hold");
    assertThat(run("evidence", "verify", file.toString(), "--head", respond.chainHead()).code)
        .isZero();
    assertThat(run("evidence", "verify", file.toString(), "--head", "ab".repeat(32)).code)
        .isEqualTo(9);
    assertThat(run("evidence", "replay", file.toString()).out).contains("bit for bit");

    String text = Files.readString(file);
    JsonNode document = new ObjectMapper().readTree(text);
    String row = document.path("inputs").path("rows").get(3).asText();
    for (String forged :
        List.of(
            text.replace("regressed", "healthy"),
            text.replace(
                row,
                row.substring(0, 40) + (row.charAt(40) == 'A' ? 'B' : 'A') + row.substring(41)),
            text.replace("\"" + row + "\",", ""),
            text.replace("Tocsin only observes", "Tocsin merely observes"))) {
      assertThat(forged).isNotEqualTo(text);
      Files.writeString(file, forged);
      assertThat(run("evidence", "verify", file.toString()))
          .matches(said -> said.code == 8 && said.out.startsWith("Broken: "));
      assertThat(run("evidence", "replay", file.toString()).code).isEqualTo(8);
    }
  }

  @Test
  void aStoppedCollectorsDirectoryIsVerifiedAndARewrittenChainOnlyAgainstAReceivedHead() {
    badRelease(1, 0);
    String received = respond.chainHead();
    respond.close();
    store.close();
    assertThat(run("evidence", "verify", data.toString()).out).startsWith("The chain holds");
    assertThat(run("evidence", "verify", data.toString(), "--head", received).code).isZero();
    openStore();
    for (Chain.Numbered each : respond.chain().links(0, 100)) {
      store.write(List.of(new Change(Table.RESPONSES, key(each.number()), null)));
    }
    respond.close();
    respond = responder();
    respond.noted("nobody", "nothing happened");
    respond.close();
    store.close();
    assertThat(run("evidence", "verify", data.toString()).code).isZero();
    Said against = run("evidence", "verify", data.toString(), "--head", received);
    assertThat(against.code).isEqualTo(9);
    assertThat(against.out).contains("this chain is another one");
    assertThat(run("evidence", "verify", directory.toString()).code).isEqualTo(2);
    openStore();
  }

  @Test
  void aVerdictIsInTheChainBeforeAnybodyIsToldAndOnceThoughADeathHasItJudgedAgain() {
    Shop shop = new Shop(1);
    found(shop);
    release(shop, BAD, 2);
    windows(shop, 4, 0);
    WorkloadMonitor.State before = monitor.state();
    shop.fail(BAD, 0.2);
    List<SealedWindow> lost = new ArrayList<>();
    int links = verdictLinks();
    while (verdictLinks() == links) {
      SealedWindow window = shop.next();
      lost.add(window);
      judge(window, /* durable= */ false); // killed between the link and what rests on it
    }
    String head = respond.chainHead();
    restart(before);
    lost.forEach(window -> judge(window, true));
    // Chained again, for other rows are kept of it now: the newest link of a verdict counts.
    assertThat(verdictLinks()).isEqualTo(links + 2);
    Said verify = run("evidence", "verify", "--head", head);
    assertThat(verify.out).contains("the head you received is of it");
    assertThat(run("evidence", "replay", Shop.KEY, BAD).code).isZero();
    respond.chained(requireNonNull(told), kept);
    respond.chained(requireNonNull(told), kept);
    assertThat(verdictLinks()).isEqualTo(links + 2);
  }

  @Test
  void inputsThatAreNotKeptAnyMoreAreSaidToBeMissing() {
    badRelease(1, 0);
    Shelf.Kept kept = shelf.kept(Shop.KEY, BAD).orElseThrow();
    // As if they had given way.
    store.write(shelf.begin(Shop.KEY, BAD, kept.sinceMillis() + 1).changes());
    store.write(
        List.of(
            new Change(
                Table.RESPONSES,
                ("i/" + Shop.KEY + " " + BAD).getBytes(StandardCharsets.UTF_8),
                null)));
    Said replay = run("evidence", "replay", Shop.KEY, BAD);
    assertThat(replay.out).contains("what it rests on is not kept any more");
    assertThat(replay.code).isEqualTo(10);
  }

  @Test
  void evidenceTakesATokenAndUnknownReleasesAreSaidToBeUnknown() {
    assertThat(run("evidence", "replay", Shop.KEY, "9.9").err)
        .contains("of which evidence is kept");
    Said without = run("evidence", "verify", "--token-file", directory.resolve("none").toString());
    assertThat(without.code).isEqualTo(1);
    assertThat(without.err).contains("a token of the role view");
    assertThat(run("evidence", "verify", "--head", "c0ffee").code).isEqualTo(2);
    assertThat(run("evidence", "verify").out).contains("nothing was decided yet");
  }

  private void badRelease(long seed, int restartAfter) {
    Shop shop = new Shop(seed);
    found(shop);
    release(shop, BAD, 2);
    shop.fail(BAD, 0.05);
    windows(shop, 60, restartAfter);
  }

  private void found(Shop shop) {
    release(shop, "1.0", 4);
    windows(shop, 60, 0);
  }

  private void release(Shop shop, String name, int instances) {
    ReleaseEvent event = shop.deploy(name, instances);
    take(monitor.release(event), List.of(), List.of(), true);
  }

  private void windows(Shop shop, int count, int restartAfter) {
    for (int i = 1; i <= count; i++) {
      judge(shop.next(), true);
      if (i == restartAfter) {
        WorkloadMonitor.State state = monitor.state();
        respond.close();
        store.close();
        openStore();
        restart(state);
      }
    }
  }

  private void judge(SealedWindow window, boolean durable) {
    List<Fact> facts = monitor.window(window, null, since -> 1);
    Trial.Taken taken = monitor.taken(window);
    take(
        facts,
        List.of(monitor.moment(window)),
        taken == null ? List.of() : List.of(taken),
        durable);
  }

  /// What the loop does with an input.
  private void take(
      List<Fact> facts, List<Moment> moments, List<Trial.Taken> taken, boolean durable) {
    var result = new Site.Result(facts, moments, Set.of(), Map.of(), false, null, null, taken);
    List<Change> changes = recorder.of(result);
    for (Fact fact : facts) {
      if (fact instanceof Fact.Judged(Verdict verdict, boolean changed) && changed) {
        told = verdict;
        kept = recorder.kept(verdict);
        respond.chained(verdict, kept);
      }
    }
    if (durable) {
      store.write(changes);
      facts.forEach(respond::accept);
    }
  }

  private void restart(WorkloadMonitor.State state) {
    byte[] kept = Json.write(state);
    monitor =
        WorkloadMonitor.restore(
            CONFIG, Shop.KEY, book, Json.read(kept, WorkloadMonitor.State.class), null);
    recorder = new Recorder(store);
  }

  private void openStore() {
    store = StateStore.at(data.resolve("store"));
    shelf = new Shelf(store);
    recorder = new Recorder(store);
    respond.close();
    respond = responder();
  }

  private Responder responder() {
    return Responder.start(
        RespondConfig.of(List.of()),
        store,
        List.of(),
        view::now,
        new ScheduledThreadPoolExecutor(1),
        response -> {});
  }

  private int verdictLinks() {
    return (int)
        respond.chain().links(0, 1_000).stream()
            .filter(each -> each.link().entry().contains("\"kind\":\"verdict\""))
            .count();
  }

  private static JudgeConfig judge(double alpha) {
    return new JudgeConfig(
        alpha,
        alpha / 10,
        1.5,
        2,
        0.001,
        Shop.WINDOW,
        MINUTE,
        20_000,
        5 * MINUTE,
        25 * MINUTE,
        1,
        5 * MINUTE,
        0.98,
        0.4);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(10)
        .put("c/".getBytes(StandardCharsets.UTF_8))
        .putLong(number)
        .array();
  }

  private record Said(int code, String out, String err) {}

  private Said run(String... args) {
    return run(JUDGE, args);
  }

  private Said run(JudgeConfig other, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    WebServer running = requireNonNull(server);
    int code =
        Cli.run(
            args,
            Map.of(
                "TOCSIN_ADDRESS",
                "http://127.0.0.1:" + running.port(),
                "TOCSIN_TOKEN_FILE",
                directory.resolve("token").toString()),
            file -> other,
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Said(code, out.toString(), err.toString());
  }
}
