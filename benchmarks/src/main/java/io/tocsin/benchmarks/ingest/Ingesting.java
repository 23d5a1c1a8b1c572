package io.tocsin.benchmarks.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.tocsin.benchmarks.Arguments;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.Batch;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Completeness;
import io.tocsin.v1.Hello;
import io.tocsin.v1.Instance;
import io.tocsin.v1.Level;
import io.tocsin.v1.Liveness;
import io.tocsin.v1.Metric;
import io.tocsin.v1.Requests;
import io.tocsin.v1.TemplateCount;
import io.tocsin.v1.WindowSummary;
import io.tocsin.v1.WindowsGrpc;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Windows a second that a real collector makes durable and then judges, and its memory, as
/// `part,entity,metric,value`. Agents stream as fast as they are acknowledged, as after an outage;
/// the collector is a process of its own with the launcher's memory flags.
public final class Ingesting {
  private static final String USAGE =
      "benchmarks/run ingest [--agents N] [--instances N] [--windows N]: instances of each agent, windows of each instance";
  private static final long WINDOW_MILLIS = 10_000;
  private static final int IN_FLIGHT = 64; // as an agent's link
  private static final int TEMPLATES = 20;
  private static final int METRICS = 15;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Ingesting() {}

  public static void main(String[] args) throws Exception {
    var arguments = new Arguments(args, USAGE, List.of("--agents", "--instances", "--windows"));
    int agents = arguments.count("--agents", 4);
    int instances = arguments.count("--instances", 25);
    int windows = arguments.count("--windows", 400);
    Path data = Files.createTempDirectory("tocsin-ingesting");
    int people = freePort();
    int port = freePort();
    Process collector = collector(data, people, port);
    try {
      ready(collector, people);
      System.out.println("part,entity,metric,value");
      String entity = "%dx%dx%d".formatted(agents, instances, windows);
      say(entity, "rss_mb_before", rssMegabytes(collector));
      measure(entity, collector, people, port, agents, instances, windows);
    } finally {
      collector.destroy();
      collector.waitFor();
      try (var files = Files.walk(data)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void measure(
      String entity,
      Process collector,
      int people,
      int port,
      int agents,
      int instances,
      int windows)
      throws Exception {
    long first =
        Math.floorDiv(System.currentTimeMillis(), WINDOW_MILLIS) * WINDOW_MILLIS
            - windows * WINDOW_MILLIS;
    long started = System.nanoTime();
    List<Sender> senders = new ArrayList<>();
    for (int agent = 0; agent < agents; agent++) {
      senders.add(new Sender(port, agent, instances, windows, first));
    }
    List<Thread> threads = senders.stream().map(s -> Thread.ofPlatform().start(s)).toList();
    for (Thread thread : threads) {
      thread.join();
    }
    double bytes = 0;
    for (Sender sender : senders) {
      bytes += sender.finished();
    }
    double durable = (System.nanoTime() - started) / 1e9;
    double sent = (double) agents * instances * windows;
    say(entity, "windows_per_second_durable", sent / durable);
    say(entity, "megabytes_per_second_durable", bytes / 1e6 / durable);
    say(entity, "rss_mb_durable", rssMegabytes(collector));
    long appended = log(people).get("appended").asLong();
    while (log(people).get("consumed").asLong() < appended) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    double consumed = (System.nanoTime() - started) / 1e9;
    say(entity, "windows_per_second_judged", sent / consumed);
    say(entity, "rss_mb_judged", rssMegabytes(collector));
    say(entity, "cpu_seconds", collector.info().totalCpuDuration().orElseThrow().toMillis() / 1e3);
  }

  /// One agent's stream.
  private static final class Sender implements Runnable, StreamObserver<CollectorMessage> {
    private final ManagedChannel channel;
    private final StreamObserver<AgentMessage> stream;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final int agent;
    private final int instances;
    private final int windows;
    private final long firstMillis;
    private long bytes;

    Sender(int port, int agent, int instances, int windows, long firstMillis) {
      this.agent = agent;
      this.instances = instances;
      this.windows = windows;
      this.firstMillis = firstMillis;
      this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      this.stream = WindowsGrpc.newStub(channel).connect(this);
    }

    @Override
    public void run() {
      stream.onNext(
          AgentMessage.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setAgentId("agent-" + agent)
                      .setHost("host-" + agent)
                      .setVersion("benchmark")
                      .setEpoch(1)
                      .setFirstSequence(1)
                      .setWindowMs((int) WINDOW_MILLIS)
                      .setClockEpochMs(System.currentTimeMillis()))
              .build());
      for (int window = 0; window < windows && !done.isDone(); window++) {
        Batch batch = batch(window);
        bytes += batch.getSerializedSize();
        free.acquireUninterruptibly();
        stream.onNext(AgentMessage.newBuilder().setBatch(batch).build());
      }
    }

    /// @return bytes sent, once all of them are durable
    long finished() throws Exception {
      try {
        done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return bytes;
      } finally {
        channel.shutdownNow();
      }
    }

    private Batch batch(int window) {
      long start = firstMillis + window * WINDOW_MILLIS;
      Batch.Builder batch =
          Batch.newBuilder().setSequence(window + 1).setSealedAtEpochMs(start + WINDOW_MILLIS);
      for (int i = 0; i < instances; i++) {
        batch.addWindows(summary(i, start, window));
      }
      return batch.build();
    }

    private WindowSummary summary(int number, long start, int window) {
      // A steady service whose counts move a little, so that nothing is constant.
      int wave = (window * 7 + number * 3) % 11;
      WindowSummary.Builder summary =
          WindowSummary.newBuilder()
              .setInstance(
                  Instance.newBuilder()
                      .setId("host-%d/service-%d/1".formatted(agent, number))
                      .setPlatform("directory")
                      .setHost("host-" + agent)
                      .setWorkload("directory/host-%d/srv%%2Fservice-%d".formatted(agent, number))
                      .setName("1")
                      .setRelease("1.0")
                      .setStartedAtEpochMs(firstMillis - 3_600_000))
              .setStartEpochMs(start)
              .setEndEpochMs(start + WINDOW_MILLIS)
              .setLiveness(Liveness.newBuilder().setAlive(true).setReadyKnown(true).setReady(true))
              .setRequests(
                  Requests.newBuilder()
                      .setTotal(1_000 + wave)
                      .setFailed(wave == 3 ? 1 : 0)
                      .addAllUpperMs(List.of(10.0, 50.0, 200.0, Double.POSITIVE_INFINITY))
                      .addAllBucketCounts(List.of(700L, 250L, 49L, 1L + wave))
                      .setSumMs(20_000 + 10 * wave));
      long lines = 0;
      for (int template = 0; template < TEMPLATES; template++) {
        long count = 5L + (template + wave) % 13;
        lines += count;
        summary.addTemplates(
            TemplateCount.newBuilder()
                .setId(1_000 + template)
                .setCount(count)
                .setLevel(template == 0 ? Level.LEVEL_WARN : Level.LEVEL_INFO));
      }
      for (int metric = 0; metric < METRICS; metric++) {
        summary.addMetrics(
            Metric.newBuilder().setName("process.metric." + metric).setValue(100 + metric + wave));
      }
      return summary
          .setCompleteness(
              Completeness.newBuilder()
                  .setBytesOnDisk(100 * lines)
                  .setBytesRead(100 * lines)
                  .setLinesRead(lines)
                  .setLinesParsed(lines))
          .build();
    }

    @Override
    public void onNext(CollectorMessage answer) {
      if (answer.hasAck()) {
        free.release();
        if (answer.getAck().getSequence() == windows) {
          done.complete(null);
        }
      }
    }

    @Override
    public void onError(Throwable fault) {
      done.completeExceptionally(fault);
      free.release(IN_FLIGHT); // the sender must not wait for ever
    }

    @Override
    public void onCompleted() {
      done.completeExceptionally(new IOException("the collector closed the stream"));
      free.release(IN_FLIGHT);
    }
  }

  private static Process collector(Path data, int people, int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-Xmx512m",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "io.tocsin.collector.Collector",
            "--data",
            data.resolve("collector").toString(),
            "--port",
            String.valueOf(people),
            "--agent-port",
            String.valueOf(port))
        .redirectErrorStream(true)
        .redirectOutput(data.resolve("collector.log").toFile())
        .start();
  }

  private static void ready(Process collector, int people) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        log(people);
        return;
      } catch (IOException e) {
        if (!collector.isAlive() || System.nanoTime() > until) {
          throw new TimeoutException("the collector did not start; it ended or took over 60 s");
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private static JsonNode log(int people) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest status =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + people + "/api/status")).build();
      return new ObjectMapper()
          .readTree(http.send(status, HttpResponse.BodyHandlers.ofString()).body())
          .get("log");
    }
  }

  private static double rssMegabytes(Process process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1.024e-3;
      }
    }
    throw new IOException("no VmRSS of process " + process.pid());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void say(String entity, String metric, double value) {
    System.out.printf(Locale.ROOT, "ingesting,%s,%s,%.3f%n", entity, metric, value);
  }
}
