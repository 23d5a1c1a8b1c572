package io.tocsin.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.metrics.Reading.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private @TempDir Path folder;
  private FixtureTree tree;
  private Sampler sampler;

  @BeforeEach
  void start() {
    tree = new FixtureTree(folder).mounts();
    sampler = new Sampler(new MetricsConfig(1_000, tree.proc()), group.next(), clock::get);
  }

  @AfterEach
  void stop() {
    onLoop(() -> {
      sampler.close();
      return 0;
    });
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private <T> T onLoop(Callable<T> what) {
    return group.submit(what).syncUninterruptibly().getNow();
  }

  private void watch(Running... running) {
    onLoop(() -> {
      sampler.watch(List.of(running));
      return 0;
    });
  }

  private void sample() {
    onLoop(() -> {
      sampler.sample();
      return 0;
    });
  }

  private Map<String, Reading> readings() {
    return onLoop(sampler::readings);
  }

  private Reading reading(String id) {
    Reading reading = readings().get(id);
    assertThat(reading).isNotNull();
    return reading;
  }

  private static Running running(
      String id, String platform, @Nullable Long pid, @Nullable String cgroup, @Nullable URI uri) {
    var instance = new Instance(id, platform, "h", "", id, "", "", 0, "", "");
    return new Running(
        instance,
        List.of(),
        pid == null ? OptionalLong.empty() : OptionalLong.of(pid),
        cgroup == null ? null : Path.of(cgroup),
        uri);
  }

  @Test
  void aProcessIsReadAsGaugesAndRates() {
    tree.process(7, 1, 100, 5_000);
    watch(running("a", "directory", 7L, null, null));
    sample();
    assertThat(reading("a").values())
        .as("no rate without two readings")
        .doesNotContainKey("process.cpu.cores");
    clock.addAndGet(10_000);
    tree.process(7, 1, 600, 5_000);
    sample();

    Reading reading = reading("a");
    assertThat(reading.alive()).isTrue();
    assertThat(reading.ready()).isNull();
    assertThat(reading.requests()).isNull();
    assertThat(reading.values())
        .containsEntry("process.cpu.cores", 1.0) // twice 500 ticks in 10 s
        .containsEntry("process.rss.bytes", 2048 * 1024d)
        .containsEntry("process.threads", 4d)
        .containsEntry("process.fds", 2d)
        .containsEntry("process.major-faults", 0d)
        .containsEntry("process.read.bytes", 500d);
  }

  @Test
  void theNetworkOfAnInstanceIsReadWhereItIsItsOwn() {
    String header = "Inter-| Receive\n face |bytes\n lo: 5 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0\n";
    tree.process(7, 1, 100, 5_000)
        .process(8, 1, 100, 5_000)
        .link("proc/1/ns/net", "net:[1]")
        .link("proc/7/ns/net", "net:[2]")
        .link("proc/8/ns/net", "net:[1]");
    for (int round = 0; round < 2; round++) {
      String eth = " eth0: %d 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n".formatted(round * 4_000);
      tree.write("proc/7/net/dev", header + eth).write("proc/8/net/dev", header + eth);
      watch(running("a", "docker", 7L, null, null), running("b", "docker", 8L, null, null));
      clock.addAndGet(2_000);
      sample();
    }

    Map<String, Reading> readings = readings();
    Reading container = readings.get("a");
    Reading neighbour = readings.get("b");
    assertThat(container).isNotNull();
    assertThat(neighbour).isNotNull();
    assertThat(container.values())
        .containsEntry("process.net.rx.bytes", 2_000d)
        .containsEntry("process.net.drops", 0d);
    assertThat(neighbour.values()).doesNotContainKey("process.net.rx.bytes");
  }

  @Test
  void whoWasKilledAndCleanedUpIsToldOfAtTheNextSeal() {
    tree.process(7, 1, 100, 5_000).write("proc/vmstat", "a 1\noom_kill 0\n");
    watch(running("a", "docker", 7L, null, null));
    sample();
    tree.delete("proc/7/stat").write("proc/vmstat", "a 1\noom_kill 1\n");
    watch();

    Reading last = reading("a");
    assertThat(last.alive()).isFalse();
    assertThat(last.oomKills()).isEqualTo(1);
  }

  @Test
  void aPidGivenToAnotherProcessIsNotTheInstanceAlive() {
    tree.process(7, 1, 100, 5_000);
    watch(running("a", "directory", 7L, null, null));
    sample();
    assertThat(reading("a").alive()).isTrue();

    tree.process(7, 1, 3, 9_000);
    sample();
    assertThat(reading("a").alive()).isFalse();
  }

  @Test
  void whoLeavesTheListGetsOneMoreReading() {
    tree.process(7, 1, 100, 5_000);
    watch(running("a", "directory", 7L, null, null));
    sample();
    tree.delete("proc/7/stat");
    watch();

    assertThat(reading("a").alive()).isFalse();
    assertThat(readings()).isEmpty();
  }

  @Test
  void theUnifiedHierarchyIsRead() {
    tree.mounts("cgroup2 nsdelegate sys/fs/cgroup")
        .write("sys/fs/cgroup/svc/memory.current", "1000\n")
        .write("sys/fs/cgroup/svc/memory.stat", "anon 500\ninactive_file 200\n")
        .write("sys/fs/cgroup/svc/memory.max", "1600\n")
        .write("sys/fs/cgroup/svc/memory.events", "oom 4\noom_kill 1\noom_group_kill 0\n")
        .write("sys/fs/cgroup/svc/pids.current", "3\n")
        .write("sys/fs/cgroup/svc/cpu.pressure", "some avg10=9.00 avg60=0.00 total=0\n")
        .write("sys/fs/cgroup/svc/cpu.stat", "usage_usec 0\nnr_periods 10\nnr_throttled 0\n");
    watch(running("a", "docker", null, "/svc", null));
    sample();
    readings();
    clock.addAndGet(2_000);
    tree.write("sys/fs/cgroup/svc/cpu.stat", "usage_usec 3000000\nnr_periods 30\nnr_throttled 5\n")
        .write("sys/fs/cgroup/svc/cpu.pressure", "some avg10=9.00 avg60=0.00 total=500000\n")
        .write("sys/fs/cgroup/svc/memory.events", "oom 6\noom_kill 3\noom_group_kill 0\n");
    sample();

    Reading reading = reading("a");
    assertThat(reading.oomKills()).isEqualTo(2);
    assertThat(reading.values())
        .isEqualTo(
            Map.of(
                "cgroup.memory.bytes", 800d,
                "cgroup.memory.limit.share", 0.5,
                "cgroup.pids", 3d,
                "cgroup.pressure.cpu", 0.25,
                "cgroup.cpu.cores", 1.5,
                "cgroup.cpu.throttled.share", 0.25));
    assertThat(reading("a").oomKills()).isZero();
  }

  @Test
  void separateHierarchiesAreReadEachWhereItLives() {
    tree.mounts(
            "cgroup memory cg/memory",
            "cgroup cpu cg/cpu",
            "cgroup cpuacct cg/cpuacct",
            "cgroup pids cg/pids",
            "cgroup2 rw cg/unified")
        .write("cg/memory/docker/3f/memory.usage_in_bytes", "1000\n")
        .write("cg/memory/docker/3f/memory.stat", "inactive_file 1\ntotal_inactive_file 400\n")
        .write("cg/memory/docker/3f/memory.limit_in_bytes", "9223372036854771712\n")
        .write("cg/memory/docker/3f/memory.oom_control", "under_oom 0\noom_kill 0\n")
        .write("cg/pids/docker/3f/pids.current", "5\n")
        .write("cg/cpu/docker/3f/cpu.stat", "nr_periods 0\nnr_throttled 0\n")
        .write("cg/unified/docker/3f/memory.pressure", "some avg10=9.00 avg60=0.00 total=0\n")
        .write("cg/cpuacct/docker/3f/cpuacct.usage", "0\n");
    watch(running("a", "docker", null, "docker/3f", null));
    sample();
    readings();
    clock.addAndGet(4_000);
    tree.write("cg/cpuacct/docker/3f/cpuacct.usage", "1000000000\n")
        .write("cg/unified/docker/3f/memory.pressure", "some avg10=9.00 total=60000\n")
        .write("cg/memory/docker/3f/memory.oom_control", "under_oom 0\noom_kill 1\n");
    sample();

    Reading reading = reading("a");
    assertThat(reading.oomKills()).isEqualTo(1);
    assertThat(reading.values())
        .isEqualTo(
            Map.of(
                "cgroup.memory.bytes", 600d,
                "cgroup.pids", 5d,
                "cgroup.pressure.memory", 0.015,
                "cgroup.cpu.cores", 0.25));
  }

  @Test
  void joinedControllersAreFound() {
    tree.mounts("cgroup cpu,cpuacct cg/cpu,cpuacct").write("cg/cpu,cpuacct/a/cpuacct.usage", "0\n");
    watch(running("a", "docker", null, "/a", null));
    sample();
    readings();
    clock.addAndGet(1_000);
    tree.write("cg/cpu,cpuacct/a/cpuacct.usage", "500000000\n");
    sample();

    assertThat(reading("a").values()).isEqualTo(Map.of("cgroup.cpu.cores", 0.5));
  }

  @Test
  void aSharedCgroupIsNobodysOwn() {
    tree.mounts("cgroup2 rw cg").write("cg/both/memory.current", "1000\n");
    var a = running("a", "docker", null, "/both", null);
    watch(a, running("b", "docker", null, "/both", null));
    sample();
    assertThat(readings().values()).allMatch(reading -> reading.values().isEmpty());

    watch(a);
    readings();
    sample();
    assertThat(reading("a").values()).containsEntry("cgroup.memory.bytes", 1000d);
  }

  @Test
  void theCgroupOfAProcessCountsOnlyWhileItHoldsNobodyElse() {
    tree.mounts("cgroup2 rw cg")
        .process(7, 1, 0, 1)
        .process(8, 7, 0, 2)
        .process(9, 1, 0, 3)
        .write("proc/7/cgroup", "3:cpuset:/\n0::/session\n")
        .write("cg/session/memory.current", "1000\n")
        .write("cg/session/cgroup.procs", "7\n8\n");
    watch(running("a", "directory", 7L, null, null));
    sample();
    assertThat(reading("a").values()).containsKey("cgroup.memory.bytes");

    tree.write("cg/session/cgroup.procs", "7\n8\n9\n");
    readings();
    sample();
    assertThat(reading("a").values()).doesNotContainKey("cgroup.memory.bytes");
  }

  @Test
  void aContainerWhoseCgroupSystemdNamedIsFoundByItsProcess() {
    tree.mounts("cgroup2 rw cg")
        .process(7, 1, 0, 1)
        .write("proc/7/cgroup", "0::/system.slice/docker-3f.scope\n")
        .write("cg/system.slice/docker-3f.scope/memory.current", "1000\n")
        .write("cg/system.slice/docker-3f.scope/cgroup.procs", "7\n");
    watch(running("a", "docker", 7L, "/docker/3f", null));
    sample();

    assertThat(reading("a").values()).containsEntry("cgroup.memory.bytes", 1000d);
  }

  @Test
  void theHostIsReadFromItsOwnFiles() {
    tree.write("proc/stat", "cpu  100 0 100 800 0 0 0 0 50 0\n")
        .write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 250 kB\n")
        .write("proc/loadavg", "1.25 0.5 0.1 3/129 8687\n")
        .write("proc/pressure/io", "some avg10=9.00 avg60=0.00 total=0\nfull avg10=0.00 total=0\n")
        .write("proc/net/dev", "head\n  lo: 9 0 0 0 0 0 0 0 9 0\n eth0:1000 1 0 0 0 0 0 0 50 1\n");
    watch(running("h", "host", null, null, null));
    sample();
    readings();
    clock.addAndGet(10_000);
    tree.write("proc/stat", "cpu  150 0 110 820 0 0 0 20 50 0\n")
        .write("proc/pressure/io", "some avg10=9.00 total=500000\nfull avg10=0.00 total=0\n")
        .write(
            "proc/net/dev", "head\n  lo: 99 0 0 0 0 0 0 0 99 0\n eth0:6000 1 0 0 0 0 0 0 150 1\n");
    sample();

    assertThat(reading("h").values())
        .isEqualTo(
            Map.of(
                "host.cpu.busy.share", 0.6,
                "host.cpu.steal.share", 0.2,
                "host.memory.available.share", 0.25,
                "host.load1", 1.25,
                "host.pressure.io", 0.05,
                "host.pressure.io.full", 0d,
                "host.net.rx.bytes", 500d,
                "host.net.tx.bytes", 10d));
  }

  @Test
  void theRealMachineAndThisProcessAreRead() {
    sampler = new Sampler(MetricsConfig.forWindows(1_000), group.next(), clock::get);
    long self = ProcessHandle.current().pid();
    watch(running("a", "directory", self, null, null), running("h", "host", null, null, null));
    sample();
    readings();
    clock.addAndGet(1_000);
    sample();

    Map<String, Reading> readings = readings();
    Reading process = readings.get("a");
    Reading host = readings.get("h");
    assertThat(process).isNotNull();
    assertThat(host).isNotNull();
    assertThat(process.alive()).isTrue();
    assertThat(process.values()).containsKeys("process.cpu.cores", "process.fds");
    assertThat(process.values().get("process.rss.bytes")).isGreaterThan(1e7);
    assertThat(process.values().get("process.threads")).isGreaterThan(5);
    assertThat(host.values().get("host.memory.available.share")).isBetween(0d, 1d);
    assertThat(host.values()).containsKey("host.load1");
    assertThat(host.values()).allSatisfy((_, value) -> assertThat(value).isGreaterThanOrEqualTo(0));
  }

  /// What the service answers; counters as they stand.
  private final class Service implements AutoCloseable {
    private final HttpServer server;
    private volatile String text = "";
    private volatile int status = 200;

    Service() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/metrics",
          exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            try (var out = exchange.getResponseBody()) {
              out.write(body);
            }
          });
      // Never answers: the connection stays open until the server stops.
      server.createContext("/hanging", _ -> {});
      server.start();
    }

    URI at(String path) {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /// Lets a period pass and waits for the answer.
    void scraped() {
      long before = onLoop(() -> sampler.counts().scrapes());
      clock.addAndGet(1_000);
      sample();
      await().until(() -> onLoop(() -> sampler.counts().scrapes()) > before);
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void requestsAreTheDifferenceBetweenTheLastAnswersOfTwoStretches() throws IOException {
    try (var service = new Service()) {
      watch(running("a", "directory", null, null, service.at("/metrics")));
      service.text = "http_requests_total{code=\"200\"} 100\nqueue 4\n";
      service.scraped();
      Reading first = reading("a");
      assertThat(first.requests()).as("the first answer is a baseline").isNull();
      assertThat(first.ready()).isTrue();
      assertThat(first.values()).containsEntry("queue", 4d);

      service.text = "http_requests_total{code=\"200\"} 130\n";
      service.scraped();
      service.text = "http_requests_total{code=\"200\"} 150\nhttp_requests_total{code=\"500\"} 2\n";
      service.scraped();
      assertThat(reading("a").requests())
          .isEqualTo(new Requests(52, 2, 0, List.of(), List.of(), 0, List.of()));
      assertThat(reading("a").requests()).as("no answer since").isNull();

      service.text = "http_requests_total{code=\"200\"} 1\n";
      service.scraped();
      assertThat(reading("a").requests()).as("the service started anew").isNull();

      service.text = "http_requests_total{code=\"200\"} 6\n";
      service.scraped();
      Requests again = reading("a").requests();
      assertThat(again).isNotNull();
      assertThat(again.total()).isEqualTo(5);
    }
  }

  @Test
  void aMissedAnswerPutsItsRequestsIntoTheWindowOfTheNext() throws IOException {
    try (var service = new Service()) {
      watch(running("a", "directory", null, null, service.at("/metrics")));
      service.text = "http_requests_total 100\n";
      service.scraped();
      readings();
      service.status = 503;
      service.scraped();
      Reading missed = reading("a");
      assertThat(missed.ready()).isFalse();
      assertThat(missed.requests()).isNull();

      service.status = 200;
      service.text = "http_requests_total 120\n";
      service.scraped();
      Requests requests = reading("a").requests();
      assertThat(requests).isNotNull();
      assertThat(requests.total()).isEqualTo(20);
      assertThat(onLoop(sampler::counts)).isEqualTo(new Sampler.Counts(3, 1, 0));
    }
  }

  @Test
  void anAnswerTooLongToReadIsReadyButTellsNothing() throws IOException {
    try (var service = new Service()) {
      watch(running("a", "directory", null, null, service.at("/metrics")));
      service.text = "a_value{of=\"%s\"} 1\n".formatted("x".repeat(500)).repeat(20_000);
      service.scraped();

      Reading reading = reading("a");
      assertThat(reading.ready()).isTrue();
      assertThat(reading.values()).isEmpty();
      assertThat(onLoop(sampler::counts).failed()).isEqualTo(1);
    }
  }

  @Test
  void garbageIsCountedAndTheServiceCountsAsReady() throws IOException {
    try (var service = new Service()) {
      watch(running("a", "directory", null, null, service.at("/metrics")));
      service.text = "<html>\n<body>hello</body>\n</html>\n";
      service.scraped();

      assertThat(reading("a").ready()).isTrue();
      assertThat(onLoop(sampler::counts)).isEqualTo(new Sampler.Counts(1, 0, 3));
    }
  }

  @Test
  void aHangingEndpointIsGivenUpAfterTwoSecondsAndAskedOnlyOnceAtATime() throws IOException {
    try (var service = new Service()) {
      watch(running("a", "directory", null, null, service.at("/hanging")));
      for (int period = 0; period < 5; period++) {
        clock.addAndGet(1_000);
        sample();
      }
      await()
          .atMost(5, TimeUnit.SECONDS)
          .until(() -> onLoop(() -> sampler.counts().scrapes()) == 1);

      assertThat(onLoop(sampler::counts)).isEqualTo(new Sampler.Counts(1, 1, 0));
      assertThat(reading("a").ready()).isFalse();
    }
  }

  @Test
  void nobodyListeningIsNotReady() {
    watch(running("a", "directory", null, null, URI.create("http://127.0.0.1:1/metrics")));
    clock.addAndGet(1_000);
    sample();
    await().until(() -> onLoop(() -> sampler.counts().failed()) == 1);

    assertThat(reading("a").ready()).isFalse();
  }

  @Test
  void whatWouldBlockTheLoopOrNeedsTlsIsRefusedInWords() {
    assertThat(Scraper.refusal(URI.create("https://127.0.0.1/metrics")))
        .contains("expected http://");
    assertThat(Scraper.refusal(URI.create("http://shop.example/metrics"))).contains("IP address");
    assertThat(Scraper.refusal(URI.create("http://[::1]:90/metrics"))).isNull();
    assertThat(Scraper.refusal(URI.create("http://localhost:90"))).isNull();
    assertThatThrownBy(() -> MetricsConfig.forWindows(10))
        .hasMessageContaining("expected 1,000 to 60,000 ms, found 10");
  }

  @Test
  void aShareAndARateAreExactOverManyReadings() {
    var stretch = new Stretch();
    for (int second = 0; second <= 10; second++) {
      stretch.counter("c", second * 3, second * 1_000L);
      stretch.gauge("g", second);
    }
    Map<String, Double> values = stretch.seal();

    assertThat(values.get("c")).isCloseTo(3, within(1e-12));
    assertThat(values.get("g")).isEqualTo(5);
    assertThat(stretch.seal()).isEmpty();
  }
}
