package io.tocsin.benchmarks.aa;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.Completeness;
import io.tocsin.collector.ingest.WindowSummary.Instance;
import io.tocsin.collector.ingest.WindowSummary.Liveness;
import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Instances of one release of a simulated service: each has its own rates, and time is contiguous.
/// Latencies are log-normal and arrive in the buckets of the demo service. Confined to one thread.
final class Service {
  static final String WORKLOAD = "directory/host1/shop";
  static final long RELEASED = 1_800_000_000_000L;
  static final int WINDOW_MILLIS = 10_000;

  /// Windows of a new instance before the first that counts; what a release does sets in then.
  static final int STARTED = 11;

  static final TemplateBook BOOK = book();

  private static final List<Double> BOUNDS =
      List.of(5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, Double.POSITIVE_INFINITY);
  private static final int CUT = 4;
  private static final double SIGMA = 0.4;
  private static final double KEPT = Math.exp(-1 / 12.0);
  private static final double DAY_WINDOWS = 8_640;
  private static final double WARM_WINDOWS = 4;
  private static final int ERROR = 5;

  private final Draws draws;
  private final Load load;
  private final Effect effect;
  private final String release;
  private final long began;
  private final List<Member> members = new ArrayList<>();

  /// What all releases of a service share.
  ///
  /// @param requests an instance and window
  /// @param failing share of the old release's requests
  /// @param slow share of the old release's requests above 100 ms
  /// @param phase of the day at the release, in windows
  /// @param recorded CPU of real machines, for the world that asks for it
  record Load(
      World world, double requests, double failing, double slow, double phase, Recorded recorded) {
    double day(long index) {
      return 1 + world.day() * Math.sin(2 * Math.PI * (index + phase) / DAY_WINDOWS);
    }
  }

  private static final class Member {
    final Instance instance;
    final double errors;
    final double slow;
    final double weight;
    final boolean novel;
    final Recorded.Stretch cpu;
    double errorWander;
    double slowWander;

    Member(
        Instance instance,
        double errors,
        double slow,
        double weight,
        boolean novel,
        Recorded.Stretch cpu) {
      this.instance = instance;
      this.errors = errors;
      this.slow = slow;
      this.weight = weight;
      this.novel = novel;
      this.cpu = cpu;
    }
  }

  /// @param beganAt the window in which its instances start, 0 at the release event
  Service(Draws draws, Load load, Effect effect, String release, int instances, long beganAt) {
    this.draws = draws;
    this.load = load;
    this.effect = effect;
    this.release = release;
    this.began = RELEASED + beganAt * WINDOW_MILLIS;
    double wander = load.world.wander();
    for (int i = 0; i < instances; i++) {
      String name = release + "-" + i;
      String id = "directory:host1:" + name + ":" + began;
      Instance instance =
          new Instance(id, "directory", "host1", WORKLOAD, name, release, "", began, "", "");
      Member member =
          new Member(
              instance,
              apart(),
              apart(),
              1 + 0.05 * draws.normal(),
              i < effect.novelOn(),
              load.recorded.draw(draws));
      member.errorWander = wander * draws.normal();
      member.slowWander = wander * draws.normal();
      members.add(member);
    }
  }

  private double apart() {
    double s = load.world.spread();
    return Math.exp(s * draws.normal() - s * s / 2);
  }

  static ReleaseEvent event() {
    Release from = new Release(WORKLOAD, "1.0", "1.0");
    Release to = new Release(WORKLOAD, "1.1", "1.1");
    return new ReleaseEvent(WORKLOAD, from, to, RELEASED, false, false, List.of());
  }

  static SealedWindow window(long index, List<InstanceWindow> parts) {
    long start = RELEASED + index * WINDOW_MILLIS;
    return new SealedWindow(WORKLOAD, start, start + WINDOW_MILLIS, parts, List.of(), 0, false);
  }

  /// Adds every instance's part of window number `index`.
  void report(long index, List<InstanceWindow> parts) {
    long end = RELEASED + (index + 1) * WINDOW_MILLIS;
    double day = load.day(index);
    for (Member member : members) {
      parts.add(new InstanceWindow(release, end - began, summary(member, end, day)));
    }
  }

  private WindowSummary summary(Member member, long end, double day) {
    World world = load.world;
    double sd = world.wander();
    if (sd > 0) {
      double fresh = sd * Math.sqrt(1 - KEPT * KEPT);
      member.errorWander = KEPT * member.errorWander + fresh * draws.normal();
      member.slowWander = KEPT * member.slowWander + fresh * draws.normal();
    }
    double age = (double) (end - began) / WINDOW_MILLIS;
    double requests = load.requests * day;
    double busy = 1 + (day - 1) / 2;
    Effect now = end > RELEASED + STARTED * WINDOW_MILLIS ? effect : Effect.NONE;
    double failing =
        load.failing
            * now.errors()
            * member.errors
            * busy
            * Math.exp(member.errorWander - sd * sd / 2);
    double slow =
        load.slow * now.slow() * member.slow * busy * Math.exp(member.slowWander - sd * sd / 2);
    double longer = now.latency() * (1 + world.warmUp() * Math.exp(-age / WARM_WINDOWS));
    List<Long> buckets = buckets(requests, Math.min(slow, 0.9), Math.log(longer) / SIGMA);
    long total = 0;
    for (long count : buckets) {
      total += count;
    }
    long failed = Math.min(total, draws.events(requests * failing, world.burst()));
    List<TemplateCount> lines = new ArrayList<>(4);
    if (total > 0) {
      lines.add(new TemplateCount(7, total, 3));
    }
    if (failed > 0) {
      lines.add(new TemplateCount(8, failed, ERROR));
    }
    if (world.startUpLines() > 0 && age <= 6) {
      lines.add(new TemplateCount(10, 1 + world.startUpLines() / 6, ERROR));
    }
    if (member.novel && draws.uniform() < now.novel()) {
      lines.add(new TemplateCount(9, 2, ERROR));
    }
    double cpu =
        world.recorded()
            ? 0.3 * member.cpu.at((end - RELEASED) / WINDOW_MILLIS)
            : 0.3 * day * member.weight * (1 + 0.1 * draws.normal());
    double rss = 200e6 * member.weight * (1 + 0.03 * draws.normal());
    return new WindowSummary(
        "agent-1",
        member.instance,
        end - WINDOW_MILLIS,
        end,
        new Completeness(1000, 1000, total, total, 0, 0, 0, 0, 0),
        lines,
        new Requests(total, failed, 0, BOUNDS, buckets, total * 55.0, List.of()),
        Map.of("process.cpu.cores", cpu, "process.rss.bytes", rss),
        new Liveness(true, 0, 0, true),
        false);
  }

  /// Requests per bucket when a share `slow` lies above the cut, moved up by `shift` deviations.
  private List<Long> buckets(double requests, double slow, double shift) {
    double cut = Draws.above(slow) - shift;
    double tail = 1 - Draws.below(cut);
    long above = draws.events(requests * tail, Math.max(1, load.world.burst() / 2));
    List<Long> counts = new ArrayList<>(BOUNDS.size());
    double below = 0;
    for (int i = 0; i < BOUNDS.size(); i++) {
      double upTo = below(i, cut);
      double share = upTo - below;
      if (i <= CUT) {
        counts.add(share > 1e-9 ? draws.poisson(requests * share) : 0L);
      } else {
        // The tail's own distribution, a request at a time while few are left.
        double rest = 1 - below;
        long here = rest > 0 ? binomial(above, Math.min(1, share / rest)) : above;
        counts.add(i == BOUNDS.size() - 1 ? above : here);
        above -= here;
      }
      below = upTo;
    }
    return counts;
  }

  private static double below(int bucket, double cut) {
    double bound = BOUNDS.get(bucket);
    return Double.isInfinite(bound)
        ? 1
        : Draws.below(cut + Math.log(bound / BOUNDS.get(CUT)) / SIGMA);
  }

  private long binomial(long n, double share) {
    if (share >= 1) {
      return n;
    }
    long hits = 0;
    for (long i = 0; i < n; i++) {
      hits += draws.uniform() < share ? 1 : 0;
    }
    return hits;
  }

  private static TemplateBook book() {
    TemplateBook book = new TemplateBook();
    book.put(new TemplateBook.Known(7, "GET <*> took <*>", 3, 0, ""));
    book.put(new TemplateBook.Known(8, "GET <*> failed", ERROR, 0, ""));
    book.put(new TemplateBook.Known(9, "pool exhausted after <*> ms", ERROR, 0, ""));
    book.put(new TemplateBook.Known(10, "not connected yet, trying again", ERROR, 0, ""));
    return book;
  }
}
