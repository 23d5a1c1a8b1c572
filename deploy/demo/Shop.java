import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// A service as one meets them: products, product pages, checkout; asks the inventory; logs; measures itself. How well it behaves
/// stands in its release's `service.properties`: `error-rate` 0 to 1, `latency-factor`, `leak-mb-per-second`.
///
/// Arguments: name, host and port to listen on, properties, log file, file for its address, address of the inventory.
final class Shop {
  private static final double SLOW_MILLIS = 150;

  private final Meters meters = new Meters();
  private final List<byte[]> retained = new CopyOnWriteArrayList<>();
  private final Log log;
  private final String inventory;
  private final double errorRate;
  private final double latencyFactor;

  private Shop(Properties release, Log log, String inventory) {
    this.log = log;
    this.inventory = inventory;
    errorRate = Double.parseDouble(release.getProperty("error-rate", "0"));
    latencyFactor = Double.parseDouble(release.getProperty("latency-factor", "1"));
  }

  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    int port = Integer.parseInt(arguments[2]);
    var release = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[3]))) {
      release.load(reader);
    }
    var log = new Log(Path.of(arguments[4]), name);
    log.line("INFO", "com.example." + name + ".Application", "Starting Application v%s on port %d".formatted(release.getProperty("version"), port));
    var shop = new Shop(release, log, arguments[6]);
    var server = HttpServer.create(new InetSocketAddress(arguments[1], port), 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/products", e -> shop.serve(e, "/products", shop::products));
    server.createContext("/product/", e -> shop.serve(e, "/product/{id}", shop::product));
    server.createContext("/checkout", e -> shop.serve(e, "/checkout", shop::checkout));
    server.createContext("/health", e -> answer(e, 200, "{\"status\":\"UP\"}"));
    server.createContext("/metrics", e -> answer(e, 200, shop.meters.text()));
    server.start();
    Addresses.announce(server, Path.of(arguments[5]));
    log.line("INFO", "com.example." + name + ".Application", "Started Application in %.3f seconds".formatted(java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> log.line("INFO", "com.example." + name + ".Application", "Commencing graceful shutdown. Waiting for active requests to complete")));
    shop.leak(Double.parseDouble(release.getProperty("leak-mb-per-second", "0")));
  }

  /// Keeps what it should have let go, for ever.
  private void leak(double megabytesPerSecond) throws InterruptedException {
    while (true) {
      Thread.sleep(250);
      int bytes = (int) (megabytesPerSecond * (1 << 20) / 4);
      if (bytes > 0) {
        byte[] session = new byte[bytes];
        java.util.Arrays.fill(session, (byte) 1);
        retained.add(session);
      }
    }
  }

  private interface Page {
    String of(HttpExchange exchange) throws IOException;
  }

  private void serve(HttpExchange exchange, String uri, Page page) throws IOException {
    long start = System.nanoTime();
    int status = 200;
    String body;
    try {
      work();
      body = page.of(exchange);
    } catch (IllegalStateException e) {
      status = 500;
      body = "{\"error\":\"Internal Server Error\"}";
      log.error("o.a.c.c.C.[.[.[/].[dispatcherServlet]", "Servlet.service() for servlet [dispatcherServlet] threw exception", e);
    } catch (IOException e) {
      status = 503;
      body = "{\"error\":\"Service Unavailable\"}";
      log.error("c.e.shop.inventory.InventoryClient", "Inventory did not answer: " + e.getMessage(), e);
    }
    long taken = System.nanoTime() - start;
    if (taken / 1e6 > SLOW_MILLIS) {
      log.line("WARN", "c.e.shop.web.SlowRequestFilter", String.format(Locale.ROOT, "Slow request %s took %d ms", exchange.getRequestURI(), taken / 1_000_000));
    }
    meters.record("http_server_requests_seconds", "method=\"%s\",status=\"%d\",uri=\"%s\"".formatted(exchange.getRequestMethod(), status, uri), taken);
    answer(exchange, status, body);
  }

  private String products(HttpExchange exchange) {
    int count = 10 + ThreadLocalRandom.current().nextInt(30);
    log.line("INFO", "c.e.shop.catalog.ProductController", "Listed %d products of category %d".formatted(count, ThreadLocalRandom.current().nextInt(12)));
    return "{\"count\":" + count + "}";
  }

  private String product(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    int stock = stock(id);
    log.line("INFO", "c.e.shop.catalog.ProductController", "Product %s viewed, %d in stock".formatted(id, stock));
    return "{\"id\":\"" + id + "\",\"stock\":" + stock + "}";
  }

  private String checkout(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var random = ThreadLocalRandom.current();
    long order = random.nextLong(1_000_000_000L);
    stock(String.valueOf(random.nextInt(500)));
    if (random.nextDouble() < errorRate) {
      throw new IllegalStateException("Price of order " + order + " has no currency", new NullPointerException("Cannot invoke \"java.util.Currency.getCurrencyCode()\" because \"price.currency\" is null"));
    }
    log.line("INFO", "c.e.shop.order.CheckoutService", String.format(Locale.ROOT, "Order %d accepted, %d items, %.2f EUR", order, 1 + random.nextInt(5), 5 + random.nextDouble() * 100));
    return "{\"order\":" + order + "}";
  }

  private int stock(String id) throws IOException {
    long start = System.nanoTime();
    String outcome = "SERVER_ERROR";
    try {
      var connection = (HttpURLConnection) URI.create(inventory + "/stock/" + id).toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(1_000);
      int status = connection.getResponseCode();
      var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      String body = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      if (status != 200) {
        throw new IOException("GET %s/stock/%s answered %d".formatted(inventory, id, status));
      }
      outcome = "SUCCESS";
      return Integer.parseInt(body);
    } finally {
      meters.record("http_client_requests_seconds", "client_name=\"inventory\",method=\"GET\",outcome=\"%s\",uri=\"/stock/{id}\"".formatted(outcome), System.nanoTime() - start);
    }
  }

  /// What a request costs: log-normal around 10 ms, spent waiting, as most services do.
  private void work() {
    double millis = 10 * latencyFactor * Math.exp(0.5 * ThreadLocalRandom.current().nextGaussian());
    try {
      Thread.sleep((long) millis, (int) ((millis % 1) * 1e6));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
