import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Services as folders in the layout of the platform `directory`, their instances as processes on loopback, watched by two agents.
final class Folders implements Platform {
  private static final int SHOP_PORT = 7640;
  private static final int CATALOGUE_PORT = 7650;
  private static final int INVENTORY_PORT = 7660;

  private static final String CLASSES = Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";

  private final Path home;
  private final Path scripts;
  private final Path addresses;
  private final Programs programs;

  /// @param scripts folder of those that start, restart and roll out
  Folders(Path home, Path scripts) {
    this.home = home;
    this.scripts = scripts;
    this.addresses = home.resolve("addresses");
    this.programs = new Programs(home);
  }

  @Override
  public void lay(Scenario scenario) throws IOException {
    Files.createDirectories(addresses);
    service(INVENTORY, INVENTORY_PORT, "version=1.1\n");
    service(SHOP, SHOP_PORT, scenario.properties());
    service(CATALOGUE, CATALOGUE_PORT, "version=1.1\n");
  }

  private void service(Service service, int port, String second) throws IOException {
    Path folder = home.resolve(service.name());
    for (String release : List.of("1.0", "1.1")) {
      Path its = Files.createDirectories(folder.resolve("releases").resolve(release));
      Files.writeString(its.resolve("service.properties"), release.equals("1.0") ? "version=1.0\n" : second);
    }
    Files.createSymbolicLink(folder.resolve("current"), Path.of("releases", "1.0"));
    try (Stream<Path> all = Files.list(scripts)) {
      for (Path script : all.toList()) {
        Files.copy(script, folder.resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.writeString(
        folder.resolve("service.env"),
        "NAME=%s\nMAIN=%s\nPORT_BASE=%d\nPEER=http://127.0.0.1:%d\nJAVA='%s'\nFLAGS='%s'\nCLASSES='%s'\nADDRESSES='%s'\n"
            .formatted(service.name(), service.program(), port, INVENTORY_PORT + 1, JAVA, SERVICE_FLAGS, CLASSES, addresses));
    for (int i = 1; i <= service.instances(); i++) {
      Files.createDirectories(folder.resolve("instances/" + i));
    }
  }

  @Override
  public void startServices(long seed) throws IOException, InterruptedException {
    for (Service service : SERVICES) {
      for (int i = 1; i <= service.instances(); i++) {
        run(home.resolve(service.name()), "./instance", String.valueOf(i));
      }
    }
    // Once everything listens: the learning must not begin with refused connections.
    for (Service service : SERVICES) {
      Addresses.await(addresses, service);
    }
    List<String> load = new ArrayList<>(List.of(JAVA));
    load.addAll(List.of(LOAD_FLAGS.split(" ")));
    load.addAll(List.of("-cp", CLASSES, "Load", String.valueOf(seed), home.resolve("load.txt").toString()));
    load.addAll(Load.targets(addresses));
    programs.start("load", load);
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("start.txt").toFile()).start();
    if (process.waitFor() != 0) {
      throw new IOException("%s in %s ended with %d; see start.txt there".formatted(List.of(command), folder, process.exitValue()));
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
        watch("\"1\", \"2\"", "\"1\"", "  - folder: %s/inventory\n    instances: [\"1\"]\n".formatted(home)), watch("\"3\", \"4\"", "\"2\"", ""));
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
  public long rollOut(int holdSeconds) throws IOException, InterruptedException {
    long before = System.currentTimeMillis();
    programs.start("rollout", List.of(home.resolve("shop/rollout").toString(), "1.1", String.valueOf(holdSeconds)));
    while (!Files.readSymbolicLink(home.resolve("shop/current")).endsWith("1.1")) {
      Thread.sleep(20);
    }
    return before;
  }

  @Override
  public void failInventory() throws IOException {
    Files.writeString(home.resolve("inventory/failing"), "");
  }

  @Override
  public long linesWritten() throws IOException {
    long lines = 0;
    for (Service service : SERVICES) {
      for (int i = 1; i <= service.instances(); i++) {
        lines += Log.lines(instance(service, i).resolve("log").resolve(service.name() + ".log"));
      }
    }
    return lines;
  }

  private Path instance(Service service, int number) {
    return home.resolve(service.name()).resolve("instances").resolve(String.valueOf(number));
  }

  @Override
  public void close() {
    programs.close();
    for (Service service : SERVICES.reversed()) {
      for (int i = 1; i <= service.instances(); i++) {
        Path pid = instance(service, i).resolve("pid");
        try {
          if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
