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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/// A service as one meets them: products, product pages, checkout; asks the inventory; logs; measures itself. How well it behaves
/// stands in its release's `service.properties`; see `Conduct`.
///
/// Arguments: name, instance, host and port to listen on, properties, log file, the shared folder, address of the inventory.
final class Shop {
  private static final double SLOW_MILLIS = 150;
  // Of the loop in `spin`, in a millisecond: 0.71 ms were measured for 750,000. A fixed amount of work, not of time: a busy host must not make it less.
  private static final int ROUNDS_A_MILLI = 1_050_000;

  private final Meters meters = new Meters();
  private final List<byte[]> retained = new CopyOnWriteArrayList<>();
  private final ReentrantLock prices = new ReentrantLock();
  private final ReentrantLock orders = new ReentrantLock();
  private final long started = System.nanoTime();
  private final Conduct conduct;
  private final Log log;
  private final Ledger ledger;
  private final String inventory;
  private volatile long spun;

  private Shop(Conduct conduct, Log log, Ledger ledger, String inventory) {
    this.conduct = conduct;
    this.log = log;
    this.ledger = ledger;
    this.inventory = conduct.text("inventory").isEmpty() ? inventory : conduct.text("inventory");
  }

  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    int instance = Integer.parseInt(arguments[1]);
    int port = Integer.parseInt(arguments[3]);
    var conduct = Conduct.read(Path.of(arguments[4]), instance);
    var shared = new Shared(Path.of(arguments[6]));
    var ledger = Ledger.at(shared.ledger(name, instance), conduct.text("version"));
    String logger = "com.example." + name + ".Application";
    var log = new Log(Path.of(arguments[5]), name);
    log.line("INFO", logger, "Starting Application v%s on port %d".formatted(conduct.text("version"), port));
    for (int i = 0; i < conduct.number("start-up-lines"); i++) {
      log.line("INFO", "o.s.w.s.m.m.a.RequestMappingHandler", "Mapped \"{[/api/v%d/items/%d]}\" onto handler %d".formatted(i % 3, i, i * 7));
      log.line("DEBUG", "o.s.b.f.s.DefaultListableBeanFactory", "Creating shared instance of singleton bean 'bean%d'".formatted(i));
    }
    var shop = new Shop(conduct, log, ledger, arguments[7]);
    Thread.sleep((long) (1_000 * conduct.number("start-seconds")));
    var server = HttpServer.create(new InetSocketAddress(arguments[2], port), 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/products", e -> shop.serve(e, "/products", shop::products));
    server.createContext("/product/", e -> shop.serve(e, "/product/{id}", shop::product));
    server.createContext("/checkout", e -> shop.serve(e, "/checkout", shop::checkout));
    server.createContext("/health", e -> answer(e, 200, "{\"status\":\"UP\"}"));
    server.createContext("/metrics", e -> answer(e, 200, shop.meters.text()));
    server.start();
    shared.announce(server, name, instance);
    ledger.listening = true;
    log.line("INFO", logger, "Started Application in %.3f seconds".formatted(java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> log.line("INFO", logger, "Commencing graceful shutdown. Waiting for active requests to complete")));
    shop.live();
  }

  /// Keeps what it should have let go, for ever; dies when it is to.
  private void live() throws InterruptedException {
    int kept = (int) (conduct.number("leak-mb-per-second") * (1 << 20) / 4);
    double exit = conduct.number("exit-after-seconds");
    while (true) {
      Thread.sleep(250);
      if (kept > 0) {
        byte[] session = new byte[kept];
        java.util.Arrays.fill(session, (byte) 1);
        retained.add(session);
        ledger.leakedBytes.addAndGet(kept);
      }
      if (exit > 0 && age() > exit) {
        log.error("c.e.shop.order.OrderJournal", "Order journal cannot be written, giving up", new IOException("No space left on device"));
        ledger.crash();
        Runtime.getRuntime().halt(1);
      }
    }
  }

  /// Seconds since the start.
  private double age() {
    return (System.nanoTime() - started) / 1e9;
  }

  private interface Page {
    String of(HttpExchange exchange) throws IOException;
  }

  private void serve(HttpExchange exchange, String uri, Page page) throws IOException {
    long start = System.nanoTime();
    int status = 200;
    String body;
    ledger.requests.increment();
    try {
      work();
      mayHang(uri);
      for (int i = 0; i < conduct.number("debug-lines"); i++) {
        log.line("DEBUG", "o.a.h.wire.HttpClientWire", "http-outgoing-%d << \"%d bytes of header %d\"".formatted(i, 100 + 13 * i, i * i));
        ledger.debugLines.increment();
      }
      body = page.of(exchange);
    } catch (IllegalStateException e) {
      status = 500;
      body = "{\"error\":\"Internal Server Error\"}";
      log.error("o.a.c.c.C.[.[.[/].[dispatcherServlet]", "Servlet.service() for servlet [dispatcherServlet] threw exception", e);
    } catch (IOException e) {
      ledger.unavailable.increment();
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
    mayFail("products", count);
    said("Listed %d products of category %d", "Category page with %d entries served, category %d", count, ThreadLocalRandom.current().nextInt(12));
    return "{\"count\":" + count + "}";
  }

  private String product(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    int stock = stock(id);
    mayFail("product", stock);
    said("Product %s viewed, %d in stock", "Detail page of article %s shown (availability: %d)", id, stock);
    return "{\"id\":\"" + id + "\",\"stock\":" + stock + "}";
  }

  private String checkout(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var random = ThreadLocalRandom.current();
    long order = random.nextLong(1_000_000_000L);
    stock(String.valueOf(random.nextInt(500)));
    mayFail("checkout", order);
    said("Order %d accepted, %d items, %.2f EUR", "Purchase %d completed: %d articles for EUR %.2f", order, 1 + random.nextInt(5), 5 + random.nextDouble() * 100);
    return "{\"order\":" + order + "}";
  }

  private void said(String first, String second, Object... values) {
    String text = conduct.number("wording") == 2 ? second : first;
    log.line("INFO", "c.e.shop.web.PageController", String.format(Locale.ROOT, text, values));
  }

  private void mayFail(String page, long number) {
    if (conduct.failsOn(page) && ThreadLocalRandom.current().nextDouble() < conduct.number("error-rate")) {
      ledger.errors.increment();
      throw new IllegalStateException("Price " + number + " has no currency", new NullPointerException("Cannot invoke \"java.util.Currency.getCurrencyCode()\" because \"price.currency\" is null"));
    }
  }

  /// Two locks, taken in one order here and in the other there: sooner or later nobody gets on.
  private void mayHang(String uri) {
    double after = conduct.number("deadlock-after-seconds");
    if (after == 0 || age() < after) {
      return;
    }
    ReentrantLock first = uri.equals("/checkout") ? orders : prices;
    ReentrantLock second = first == orders ? prices : orders;
    ledger.hung.incrementAndGet();
    first.lock();
    try {
      pause(5);
      second.lock();
      second.unlock();
    } finally {
      first.unlock();
      ledger.hung.decrementAndGet();
    }
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

  /// What a request costs: log-normal around 10 ms, spent waiting, as most services do; and what it computes.
  private void work() {
    double cold = age() < conduct.number("cold-seconds") ? 3 : 1;
    double millis = 10 * cold * conduct.number("latency-factor") * Math.exp(0.5 * ThreadLocalRandom.current().nextGaussian());
    if (millis > Ledger.SLOW_MILLIS) {
      ledger.slow.increment();
    }
    pause(millis);
    double compute = conduct.number("cpu-millis");
    spin((long) (compute * ROUNDS_A_MILLI));
    ledger.spunMillis.add(Math.round(compute));
  }

  private void spin(long rounds) {
    long x = rounds;
    for (long i = 0; i < rounds; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    spun = x; // Or the loop could be left out.
  }

  private static void pause(double millis) {
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
