import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// The back end that shop and catalogue share. Fails most requests while `failing` lies in the shared folder.
///
/// Arguments as those of `Shop`; it asks nobody.
final class Inventory {
  private static final double FAILING_SHARE = 0.7;

  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    int port = Integer.parseInt(arguments[3]);
    var log = new Log(Path.of(arguments[5]), name);
    var meters = new Meters();
    var shared = new Shared(Path.of(arguments[6]));
    var server = HttpServer.create(new InetSocketAddress(arguments[2], port), 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/stock/",
        exchange -> {
          long start = System.nanoTime();
          boolean fails = Files.exists(shared.failing()) && ThreadLocalRandom.current().nextDouble() < FAILING_SHARE;
          byte[] body = String.valueOf(ThreadLocalRandom.current().nextInt(100)).getBytes(StandardCharsets.UTF_8);
          if (fails) {
            log.line("ERROR", "c.e.inventory.StockRepository", "Connection pool exhausted: 10 of 10 connections in use, 37 waiting");
          } else if (ThreadLocalRandom.current().nextInt(20) == 0) {
            log.line("INFO", "c.e.inventory.StockController", "Stock of %d items served".formatted(ThreadLocalRandom.current().nextInt(500)));
          }
          meters.record("http_server_requests_seconds", "method=\"GET\",status=\"%d\",uri=\"/stock/{id}\"".formatted(fails ? 503 : 200), System.nanoTime() - start);
          exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = meters.text().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    shared.announce(server, name, Integer.parseInt(arguments[1]));
    log.line("INFO", "c.e.inventory.Application", "Started Application on port " + port);
  }
}
