import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The folder in which services, load and platform find each other:
///
/// | file | |
/// |---|---|
/// | `addresses/<service>-<instance>` | where it listens; written by the instance itself once it does, and again by the one that takes its place |
/// | `ledgers/<service>-<instance>.csv` | what it really did, see `Ledger` |
/// | `rates/<service>` | requests a second that the load sends to each instance |
/// | `load.txt` | what the load has counted so far |
/// | `failing` | lies there when the inventory is to fail |
record Shared(Path folder) {
  private static final long PATIENCE_MILLIS = 60_000;

  void lay() throws IOException {
    for (Path part : List.of(addresses(), ledgers(), rates())) {
      Files.createDirectories(part);
    }
    for (Platform.Service service : Platform.SERVICES) {
      load(service, service.rate());
    }
  }

  private Path addresses() {
    return folder.resolve("addresses");
  }

  private Path ledgers() {
    return folder.resolve("ledgers");
  }

  private Path rates() {
    return folder.resolve("rates");
  }

  Path ledger(String service, int instance) {
    return ledgers().resolve(service + "-" + instance + ".csv");
  }

  Path counts() {
    return folder.resolve("load.txt");
  }

  Path failing() {
    return folder.resolve("failing");
  }

  Path address(String service, int instance) {
    return addresses().resolve(service + "-" + instance);
  }

  void announce(HttpServer server, String service, int instance) throws IOException {
    var socket = server.getAddress();
    replace(address(service, instance), "http://%s:%d".formatted(socket.getAddress().getHostAddress(), socket.getPort()));
  }

  /// Files of all addresses, in the order of their names.
  List<Path> announced() throws IOException {
    try (Stream<Path> files = Files.list(addresses())) {
      return files.filter(file -> !file.toString().endsWith(".new")).sorted().toList();
    }
  }

  /// @throws NoSuchFileException when it has never listened, or was taken away
  static String read(Path address) throws IOException {
    return Files.readString(address);
  }

  /// Returns once instances 1 to `instances` of a service listen.
  void await(Platform.Service service, int instances) throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    List<Path> files = IntStream.rangeClosed(1, instances).mapToObj(i -> address(service.name(), i)).toList();
    while (true) {
      List<Path> missing = files.stream().filter(file -> !Files.exists(file)).toList();
      if (missing.isEmpty()) {
        return;
      }
      if (System.currentTimeMillis() > deadline) {
        throw new IOException("%s did not listen within %d s".formatted(missing.getFirst().getFileName(), PATIENCE_MILLIS / 1_000));
      }
      Thread.sleep(50);
    }
  }

  /// Requests a second to each instance of a service, from now on.
  void load(Platform.Service service, double rate) throws IOException {
    replace(rates().resolve(service.name()), String.valueOf(rate));
  }

  /// Requests a second to an instance.
  double rate(Path address) throws IOException {
    String instance = address.getFileName().toString();
    return Double.parseDouble(Files.readString(rates().resolve(instance.substring(0, instance.lastIndexOf('-')))));
  }

  /// Who reads meanwhile finds the old text or the new one, and never a part.
  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
