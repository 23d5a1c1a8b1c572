package io.tocsin.benchmarks.aa;

import io.tocsin.benchmarks.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/// Good releases that must not be called, bad ones that must, as `part,entity,metric,value`.
public final class Aa {
  private static final String USAGE =
      "benchmarks/run aa [--part all|nulls|power] [--seeds N] [--only TEXT] [--html FILE]\n  [--threads N] [--data DIR]";
  private static final double[] ALPHAS = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1};

  /// All releases of one effect and one plan, a seed each.
  record Cell(Plan plan, Effect effect, boolean good, List<Plan.Watched> releases) {
    String entity() {
      String traffic = "%.0f requests/s an arm".formatted(plan.requests() * plan.fresh() / 10);
      String spread = plan.restarts() == 0 ? " spread unknown" : "";
      String world = plan.world().name() + spread;
      String failing = "failing %s %%".formatted(100 * plan.failing());
      return String.join("; ", plan.arms(), world, effect.name(), traffic, failing);
    }

    long called(double alpha) {
      double bar = -Math.log(alpha);
      return releases.stream().filter(r -> r.maxLogE() >= bar).count();
    }

    double share(ToDoubleFunction<Plan.Watched> yes) {
      return releases.stream().mapToDouble(yes).average().orElse(0);
    }
  }

  private Aa() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments =
        new Arguments(
            args, USAGE, List.of("--part", "--seeds", "--only", "--html", "--threads", "--data"));
    int seeds = arguments.count("--seeds", 170);
    int threads = arguments.count("--threads", 2);
    String only = arguments.get("--only");
    String part = arguments.word("--part", List.of("all", "nulls", "power"));
    Recorded recorded = Recorded.at(arguments.data());
    System.out.println("part,entity,metric,value");
    List<Cell> cells = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Plans.Entry> plans = Plans.all(part, only == null ? "" : only);
      long start = System.nanoTime();
      for (Plans.Entry entry : plans) {
        List<Cell> measured = run(pool, entry, seeds, recorded);
        measured.forEach(Aa::say);
        cells.addAll(measured);
        System.err.printf(
            Locale.ROOT,
            "%6.0f s  %d of %d plans%n",
            (System.nanoTime() - start) / 1e9,
            plans.indexOf(entry) + 1,
            plans.size());
      }
    }
    List<Cell> good = cells.stream().filter(Cell::good).toList();
    if (!good.isEmpty()) {
      sayNulls(good);
    }
    String html = arguments.get("--html");
    if (html != null) {
      Files.writeString(Path.of(html), CalibrationPage.of(good, ALPHAS));
    }
  }

  private static List<Cell> run(
      ExecutorService pool, Plans.Entry entry, int seeds, Recorded recorded)
      throws InterruptedException {
    List<Future<List<Plan.Watched>>> runs = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      long number = seed;
      runs.add(pool.submit(() -> entry.plan().run(number, recorded)));
    }
    List<List<Plan.Watched>> bySeed = new ArrayList<>();
    for (Future<List<Plan.Watched>> run : runs) {
      try {
        bySeed.add(run.get());
      } catch (ExecutionException failure) {
        throw new IllegalStateException("a release could not be judged", failure.getCause());
      }
    }
    List<Cell> cells = new ArrayList<>();
    List<Effect> effects = entry.plan().effects();
    for (int i = 0; i < effects.size(); i++) {
      int at = i;
      List<Plan.Watched> releases = bySeed.stream().map(list -> list.get(at)).toList();
      Effect effect = effects.get(i);
      cells.add(new Cell(entry.plan(), effect, entry.isNull(effect), releases));
    }
    return cells;
  }

  private static void say(Cell cell) {
    boolean margin = cell.effect.equals(Effect.MARGIN);
    String part = cell.good ? "null" : margin ? "margin" : "power";
    String entity = cell.entity();
    say(part, entity, "releases", cell.releases.size());
    say(part, entity, "called", cell.share(r -> r.crossed() >= 0 ? 1 : 0));
    if (cell.good || margin) {
      say(part, entity, "called_upper", Bounds.upper(cell.called(0.01), cell.releases.size()));
    } else {
      say(part, entity, "seconds_to_call", median(cell.releases, Plan.Watched::crossed));
    }
    say(part, entity, "regressed", cell.share(r -> r.regressed() >= 0 ? 1 : 0));
    say(part, entity, "healthy", cell.share(r -> r.healthy() >= 0 ? 1 : 0));
    say(part, entity, "seconds_to_healthy", median(cell.releases, Plan.Watched::healthy));
    say(part, entity, "requests_to_healthy", requests(cell.releases));
    say(part, entity, "naive_called", cell.share(r -> r.naive() ? 1 : 0));
    say(
        part,
        entity,
        "judge_microseconds_a_window",
        cell.share(r -> r.nanos() / 1e3 / (Service.STARTED + Plan.WATCHED)));
  }

  /// Each null over all arms, then all of them: series are independent within a null, not between.
  private static void sayNulls(List<Cell> good) {
    List<String> names = good.stream().map(Aa::nullName).distinct().toList();
    for (String name : names) {
      List<Cell> cells = good.stream().filter(c -> nullName(c).equals(name)).toList();
      long n = cells.stream().mapToLong(c -> c.releases.size()).sum();
      long called = cells.stream().mapToLong(c -> c.called(0.01)).sum();
      say("null", "all arms; " + name, "releases", (double) n);
      say("null", "all arms; " + name, "called", (double) called / n);
      say("null", "all arms; " + name, "called_upper", Bounds.upper(called, n));
      double naive = cells.stream().mapToDouble(c -> c.share(r -> r.naive() ? 1 : 0)).sum();
      say("null", "all arms; " + name, "naive_called", naive / cells.size());
    }
    for (double alpha : ALPHAS) {
      long n = good.stream().mapToLong(c -> c.releases.size()).sum();
      long called = good.stream().mapToLong(c -> c.called(alpha)).sum();
      String entity = String.format(Locale.ROOT, "all nulls at alpha %.1f %%", 100 * alpha);
      say("calibration", entity, "releases", (double) n);
      say("calibration", entity, "called", (double) called / n);
      say("calibration", entity, "called_upper", CalibrationPage.upper(good, alpha));
    }
  }

  static String nullName(Cell cell) {
    boolean harmless = cell.effect.equals(Effect.HARMLESS);
    return cell.plan.world().name() + (harmless ? " + harmless +10 %" : "");
  }

  private static double median(List<Plan.Watched> releases, ToDoubleFunction<Plan.Watched> at) {
    double[] times = releases.stream().mapToDouble(at).filter(t -> t >= 0).sorted().toArray();
    return times.length == 0 ? Double.NaN : times[times.length / 2] * Service.WINDOW_MILLIS / 1000;
  }

  private static double requests(List<Plan.Watched> releases) {
    List<Plan.Watched> healthy =
        releases.stream()
            .filter(r -> r.healthy() >= 0)
            .sorted(Comparator.comparingDouble(Plan.Watched::healthyRequests))
            .toList();
    return healthy.isEmpty() ? Double.NaN : healthy.get(healthy.size() / 2).healthyRequests();
  }

  private static void say(String part, String entity, String metric, double value) {
    if (!Double.isNaN(value)) {
      System.out.printf(Locale.ROOT, "%s,%s,%s,%.4f%n", part, entity, metric, value);
    }
  }
}
