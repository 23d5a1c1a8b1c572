import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Steady open-loop load: requests leave when they are due, whether or not earlier ones were answered; at most 256 are under way and
/// what finds no room is counted as skipped.
///
/// Arguments: seed, file for the counts, then pairs of a file that holds a base address, read anew for each request, and requests a second.
final class Load {
  private static final Semaphore UNDER_WAY = new Semaphore(256);
  private static final LongAdder sent = new LongAdder();
  private static final LongAdder failed = new LongAdder();
  private static final LongAdder skipped = new LongAdder();

  /// What to ask for with all instances of the shop and of the catalogue.
  ///
  /// @param addresses folder of their addresses, as the load sees it
  static List<String> targets(Path addresses) {
    List<String> targets = new ArrayList<>();
    for (Platform.Service service : List.of(Platform.SHOP, Platform.CATALOGUE)) {
      int rate = service == Platform.SHOP ? Platform.SHOP_RATE : Platform.CATALOGUE_RATE;
      for (int i = 1; i <= service.instances(); i++) {
        targets.addAll(List.of(Addresses.file(addresses, service, i).toString(), String.valueOf(rate)));
      }
    }
    return targets;
  }

  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    Path counts = Path.of(arguments[1]);
    List<String> targets = List.of(arguments).subList(2, arguments.length);
    for (int i = 0; i < targets.size(); i += 2) {
      Path base = Path.of(targets.get(i));
      double rate = Double.parseDouble(targets.get(i + 1));
      var random = new Random(seed + i);
      Thread.ofPlatform().daemon().start(() -> drive(base, rate, random));
    }
    while (true) {
      Thread.sleep(1_000);
      Files.writeString(counts, "sent %d failed %d skipped %d%n".formatted(sent.sum(), failed.sum(), skipped.sum()));
    }
  }

  private static void drive(Path base, double rate, Random random) {
    try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      double due = System.nanoTime();
      while (true) {
        // Half to one and a half times the even distance: steady over a second, never in step.
        due += 1e9 / rate * (0.5 + random.nextDouble());
        long wait = (long) due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        double kind = random.nextDouble();
        String path = kind < 0.4 ? "/products" : kind < 0.75 ? "/product/" + random.nextInt(500) : "/checkout";
        if (UNDER_WAY.tryAcquire()) {
          requests.execute(() -> ask(base, path));
        } else {
          skipped.increment();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ask(Path base, String path) {
    sent.increment();
    try {
      var connection = (HttpURLConnection) URI.create(Addresses.read(base) + path).toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(5_000);
      int status = connection.getResponseCode();
      var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      if (stream != null) {
        stream.readAllBytes();
      }
      if (status >= 500) {
        failed.increment();
      }
    } catch (IOException e) {
      failed.increment();
    } finally {
      UNDER_WAY.release();
    }
  }
}
