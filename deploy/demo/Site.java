import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The demo's folder: three services in the `directory` layout, the configuration of one collector and two agents, and all the
/// processes started for it.
final class Site implements AutoCloseable {
  private static final int SHOP_PORT = 7640;
  private static final int CATALOGUE_PORT = 7650;
  private static final int INVENTORY_PORT = 7660;
  private static final int PEOPLE_PORT = Integer.getInteger("tocsin.demo.people", 7600);
  private static final int AGENTS_PORT = Integer.getInteger("tocsin.demo.agents", 7601);

  private static final String CLASSES = Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();

  private final Path home;
  private final Path sources;
  private final List<Process> processes = new ArrayList<>();
  final List<Process> agents = new ArrayList<>();
  Process collector;

  Site(Path home, Path sources) {
    this.home = home;
    this.sources = sources;
  }

  String address() {
    return "http://127.0.0.1:" + PEOPLE_PORT;
  }

  void lay(Scenario scenario) throws IOException {
    service("inventory", "Inventory", INVENTORY_PORT, 1, "version=1.1\n");
    service("shop", "Shop", SHOP_PORT, 4, scenario.properties());
    service("catalogue", "Shop", CATALOGUE_PORT, 2, "version=1.1\n");
    // The keys of the configuration stand here and nowhere else in the demo.
    Files.writeString(
        home.resolve("collector.yaml"),
        """
        data:
          directory: %1$s/collector
        listen:
          people:
            port: %2$d
          agents:
            port: %3$d
        window:
          length: 1 s
          seal:
            grace: 3 s
          together: 20 s
        detect:
          learn: 60 s
          short-term: 10 s
          long-term: 30 s
          follow: 10 min
          block: 2 s
        budget:
          false-alarms-per-month: 360
          gap: 10 s
          quiet: 2 min
          fall-per-minute: 3
        judge:
          block: 2 s
          start-up: 5 s
          fast-bake: 1 min
          give-up: 10 min
          restarts-per-bake: 2
          verify: 30 s
        respond:
          act-without-record: true
          rules:
            - workloads: "directory/*/shop"
              autonomy: act
        platforms:
          directory-poll: 500 ms
          directories:
            - path: %1$s/shop
              restart: [./restart, "{instance}"]
            - path: %1$s/catalogue
              restart: [./restart, "{instance}"]
            - path: %1$s/inventory
              restart: [./restart, "{instance}"]
        """
            .formatted(home, PEOPLE_PORT, AGENTS_PORT));
    agent(1, "\"1\", \"2\"", "\"1\"", "\n    - folder: %s/inventory\n      instances: [\"1\"]".formatted(home));
    agent(2, "\"3\", \"4\"", "\"2\"", "");
  }

  private void agent(int number, String shop, String catalogue, String more) throws IOException {
    Files.writeString(
        home.resolve("agent-" + number + ".yaml"),
        """
        agent:
          id: agent-%1$d
        collector:
          address: 127.0.0.1:%2$d
        data:
          directory: %3$s/agent-%1$d
        window:
          length: 1 s
        watch:
          docker: false
          kubernetes: false
          systemd: false
          host: false
          files: []
          directories:
            - folder: %3$s/shop
              instances: [%4$s]
            - folder: %3$s/catalogue
              instances: [%5$s]%6$s
        """
            .formatted(number, AGENTS_PORT, home, shop, catalogue, more));
  }

  private void service(String name, String main, int port, int instances, String second) throws IOException {
    Path folder = home.resolve(name);
    for (String release : List.of("1.0", "1.1")) {
      Path its = Files.createDirectories(folder.resolve("releases").resolve(release));
      Files.writeString(its.resolve("service.properties"), release.equals("1.0") ? "version=1.0\n" : second);
    }
    Files.createSymbolicLink(folder.resolve("current"), Path.of("releases", "1.0"));
    try (Stream<Path> scripts = Files.list(sources.resolve("service"))) {
      for (Path script : scripts.toList()) {
        Files.copy(script, folder.resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.writeString(
        folder.resolve("service.env"),
        "NAME=%s\nMAIN=%s\nPORT_BASE=%d\nPEER=http://127.0.0.1:%d\nJAVA='%s/bin/java'\nCLASSES='%s'\n"
            .formatted(name, main, port, INVENTORY_PORT + 1, System.getProperty("java.home"), CLASSES));
    for (int i = 1; i <= instances; i++) {
      Files.createDirectories(folder.resolve("instances/" + i));
    }
  }

  void startServices(long seed) throws IOException, InterruptedException {
    List<String> load = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Dhttp.maxConnections=256"));
    load.addAll(List.of("-cp", CLASSES, "Load", String.valueOf(seed), home.resolve("load.txt").toString()));
    for (String name : List.of("inventory", "shop", "catalogue")) {
      for (Path instance : instances(name)) {
        String n = instance.getFileName().toString();
        run(home.resolve(name), "./instance", n);
        if (!name.equals("inventory")) {
          load.add("http://127.0.0.1:" + Files.readString(instance.resolve("port")).strip());
          load.add(name.equals("shop") ? "40" : "20");
        }
      }
    }
    // Once everything listens: the learning must not begin with refused connections.
    for (int i = 7; i < load.size(); i++) {
      if (load.get(i).startsWith("http")) {
        awaitHealthy(load.get(i));
      }
    }
    start("load", load);
  }

  private static void awaitHealthy(String base) throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + 30_000;
    while (true) {
      try (var _ = URI.create(base + "/health").toURL().openStream()) {
        return;
      } catch (IOException e) {
        if (System.currentTimeMillis() > deadline) {
          throw new IOException(base + " did not answer within 30 s: " + e.getMessage(), e);
        }
      }
      Thread.sleep(200);
    }
  }

  void startCollector(List<String> launcher) throws IOException {
    collector = start("collector", command(launcher, "collector", "collector.yaml"));
  }

  void startAgents(List<String> launcher) throws IOException {
    for (int i = 1; i <= 2; i++) {
      agents.add(start("agent-" + i, command(launcher, "agent", "agent-" + i + ".yaml")));
    }
  }

  /// Starts the rollout of 1.1 and returns when `current` has moved.
  long rollOut(int holdSeconds) throws IOException, InterruptedException {
    long before = System.currentTimeMillis();
    start("rollout", List.of(home.resolve("shop/rollout").toString(), "1.1", String.valueOf(holdSeconds)));
    while (!Files.readSymbolicLink(home.resolve("shop/current")).endsWith("1.1")) {
      Thread.sleep(20);
    }
    return before;
  }

  void failInventory() throws IOException {
    Files.writeString(home.resolve("inventory/failing"), "");
  }

  void stopAgents() {
    agents.forEach(Process::destroy);
  }

  /// Lines in all logs of the services, counted from the files.
  long linesWritten() throws IOException {
    long lines = 0;
    for (String name : List.of("inventory", "shop", "catalogue")) {
      for (Path instance : instances(name)) {
        try (var log = Files.newInputStream(instance.resolve("log").resolve(name + ".log"))) {
          byte[] buffer = new byte[1 << 16];
          for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
            for (int i = 0; i < n; i++) {
              lines += buffer[i] == '\n' ? 1 : 0;
            }
          }
        }
      }
    }
    return lines;
  }

  /// Resident memory of a process we started, or of the launcher's child, in MB; null when it is gone.
  static Double residentMb(Process process) {
    try {
      long bytes = 0;
      for (ProcessHandle handle : Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
        bytes = Math.max(bytes, Long.parseLong(Files.readString(Path.of("/proc/" + handle.pid() + "/statm")).split(" ")[1]) * 4096);
      }
      return bytes == 0 ? null : (Double) (Math.round(bytes / 1e5) / 10.0);
    } catch (IOException e) {
      return null;
    }
  }

  /// What is wrong when the collector ended by itself; null while it runs.
  String dead() throws IOException {
    if (collector != null && !collector.isAlive()) {
      return "the collector ended with %d; see %s".formatted(collector.exitValue(), home.resolve("collector.log"));
    }
    return null;
  }

  private List<String> command(List<String> launcher, String what, String config) {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(what, "--config", home.resolve(config).toString()));
    return command;
  }

  private Process start(String name, List<String> command) throws IOException {
    var log = home.resolve(name + ".log").toFile();
    Process process = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(log).start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("start.txt").toFile()).start();
    if (process.waitFor() != 0) {
      throw new IOException("%s in %s ended with %d; see start.txt there".formatted(List.of(command), folder, process.exitValue()));
    }
  }

  private List<Path> instances(String service) throws IOException {
    try (Stream<Path> instances = Files.list(home.resolve(service).resolve("instances"))) {
      return instances.sorted().toList();
    }
  }

  /// Ends everything that was started, ours first, then the services.
  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    for (String name : List.of("shop", "catalogue", "inventory")) {
      try {
        for (Path instance : instances(name)) {
          Path pid = instance.resolve("pid");
          if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
