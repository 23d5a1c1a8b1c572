package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Sealed windows of 10 s of a shop with four instances on two hosts; what runs where, and how it
/// fails, is set between them.
final class Shop {
  static final String KEY = "directory/host1/shop";
  static final long WINDOW = 10_000;
  static final long BEGIN = 1_700_000_000_000L;

  private final SplittableRandom random;
  private final String[] runs = {"1.0", "1.0", "1.0", "1.0"};
  private final long[] since = {BEGIN, BEGIN, BEGIN, BEGIN};
  private long now = BEGIN;

  /// Share of requests that fail, by instance.
  final double[] failing = {0.002, 0.002, 0.002, 0.002};

  /// Share of calls to the inventory that fail.
  double inventoryFailing;

  Shop(long seed) {
    random = new SplittableRandom(seed);
  }

  long now() {
    return now;
  }

  /// The first `instances` of four run `release` from now on.
  ReleaseEvent deploy(String release, int instances) {
    String before = runs[0];
    for (int i = 0; i < instances; i++) {
      runs[i] = release;
      since[i] = now;
    }
    return new ReleaseEvent(
        KEY,
        now == BEGIN ? null : new Release(KEY, before, before),
        new Release(KEY, release, release),
        now,
        false,
        false,
        List.of());
  }

  void fail(String release, double share) {
    for (int i = 0; i < runs.length; i++) {
      failing[i] = runs[i].equals(release) ? share : failing[i];
    }
  }

  SealedWindow next() {
    List<InstanceWindow> parts = new ArrayList<>();
    for (int i = 0; i < runs.length; i++) {
      parts.add(part(i));
    }
    now += WINDOW;
    return new SealedWindow(KEY, now - WINDOW, now, parts, List.of(), 0, false);
  }

  private InstanceWindow part(int i) {
    long total = 450L + random.nextInt(100);
    long failed = some(total, failing[i]);
    long slow = some(total, 0.03);
    var calls = new WindowSummary.Calls("inventory", 200, some(200, inventoryFailing), 1_000);
    var instance =
        new WindowSummary.Instance(
            "%d-%d".formatted(i, since[i]),
            "directory",
            "host" + i / 2,
            KEY,
            String.valueOf(i),
            runs[i],
            "",
            since[i],
            "",
            "");
    return new InstanceWindow(
        runs[i],
        now + WINDOW - since[i],
        new WindowSummary(
            "agent-" + i / 2,
            instance,
            now,
            now + WINDOW,
            new WindowSummary.Completeness(1_000, 1_000, total, total, 0, 0, 0, 0, 0),
            List.of(),
            new WindowSummary.Requests(
                total,
                failed,
                0,
                List.of(10.0, 100.0, 1000.0),
                List.of(total - slow, slow, 0L),
                total * 8.0,
                List.of(calls)),
            Map.of("process.cpu.cores", 0.2 + 0.02 * random.nextDouble()),
            new WindowSummary.Liveness(true, 0, 0, true),
            false));
  }

  private long some(long of, double share) {
    long some = 0;
    for (long i = 0; i < of; i++) {
      some += random.nextDouble() < share ? 1 : 0;
    }
    return some;
  }
}
