package io.tocsin.collector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.store.StateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes, a real store, kill -9: the ledger of a writer against what the collector holds.
class LedgerTest {
  private static final int FILES = 3;
  private static final int KILLS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> started = new ArrayList<>();
  private int peoplePort;
  private int agentPort;

  @AfterEach
  void stopAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void everyLineIsInExactlyOneWindowHoweverBothSidesAreKilled() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    peoplePort = freePort();
    agentPort = freePort();
    Path logs = Files.createDirectories(directory.resolve("logs"));
    Process collector = collector();
    Process agent = agent();
    Map<String, Long> written = new TreeMap<>();

    for (int kill = 0; kill < KILLS; kill++) {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(2_500));
      while (System.nanoTime() < until) {
        write(logs, written, random);
      }
      if (random.nextBoolean()) {
        agent.destroyForcibly().waitFor();
        write(logs, written, random);
        agent = agent();
      } else {
        collector.destroyForcibly().waitFor();
        write(logs, written, random);
        collector = collector();
      }
    }
    write(logs, written, random);
    long total = written.values().stream().mapToLong(Long::longValue).sum();
    await("seed " + seed + ": " + total + " lines")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> received() >= total);
    await("seed " + seed + ": the flow that the page shows adds up")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> lineFlow().path("received").asLong() == total && addsUp(lineFlow()));
    assertThat(lineFlow().path("givenUp").asLong()).as("seed %d", seed).isZero();
    agent.destroyForcibly().waitFor();
    collector.destroyForcibly().waitFor();

    assertThat(counted()).as("seed %d", seed).isEqualTo(written);
  }

  @Test
  void realLogsWrittenWhileBothSidesRunAreCountedToTheLastLine() throws Exception {
    Path data = Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data");
    assumeTrue(Files.isDirectory(data), data + " is absent: nothing real to write");
    peoplePort = freePort();
    agentPort = freePort();
    Path logs = Files.createDirectories(directory.resolve("logs"));
    Process collector = collector();
    Process agent = agent();
    Map<String, Long> written = new TreeMap<>();
    for (String source : List.of("hdfs/hdfs_sample.log.gz", "loghub/OpenSSH_2k.log.gz")) {
      String name = source.substring(source.indexOf('/') + 1).replace(".gz", "");
      long lines = 0;
      try (var in =
              new BufferedReader(
                  new InputStreamReader(
                      new GZIPInputStream(Files.newInputStream(data.resolve(source))), UTF_8));
          Writer out = Files.newBufferedWriter(logs.resolve(name))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          out.write(line + "\n");
          lines++;
        }
      }
      written.put(name, lines);
    }
    long total = written.values().stream().mapToLong(Long::longValue).sum();
    await(total + " lines")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> received() >= total);
    agent.destroyForcibly().waitFor();
    collector.destroyForcibly().waitFor();

    assertThat(counted()).isEqualTo(written);
  }

  /// Lines by workload, as they stand in the collector's log.
  private Map<String, Long> counted() {
    Map<String, Long> counted = new TreeMap<>();
    try (StateStore store = StateStore.at(directory.resolve("collector/store"));
        InputLog log = new InputLog(store, System::currentTimeMillis)) {
      for (long at = 1; at <= log.newest(); ) {
        List<InputLog.Entry> entries = log.read(at, 1_000);
        for (InputLog.Entry entry : entries) {
          if (entry.kind() == InputLog.Kind.BATCH) {
            for (WindowSummary window : Arrival.decode(entry.payload()).windows()) {
              long lines = 0;
              for (WindowSummary.TemplateCount count : window.templates()) {
                lines += count.count();
              }
              assertThat(lines).isEqualTo(window.completeness().linesParsed());
              if (window.instance().platform().equals("file")) {
                String name = window.instance().name();
                counted.merge(name.substring(name.lastIndexOf('/') + 1), lines, Long::sum);
              }
            }
          }
        }
        at = entries.getLast().offset() + 1;
      }
    }
    return counted;
  }

  /// Some lines, sometimes half a line whose rest follows, to one of the files.
  private static void write(Path logs, Map<String, Long> written, Random random)
      throws IOException {
    String name = "service" + random.nextInt(FILES) + ".log";
    try (Writer out =
        Files.newBufferedWriter(
            logs.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      int lines = 1 + random.nextInt(40);
      for (int i = 0; i < lines; i++) {
        out.write("INFO request " + random.nextInt(1_000_000) + " answered in ");
        if (random.nextInt(10) == 0) {
          out.flush();
        }
        out.write(random.nextInt(900) + " ms\n");
      }
      written.merge(name, (long) lines, Long::sum);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
  }

  private long received() throws InterruptedException {
    return agentRow().path("linesReceived").asLong();
  }

  private JsonNode lineFlow() throws InterruptedException {
    return agentRow().path("lineFlow");
  }

  private static boolean addsUp(JsonNode flow) {
    return flow.path("sealed").asLong() > 0 && flow.path("underWay").asLong() == 0;
  }

  private JsonNode agentRow() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + peoplePort + "/api/agents"))
              .timeout(Duration.ofSeconds(5))
              .build();
      JsonNode agents =
          new JsonMapper()
              .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      return agents.path(0);
    } catch (IOException e) {
      return MissingNode.getInstance(); // the collector is not up yet
    }
  }

  private Process collector() throws IOException {
    Path config = directory.resolve("collector.yaml");
    Files.writeString(
        config,
        """
        data:
          directory: %s
        listen:
          people:
            port: %d
          agents:
            port: %d
        window:
          length: 1 s
        """
            .formatted(directory.resolve("collector"), peoplePort, agentPort));
    return java("io.tocsin.collector.Collector", config);
  }

  private Process agent() throws IOException {
    Path config = directory.resolve("agent.yaml");
    Files.writeString(
        config,
        """
        agent:
          id: ledger
          host: test
        data:
          directory: %s
        collector:
          address: 127.0.0.1:%d
        window:
          length: 1 s
        watch:
          docker: false
          kubernetes: false
          systemd: false
          host: false
          from-start: true
          files: ["%s/*.log"]
        """
            .formatted(directory.resolve("agent"), agentPort, directory.resolve("logs")));
    return java("io.tocsin.agent.Agent", config);
  }

  private Process java(String main, Path config) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main,
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve(main.substring(main.lastIndexOf('.') + 1) + ".out").toFile()))
            .start();
    started.add(process);
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
