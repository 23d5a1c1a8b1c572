import java.io.IOException;
import java.util.List;

/// Where the demo's services run, how a release reaches them, and where their logs lie. The services are `shop` (four instances, the one
/// that gets release 1.1), `catalogue` (two) and `inventory` (one, which both ask). Not for several threads, but for [#close], which a
/// signal may call at any time.
interface Platform extends AutoCloseable {
  /// Program of a service, and its instances.
  record Service(String name, String program, int instances) {}

  Service INVENTORY = new Service("inventory", "Inventory", 1);
  Service SHOP = new Service("shop", "Shop", 4);
  Service CATALOGUE = new Service("catalogue", "Shop", 2);

  /// In the order in which they can start.
  List<Service> SERVICES = List.of(INVENTORY, SHOP, CATALOGUE);

  /// Requests a second to each instance of the shop and of the catalogue.
  int SHOP_RATE = 40;

  int CATALOGUE_RATE = 20;

  /// A small fixed nursery keeps a healthy heap small and moves a leak out of it soon; the leak then has room for minutes.
  String SERVICE_FLAGS =
      "-Xms12m -Xmn4m -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Dsun.net.httpserver.nodelay=true -Dhttp.maxConnections=64";

  String LOAD_FLAGS = "-Xmx48m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Dhttp.maxConnections=256";

  /// Puts both releases where they can be deployed from. Starts nothing.
  void lay(Scenario scenario) throws IOException, InterruptedException;

  /// Starts release 1.0 of all services and, once all of them listen, the load.
  void startServices(long seed) throws IOException, InterruptedException;

  /// The shop's key in the collector; `*` stands for what is known there alone.
  String shop();

  /// The collector's `platforms`, in YAML.
  String platforms();

  /// What each agent watches: the rest of its `watch`, in YAML; one entry an agent.
  List<String> watches();

  /// Starts the rollout of 1.1 to the shop, half of it at once and the rest after the hold, and returns when it is under way.
  ///
  /// @return when it began, epoch milliseconds
  long rollOut(int holdSeconds) throws IOException, InterruptedException;

  /// From now on most requests to the inventory fail.
  void failInventory() throws IOException;

  /// Lines in all logs of the services so far.
  long linesWritten() throws IOException, InterruptedException;

  /// Ends the services and the load, and takes away what was put outside of the demo's folder. Safe to call twice.
  @Override
  void close();
}
