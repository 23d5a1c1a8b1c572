import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Steady open-loop load: requests leave when they are due, whether or not earlier ones were answered; at most 256 are under way and
/// what finds no room is counted as skipped.
///
/// Arguments: seed, file for the counts, then pairs of base address and requests a second.
final class Load {
  private static final Semaphore UNDER_WAY = new Semaphore(256);
  private static final LongAdder sent = new LongAdder();
  private static final LongAdder failed = new LongAdder();
  private static final LongAdder skipped = new LongAdder();

  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    Path counts = Path.of(arguments[1]);
    List<String> targets = List.of(arguments).subList(2, arguments.length);
    for (int i = 0; i < targets.size(); i += 2) {
      String base = targets.get(i);
      double rate = Double.parseDouble(targets.get(i + 1));
      var random = new Random(seed + i);
      Thread.ofPlatform().daemon().start(() -> drive(base, rate, random));
    }
    while (true) {
      Thread.sleep(1_000);
      Files.writeString(counts, "sent %d failed %d skipped %d%n".formatted(sent.sum(), failed.sum(), skipped.sum()));
    }
  }

  private static void drive(String base, double rate, Random random) {
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
          requests.execute(() -> ask(base + path));
        } else {
          skipped.increment();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ask(String address) {
    sent.increment();
    try {
      var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
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
