import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;

/// Where instances listen: one file each, `<service>-<instance>`, written by the instance itself once it does, and again by the one that
/// takes its place.
final class Addresses {
  private static final long PATIENCE_MILLIS = 60_000;

  private Addresses() {}

  static Path file(Path folder, Platform.Service service, int instance) {
    return folder.resolve(service.name() + "-" + instance);
  }

  static void announce(HttpServer server, Path file) throws IOException {
    var socket = server.getAddress();
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, "http://%s:%d".formatted(socket.getAddress().getHostAddress(), socket.getPort()));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// @throws NoSuchFileException when it has never listened
  static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  /// Returns once all instances of a service listen.
  static void await(Path folder, Platform.Service service) throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    List<Path> files = IntStream.rangeClosed(1, service.instances()).mapToObj(i -> file(folder, service, i)).toList();
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
}
