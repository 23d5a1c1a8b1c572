import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Services as folders in the layout of the platform `directory`, their instances as processes on loopback, watched by two agents.
final class Folders implements Platform {
  /// The first of those of the shop; the catalogue's begin ten later, the inventory's twenty.
  private static final int PORTS = Integer.getInteger("tocsin.demo.services", 7640);

  private static final String CLASSES = Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";

  private final Path home;
  private final Path scripts;
  private final Shared shared;
  private final Programs programs;

  /// @param scripts folder of those that start, restart and roll out
  Folders(Path home, Path scripts) {
    this.home = home;
    this.scripts = scripts;
    this.shared = new Shared(home.resolve("shared"));
    this.programs = new Programs(home);
  }

  @Override
  public Shared shared() {
    return shared;
  }

  @Override
  public void lay(Map<String, String> shop) throws IOException {
    shared.lay();
    for (Service service : SERVICES) {
      lay(service, shop);
    }
  }

  private void lay(Service service, Map<String, String> shop) throws IOException {
    Path folder = home.resolve(service.name());
    for (var release : shop.entrySet()) {
      Path its = Files.createDirectories(folder.resolve("releases").resolve(release.getKey()));
      Files.writeString(its.resolve("service.properties"), service.properties(release.getKey(), release.getValue()));
    }
    Files.createSymbolicLink(folder.resolve("current"), Path.of("releases", "1.0"));
    try (Stream<Path> all = Files.list(scripts)) {
      for (Path script : all.toList()) {
        Files.copy(script, folder.resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.writeString(
        folder.resolve("service.env"),
        "NAME=%s\nMAIN=%s\nPORT_BASE=%d\nPEER=http://127.0.0.1:%d\nJAVA='%s'\nFLAGS='%s'\nCLASSES='%s'\nSHARED='%s'\n"
            .formatted(service.name(), service.program(), ports(service), ports(INVENTORY) + 1, JAVA, SERVICE_FLAGS, CLASSES, shared.folder()));
    for (int i = 1; i <= service.instances(); i++) {
      Files.createDirectories(instance(service, i));
    }
  }

  private static int ports(Service service) {
    return PORTS + 10 * List.of(SHOP, CATALOGUE, INVENTORY).indexOf(service);
  }

  @Override
  public void startServices(long seed) throws IOException, InterruptedException {
    for (Service service : SERVICES) {
      for (int i = 1; i <= service.instances(); i++) {
        run(service, "./instance", i);
      }
    }
    // Once everything listens: the learning must not begin with refused connections.
    for (Service service : SERVICES) {
      shared.await(service, service.instances());
    }
    List<String> load = new ArrayList<>(List.of(JAVA));
    load.addAll(List.of(LOAD_FLAGS.split(" ")));
    load.addAll(List.of("-cp", CLASSES, "Load", String.valueOf(seed), shared.folder().toString()));
    programs.start("load", load);
  }

  /// Runs a script of a service for one of its instances.
  private void run(Service service, String script, int instance) throws IOException, InterruptedException {
    Path folder = home.resolve(service.name());
    var output = folder.resolve("start.txt").toFile();
    Process process = new ProcessBuilder(script, String.valueOf(instance)).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output).start();
    if (process.waitFor() != 0) {
      throw new IOException("%s %d in %s ended with %d; see start.txt there".formatted(script, instance, folder, process.exitValue()));
    }
  }

  @Override
  public String shop() {
    return "directory/*/shop";
  }

  @Override
  public String platforms() {
    return """
    directory-poll: 500 ms
    directories:
      - path: %1$s/shop
        restart: [./restart, "{instance}"]
      - path: %1$s/catalogue
        restart: [./restart, "{instance}"]
      - path: %1$s/inventory
        restart: [./restart, "{instance}"]
    """
        .formatted(home);
  }

  @Override
  public List<String> watches() {
    return List.of(
        watch("\"1\", \"2\", \"5\"", "\"1\"", "  - folder: %s/inventory\n    instances: [\"1\"]\n".formatted(home)), watch("\"3\", \"4\", \"6\"", "\"2\"", ""));
  }

  private String watch(String shop, String catalogue, String more) {
    return """
    docker: false
    directories:
      - folder: %1$s/shop
        instances: [%2$s]
      - folder: %1$s/catalogue
        instances: [%3$s]
    """
            .formatted(home, shop, catalogue)
        + more;
  }

  @Override
  public long rollOut(Service service, String release, int holdSeconds) throws IOException, InterruptedException {
    long before = System.currentTimeMillis();
    Path folder = home.resolve(service.name());
    programs.start("rollout-" + service.name(), List.of(folder.resolve("rollout").toString(), release, String.valueOf(holdSeconds)));
    while (!Files.readSymbolicLink(folder.resolve("current")).endsWith(release)) {
      Thread.sleep(20);
    }
    return before;
  }

  @Override
  public void restart(Service service) throws IOException, InterruptedException {
    for (int i = 1; i <= instances(service); i++) {
      run(service, "./restart", i);
    }
  }

  @Override
  public void scale(Service service, int instances) throws IOException, InterruptedException {
    int now = instances(service);
    for (int i = now + 1; i <= instances; i++) {
      Files.createDirectories(instance(service, i));
      run(service, "./instance", i);
    }
    for (int i = now; i > instances; i--) {
      Files.delete(shared.address(service.name(), i));
      run(service, "./stop", i);
      Files.move(instance(service, i), home.resolve("%s-was-%d".formatted(service.name(), i)));
    }
    shared.await(service, instances);
  }

  @Override
  public void rotate(Service service) throws IOException {
    for (int i = 1; i <= instances(service); i++) {
      Path log = log(service, i);
      Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public long linesWritten() throws IOException {
    long lines = 0;
    for (Service service : SERVICES) {
      for (int i = 1; i <= instances(service); i++) {
        lines += Log.lines(log(service, i));
      }
    }
    return lines;
  }

  /// How many there are now; none before they are laid.
  private int instances(Service service) {
    int instances = 0;
    while (Files.isDirectory(instance(service, instances + 1))) {
      instances++;
    }
    return instances;
  }

  private Path instance(Service service, int number) {
    return home.resolve(service.name()).resolve("instances").resolve(String.valueOf(number));
  }

  private Path log(Service service, int number) {
    return instance(service, number).resolve("log").resolve(service.name() + ".log");
  }

  @Override
  public void close() {
    programs.close();
    try {
      for (Service service : SERVICES.reversed()) {
        for (int i = 1; i <= instances(service); i++) {
          run(service, "./stop", i);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
