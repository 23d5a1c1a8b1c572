package io.tocsin.collector.judge;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.Completeness;
import io.tocsin.collector.ingest.WindowSummary.Liveness;
import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/// A workload of four-odd instances that can be made to misbehave.
final class World {
  static final long DEPLOYED = 1_800_000_000_000L;
  static final String WORKLOAD = "directory/host1/shop";
  static final ReleaseEvent EVENT =
      new ReleaseEvent(
          WORKLOAD,
          new Release(WORKLOAD, "1.0", "1.0"),
          new Release(WORKLOAD, "1.1", "1.1"),
          DEPLOYED,
          false,
          false,
          List.of());
  static final List<Double> BOUNDS = List.of(10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0);

  /// How one instance behaves in one window.
  record Behaviour(
      double requests,
      double failing,
      double slow,
      double rss,
      double novel,
      int restarts,
      double burst,
      double chatter) {
    static final Behaviour GOOD = new Behaviour(80, 0, 0.04, 60e6, 0, 0, 1, 1);

    Behaviour failing(double share) {
      return new Behaviour(requests, share, slow, rss, novel, restarts, burst, chatter);
    }

    Behaviour slow(double share) {
      return new Behaviour(requests, failing, share, rss, novel, restarts, burst, chatter);
    }

    Behaviour rss(double bytes) {
      return new Behaviour(requests, failing, slow, bytes, novel, restarts, burst, chatter);
    }

    Behaviour novel(double chance) {
      return new Behaviour(requests, failing, slow, rss, chance, restarts, burst, chatter);
    }

    Behaviour restarts(int count) {
      return new Behaviour(requests, failing, slow, rss, novel, count, burst, chatter);
    }

    Behaviour requests(double mean) {
      return new Behaviour(mean, failing, slow, rss, novel, restarts, burst, chatter);
    }

    /// Lines a request.
    Behaviour chatter(double lines) {
      return new Behaviour(requests, failing, slow, rss, novel, restarts, burst, lines);
    }

    Behaviour burst(double size) {
      return new Behaviour(requests, failing, slow, rss, novel, restarts, size, chatter);
    }
  }

  final TemplateBook book = new TemplateBook();
  final SplittableRandom random;
  IntFunction<String> host = number -> "host1";
  private final long windowMillis;

  World(long seed, long windowMillis) {
    this.random = new SplittableRandom(seed);
    this.windowMillis = windowMillis;
    book.put(new TemplateBook.Known(7, "GET <*> took <*>", 3, 0, ""));
    book.put(new TemplateBook.Known(8, "GET <*> failed", 5, 0, ""));
    book.put(new TemplateBook.Known(9, "pool exhausted after <*> ms", 5, 0, ""));
  }

  /// Window number `index` after the release; negative before it.
  SealedWindow window(long index, List<InstanceWindow> parts) {
    return window(index, parts, List.of());
  }

  SealedWindow window(long index, List<InstanceWindow> parts, List<String> silent) {
    long start = DEPLOYED + index * windowMillis;
    return new SealedWindow(WORKLOAD, start, start + windowMillis, parts, silent, 0, false);
  }

  InstanceWindow part(long index, String release, int number, Behaviour b) {
    long start = DEPLOYED + index * windowMillis;
    // Old instances ran long before; new ones started with the release.
    long began = release.equals("1.0") ? DEPLOYED - 86_400_000 : DEPLOYED;
    long total = poisson(b.requests);
    long failed = Math.min(total, events(b.requests * b.failing, b.burst));
    long slow = Math.min(total, events(b.requests * b.slow, Math.max(1, b.burst / 2)));
    List<Long> buckets = new ArrayList<>(List.of(0L, 0L, total - slow, 0L, slow, 0L, 0L));
    List<TemplateCount> lines = new ArrayList<>();
    lines.add(new TemplateCount(7, Math.max(1, Math.round(total * b.chatter)), 3));
    if (failed > 0) {
      lines.add(new TemplateCount(8, failed, 5));
    }
    if (random.nextDouble() < b.novel) {
      lines.add(new TemplateCount(9, 2, 5));
    }
    String id = "directory:host1:shop:" + release + "-" + number + ":" + began;
    var instance =
        new WindowSummary.Instance(
            id,
            "directory",
            host.apply(number),
            WORKLOAD,
            release + "-" + number,
            release,
            "",
            began,
            "",
            "");
    double rss = b.rss * (1 + 0.05 * normal());
    var summary =
        new WindowSummary(
            "agent-" + number,
            instance,
            start,
            start + windowMillis,
            new Completeness(1000, 1000, total, total, 0, 0, 0, 0, 0),
            lines,
            new Requests(total, failed, 0, BOUNDS, buckets, total * 40.0, List.of()),
            Map.of("process.rss.bytes", rss, "process.cpu.cores", 0.3 * (1 + 0.1 * normal())),
            new Liveness(true, b.restarts, 0, true),
            false);
    return new InstanceWindow(release, start + windowMillis - began, summary);
  }

  private long events(double mean, double burst) {
    if (burst <= 1) {
      return poisson(mean);
    }
    long sum = 0;
    for (long k = poisson(mean / burst); k > 0; k--) {
      // Geometric of mean `burst`.
      sum += 1 + (long) (Math.log(1 - random.nextDouble()) / Math.log(1 - 1 / burst));
    }
    return sum;
  }

  double normal() {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  long poisson(double mean) {
    if (mean > 30) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    }
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    long count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }
}
