import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Services of a Docker Swarm, as one stack on one node, their instances as containers on Docker's own bridge, watched by one agent on
/// the engine's machine. An image is the classes and a release's properties; the Java that runs them is this machine's, mounted.
final class Swarm implements Platform {
  private static final String STACK_LABEL = "com.docker.stack.namespace";
  private static final int PORT = 8080;

  /// Of each container; beside the heap it holds code, classes and threads.
  private static final String MEMORY = "512m";

  private static final long LEAVE_MILLIS = 60_000;

  /// The shared folder, as the containers see it.
  private static final String SHARED = "/shared";

  private static final Path CLASSES = Path.of(System.getProperty("java.class.path")).toAbsolutePath();

  private final Docker docker;
  private final Path home;
  private final Shared shared;

  /// Nobody else's: of this process at this moment.
  private final String stack = "tocsin-demo-%d-%d".formatted(ProcessHandle.current().pid(), System.currentTimeMillis() / 1_000);

  private final List<Path> mounted = new ArrayList<>();
  private final List<String> images = new ArrayList<>();
  private Path java;
  private boolean closed;

  Swarm(Docker docker, Path home) {
    this.docker = docker;
    this.home = home;
    this.shared = new Shared(home.resolve("shared"));
  }

  @Override
  public Shared shared() {
    return shared;
  }

  @Override
  public void lay(Map<String, String> shop) throws IOException, InterruptedException {
    shared.lay();
    Path image = home.resolve("image");
    for (String folder : List.of("app", "dev", "etc", "proc", "shared", "sys", "tmp")) {
      Files.createDirectories(image.resolve(folder));
    }
    for (String folder : List.of("usr", "bin", "lib", "lib64")) {
      Path here = Path.of("/", folder);
      if (Files.isSymbolicLink(here)) {
        Files.createSymbolicLink(image.resolve(folder), Files.readSymbolicLink(here));
      } else if (Files.isDirectory(here)) {
        mount(image, here);
      }
    }
    java = Path.of(System.getProperty("java.home")).toRealPath();
    mount(image, java);
    // Debian's packages keep a JDK's settings under /etc.
    mount(image, java.resolve("conf/security/java.security").toRealPath().getParent());
    try (Stream<Path> classes = Files.list(CLASSES)) {
      for (Path one : classes.toList()) {
        Files.copy(one, image.resolve("app").resolve(one.getFileName()));
      }
    }
    for (var release : shop.entrySet()) {
      bring(image, release.getKey(), release.getValue());
    }
  }

  /// Read-only, at the same place in every container.
  private void mount(Path image, Path folder) throws IOException {
    if (mounted.stream().noneMatch(folder::startsWith)) {
      Files.createDirectories(image.resolve(Path.of("/").relativize(folder)));
      mounted.add(folder);
    }
  }

  private void bring(Path image, String release, String shop) throws IOException, InterruptedException {
    for (Service service : SERVICES) {
      Files.writeString(image.resolve("app").resolve(service.name() + ".properties"), service.properties(release, shop));
    }
    Path tar = home.resolve("image-" + release + ".tar");
    Process packing = new ProcessBuilder("tar", "-C", image.toString(), "-cf", tar.toString(), ".").redirectErrorStream(true).redirectOutput(home.resolve("tar.txt").toFile()).start();
    if (packing.waitFor() != 0) {
      throw new IOException("tar ended with %d; see tar.txt in %s".formatted(packing.exitValue(), home));
    }
    change("import", tar.toString(), image(release));
    images.add(image(release));
  }

  /// `localhost` keeps the engine from asking a registry for it.
  private String image(String release) {
    return "localhost/" + stack + ":" + release;
  }

  @Override
  public void startServices(long seed) throws IOException, InterruptedException {
    start(INVENTORY, "http://nobody");
    shared.await(INVENTORY, INVENTORY.instances());
    String inventory = Shared.read(shared.address(INVENTORY.name(), 1));
    start(SHOP, inventory);
    start(CATALOGUE, inventory);
    shared.await(SHOP, SHOP.instances());
    shared.await(CATALOGUE, CATALOGUE.instances());
    create("load", 1, List.of(), LOAD_FLAGS, "Load %d %s".formatted(seed, SHARED));
  }

  private void start(Service service, String peer) throws IOException, InterruptedException {
    List<String> asked = new ArrayList<>(List.of("--container-label", "prometheus.io/scrape=true", "--container-label", "prometheus.io/port=" + PORT));
    // The old instance goes when the new one listens, as a service without a break needs it: a rollout must not look like an outage.
    asked.addAll(List.of("--update-order", "start-first", "--rollback-order", "start-first"));
    asked.addAll(List.of("--health-cmd", "exec bash -c \"exec 9<>/dev/tcp/$HOSTNAME/%d\"".formatted(PORT)));
    asked.addAll(List.of("--health-interval", "5s", "--health-timeout", "5s", "--health-start-period", "20s"));
    // The instance's number and its own name are known in the container alone.
    String arguments =
        "%1$s %2$s \"$SLOT\" \"$HOSTNAME\" %3$d /app/%2$s.properties /dev/stdout %4$s %5$s".formatted(service.program(), service.name(), PORT, SHARED, peer);
    create(service.name(), service.instances(), asked, SERVICE_FLAGS, arguments);
  }

  /// As Swarm knows a service.
  private String name(String service) {
    return stack + "_" + service;
  }

  private void create(String name, int instances, List<String> more, String flags, String program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("service", "create", "--detach", "--quiet", "--no-resolve-image"));
    command.addAll(List.of("--name", name(name), "--replicas", String.valueOf(instances)));
    command.addAll(List.of("--label", STACK_LABEL + "=" + stack, "--container-label", STACK_LABEL + "=" + stack));
    command.addAll(more);
    // The images and the folders are this node's.
    command.addAll(List.of("--constraint", "node.id==" + docker.node, "--limit-memory", MEMORY, "--log-driver", "json-file"));
    command.addAll(List.of("--env", "SLOT={{.Task.Slot}}", "--workdir", SHARED));
    command.addAll(List.of("--mount", "type=bind,source=%s,target=%s".formatted(shared.folder(), SHARED)));
    for (Path folder : mounted) {
      command.addAll(List.of("--mount", "type=bind,readonly,source=%1$s,target=%1$s".formatted(folder)));
    }
    command.addAll(List.of("--restart-delay", "1s", "--stop-grace-period", "5s"));
    command.addAll(List.of("--update-monitor", "1s", "--rollback-parallelism", half(instances), "--rollback-monitor", "1s"));
    command.addAll(List.of(image("1.0"), "/bin/sh", "-c", "exec %s/bin/java %s -cp /app %s".formatted(java, flags, program)));
    change(command.toArray(String[]::new));
  }

  @Override
  public String shop() {
    return "swarm/%1$s/%1$s_shop".formatted(stack);
  }

  @Override
  public String platforms() {
    return "swarm: %s\n".formatted(docker.address);
  }

  /// One node has one agent, so independent evidence is two kinds of it: requests as the services measure them, their error lines, what
  /// their cgroups use, whether they answer.
  @Override
  public List<String> watches() {
    return List.of("docker: true\ndocker-root: %s\n".formatted(docker.root));
  }

  @Override
  public long rollOut(Service service, String release, int holdSeconds) throws IOException, InterruptedException {
    long before = System.currentTimeMillis();
    update(service, "--update-parallelism", half(service.instances()), "--update-delay", holdSeconds + "s", "--image", image(release));
    return before;
  }

  private static String half(int instances) {
    return String.valueOf((instances + 1) / 2);
  }

  @Override
  public void restart(Service service) throws IOException, InterruptedException {
    update(service, "--update-parallelism", "1", "--update-delay", "0s", "--force");
  }

  private void update(Service service, String... how) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("service", "update", "--detach", "--quiet", "--no-resolve-image"));
    command.addAll(List.of(how));
    command.add(name(service.name()));
    change(command.toArray(String[]::new));
  }

  @Override
  public void scale(Service service, int instances) throws IOException, InterruptedException {
    String now = docker.run("service", "inspect", "--format", "{{.Spec.Mode.Replicated.Replicas}}", name(service.name()));
    if (instances < Integer.parseInt(now)) {
      throw new IOException("%s has %s instances; Swarm chooses which of them goes, so the load would go on asking it: only more are possible here".formatted(service.name(), now));
    }
    change("service", "scale", "--detach", "%s=%d".formatted(name(service.name()), instances));
    shared.await(service, instances);
  }

  @Override
  public void rotate(Service service) throws IOException {
    throw new IOException("the logs of %s are the Docker engine's, which alone rotates them, by their size".formatted(service.name()));
  }

  /// Of those that ended as long as Swarm keeps them: five a slot.
  @Override
  public long linesWritten() throws IOException, InterruptedException {
    long lines = 0;
    for (String id : containers()) {
      Path log = docker.root.resolve("containers").resolve(id).resolve(id + "-json.log");
      try {
        lines += Log.lines(log);
      } catch (NoSuchFileException e) {
        // Swarm has just forgotten this one.
      }
    }
    return lines;
  }

  private List<String> containers() throws IOException, InterruptedException {
    return docker.run("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=%s=%s".formatted(STACK_LABEL, stack)).lines().toList();
  }

  /// Nothing is begun once the end has.
  private synchronized void change(String... arguments) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the demo ends, nothing more is deployed");
    }
    docker.run(arguments);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      List<String> services = docker.run("service", "ls", "--quiet", "--filter", "label=%s=%s".formatted(STACK_LABEL, stack)).lines().toList();
      remove(List.of("service", "rm"), services);
      long deadline = System.currentTimeMillis() + LEAVE_MILLIS;
      while (!containers().isEmpty() && System.currentTimeMillis() < deadline) {
        Thread.sleep(200);
      }
      remove(List.of("image", "rm"), images);
    } catch (IOException e) {
      System.err.println("not all was taken away: %s%nto do it by hand: docker stack rm %s; docker image rm %s".formatted(e.getMessage(), stack, String.join(" ", images)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove(List<String> command, List<String> what) throws IOException, InterruptedException {
    if (!what.isEmpty()) {
      docker.run(Stream.concat(command.stream(), what.stream()).toList());
    }
  }
}
