import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Where the demo's services run, how a release reaches them, and where their logs lie. The services are `shop` (four instances, the one
/// that gets release 1.1), `catalogue` (two) and `inventory` (one, which both ask). Not for several threads, but for [#close], which a
/// signal may call at any time.
interface Platform extends AutoCloseable {
  /// @param program that an instance runs
  /// @param instances at the start
  /// @param rate requests a second to each instance, at the start
  record Service(String name, String program, int instances, double rate) {
    /// What stands in a release's properties.
    ///
    /// @param shop what the release does to the shop; in all other services it is good
    String properties(String release, String shop) {
      return "version=%s\n%s".formatted(release, this == SHOP ? shop : "");
    }
  }

  Service INVENTORY = new Service("inventory", "Inventory", 1, 0);
  Service SHOP = new Service("shop", "Shop", 4, 60);
  Service CATALOGUE = new Service("catalogue", "Shop", 2, 20);

  /// In the order in which they can start.
  List<Service> SERVICES = List.of(INVENTORY, SHOP, CATALOGUE);

  /// A small fixed nursery keeps a healthy heap small and moves a leak out of it soon; the leak then has room for minutes.
  String SERVICE_FLAGS =
      "-Xms12m -Xmn4m -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Dsun.net.httpserver.nodelay=true -Dhttp.maxConnections=64";

  String LOAD_FLAGS = "-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Dhttp.maxConnections=256";

  /// @param home the demo's folder
  /// @throws IOException in words for people, when there is no such platform here
  static Platform named(String name, Path home) throws IOException, InterruptedException {
    return switch (name) {
      case "directory" -> new Folders(home, Path.of(System.getProperty("tocsin.demo.sources"), "service"));
      case "swarm" -> new Swarm(Docker.managerOfASwarm(), home);
      default -> throw new IllegalArgumentException("--platform %s: expected directory or swarm".formatted(name));
    };
  }

  static Service service(String name) {
    return SERVICES.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("expected shop, catalogue or inventory, found " + name));
  }

  /// The folder `shared` in the demo's.
  Shared shared();

  /// Puts the releases of all services where they can be deployed from. Starts nothing.
  ///
  /// @param shop what each release does to the shop, see `Conduct`; 1.0 must be among them
  void lay(Map<String, String> shop) throws IOException, InterruptedException;

  /// Starts release 1.0 of all services and, once all of them listen, the load.
  void startServices(long seed) throws IOException, InterruptedException;

  /// The shop's key in the collector; `*` stands for what is known there alone.
  String shop();

  /// The collector's `platforms`, in YAML.
  String platforms();

  /// What each agent watches: the rest of its `watch`, in YAML; one entry an agent.
  List<String> watches();

  /// Starts the rollout of a release to a service, half of it at once and the rest after the hold, and returns when it is under way.
  ///
  /// @return when it began, epoch milliseconds
  long rollOut(Service service, String release, int holdSeconds) throws IOException, InterruptedException;

  /// Restarts all instances of a service, one by one.
  void restart(Service service) throws IOException, InterruptedException;

  /// Starts instances of a service, or takes the last ones away, until there are so many, and returns when all of them listen.
  ///
  /// @throws IOException in words for people, when this platform cannot
  void scale(Service service, int instances) throws IOException, InterruptedException;

  /// Moves the log files of a service away, as a rotation does.
  ///
  /// @throws IOException in words for people, when this platform cannot
  void rotate(Service service) throws IOException;

  /// From now on most requests to the inventory fail.
  default void failInventory() throws IOException {
    Files.writeString(shared().failing(), "");
  }

  /// Lines in all logs of the services so far.
  long linesWritten() throws IOException, InterruptedException;

  /// Ends the services and the load, and takes away what was put outside of the demo's folder. Safe to call twice.
  @Override
  void close();
}
