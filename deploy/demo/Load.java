import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Steady open-loop load on every instance that has announced itself: requests leave when they are due, whether or not earlier ones were
/// answered; at most 256 to one instance are under way and what finds no room is counted as skipped. Addresses are read anew for each
/// request, rates every second.
///
/// Arguments: seed, the shared folder.
final class Load {
  private static final LongAdder sent = new LongAdder();
  private static final LongAdder failed = new LongAdder();
  private static final LongAdder skipped = new LongAdder();
  /// Left more than a tenth of a second after they were due: the host has no time for us.
  private static final LongAdder late = new LongAdder();

  private final Path address;
  private final Random random;
  private final Semaphore underWay = new Semaphore(256);
  private volatile double rate;

  private Load(Path address, Random random) {
    this.address = address;
    this.random = random;
  }

  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[0]);
    var shared = new Shared(Path.of(arguments[1]));
    Map<Path, Load> loads = new HashMap<>();
    while (true) {
      for (Path address : shared.announced()) {
        double rate = shared.rate(address);
        Load load = loads.get(address);
        if (load == null) {
          load = new Load(address, new Random(seed + loads.size()));
          loads.put(address, load);
          Thread.ofPlatform().daemon().start(load::drive);
        }
        load.rate = rate;
      }
      Thread.sleep(1_000);
      Files.writeString(shared.counts(), "sent %d failed %d skipped %d late %d%n".formatted(sent.sum(), failed.sum(), skipped.sum(), late.sum()));
    }
  }

  private void drive() {
    try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      double due = System.nanoTime();
      while (true) {
        double now = rate;
        if (now == 0) {
          Thread.sleep(200);
          due = System.nanoTime();
          continue;
        }
        // Half to one and a half times the even distance: steady over a second, never in step.
        due += 1e9 / now * (0.5 + random.nextDouble());
        long wait = (long) due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        if (System.nanoTime() - due > 1e8) {
          late.increment();
        }
        double kind = random.nextDouble();
        String path = kind < 0.4 ? "/products" : kind < 0.75 ? "/product/" + random.nextInt(500) : "/checkout";
        if (underWay.tryAcquire()) {
          requests.execute(() -> ask(path));
        } else {
          skipped.increment();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(String path) {
    try {
      String base = Shared.read(address);
      sent.increment();
      var connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
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
    } catch (NoSuchFileException e) {
      // The instance was taken away, and nobody asks it any more.
    } catch (IOException e) {
      failed.increment();
    } finally {
      underWay.release();
    }
  }
}
