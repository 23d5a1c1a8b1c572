package io.tocsin.benchmarks.faults;

import io.tocsin.benchmarks.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bad releases and innocent ones of the demo's shop, on real processes: is what Tocsin says and
/// does of each right? Ends with 0 when every run in the result file ended as it must, and all that
/// were asked for could be run.
public final class Faults {
  private static final String USAGE =
      """
      benchmarks/run faults [--seeds N] [--only NAME[,NAME...]] [--out FILE] [--html FILE] [--windows N] [--ports N] [--platform NAME] [--list]
        --seeds    runs of each scenario, default 1; what the result file has is not run again
        --only     these scenarios alone
        --out      result file, a line of JSON a run; it grows over calls; one for each platform
        --html     writes a report that a browser shows, of all runs in the result file
        --windows  of one second, after the fault, until a bad release must have been called; default 180
        --ports    the first of 80 that may be used on loopback, default 7700
        --platform directory or swarm, default directory; swarm is the one of the Docker engine that DOCKER_HOST names
        --list     names the scenarios, and runs none\
      """;

  // Compressed: windows are one second and not ten, a bake is forty and not half an hour. Too few
  // restarts fit in to learn how far
  // instances differ; those of the demo share a host and its code, and .1 is what twenty restarts
  // of such a service teach.
  private static final Map<String, String> CONFIGURATION =
      Map.of(
          "TOCSIN_DETECT_LEARN", "30 s",
          "TOCSIN_JUDGE_BLOCK", "6 s",
          "TOCSIN_JUDGE_START_UP", "10 s",
          "TOCSIN_JUDGE_FAST_BAKE", "40 s",
          "TOCSIN_JUDGE_VERIFY", "20 s",
          "TOCSIN_JUDGE_UNKNOWN_SPREAD", "0.1");

  private static final Path FAKETIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
  private static final List<String> PLATFORMS = List.of("directory", "swarm");
  private static final int INNOCENT_SECONDS = 80;
  private static final long LEARN_MILLIS = 120_000;
  private static final double MAX_TROUBLED = 0.03;

  private final Path root;
  private final String platform;
  private final int deadlineSeconds;
  private final int ports;

  private Faults(Path root, String platform, int deadlineSeconds, int ports) {
    this.root = root;
    this.platform = platform;
    this.deadlineSeconds = deadlineSeconds;
    this.ports = ports;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var options =
        new Arguments(
            args,
            USAGE,
            List.of("--seeds", "--only", "--out", "--html", "--windows", "--ports", "--platform"),
            List.of("--list"));
    if (options.has("--list")) {
      Scenarios.ALL.forEach(s ->
          System.out.printf(
              "%-20s %-12s %s%n", s.word(), s.truth().name().toLowerCase(Locale.ROOT), s.story()));
      return;
    }
    var faults =
        new Faults(
            Path.of(System.getProperty("tocsin.root")),
            platform(options.get("--platform")),
            options.count("--windows", 180),
            options.count("--ports", 7700));
    var results = new ResultFile(path(options.get("--out")));
    List<Scenario> chosen = chosen(options.get("--only"));
    int failed = 0;
    for (long seed = 1; seed <= options.count("--seeds", 1); seed++) {
      for (Scenario scenario : chosen) {
        if (!results.has(scenario.word(), seed)) {
          try {
            Run run = faults.run(scenario, seed);
            results.add(run);
            System.err.println(said(run));
          } catch (IOException e) {
            failed++;
            System.err.println(e.getMessage());
          }
        }
      }
    }
    System.out.println("part,entity,metric,value");
    for (Run run : results.runs()) {
      say("%s#%d".formatted(run.scenario(), run.seed()), "right", run.right() ? 1 : 0);
    }
    Totals.of(results.runs()).values().forEach((metric, value) -> say("all", metric, value));
    Path html = path(options.get("--html"));
    if (html != null) {
      Files.writeString(html, new Report(results.runs()).html());
    }
    System.exit(failed == 0 && results.runs().stream().allMatch(Run::right) ? 0 : 1);
  }

  private static @Nullable Path path(@Nullable String name) {
    return name == null ? null : Path.of(name).toAbsolutePath();
  }

  private static String platform(@Nullable String named) {
    String platform = named == null ? "directory" : named;
    if (!PLATFORMS.contains(platform)) {
      System.err.printf(
          "--platform: expected one of %s, found %s%n", String.join(", ", PLATFORMS), platform);
      System.exit(2);
    }
    return platform;
  }

  private static List<Scenario> chosen(@Nullable String only) {
    if (only == null) {
      return Scenarios.ALL;
    }
    List<String> words = List.of(only.split(","));
    List<String> known = Scenarios.ALL.stream().map(Scenario::word).toList();
    for (String word : words) {
      if (!known.contains(word)) {
        System.err.printf(
            "--only: expected some of %s, found %s%n", String.join(", ", known), word);
        System.exit(2);
      }
    }
    return Scenarios.ALL.stream().filter(scenario -> words.contains(scenario.word())).toList();
  }

  /// From an empty folder to an empty folder: no run knows of another. One that did not end as it
  /// must, or at all, leaves its folder behind.
  private Run run(Scenario scenario, long seed) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("tocsin-faults-");
    Run run;
    try {
      run = run(scenario, seed, home);
    } catch (IOException e) {
      throw new IOException(
          "%s#%d could not be run: %s; everything is in %s"
              .formatted(scenario.word(), seed, e.getMessage(), home),
          e);
    }
    if (run.right()) {
      remove(home);
    } else {
      System.err.printf("everything of %s#%d is in %s%n", scenario.word(), seed, home);
    }
    return run;
  }

  private Run run(Scenario scenario, long seed, Path home)
      throws IOException, InterruptedException {
    Path clock = scenario.needsClock() ? faketime() : null;
    try (Stage stage =
        Stage.open(root, platform, home, seed, scenario, clock, CONFIGURATION, ports)) {
      String address = stage.answer().address();
      stage.command("load shop " + scenario.rate());
      stage.answer();
      try (var collector = new CollectorApi(address)) {
        String shop = learnt(collector, home);
        checkCarried(home.resolve("shared/load.txt"));
        var watch = new Watch(scenario, stage, collector, deadlineSeconds, INNOCENT_SECONDS);
        return watch.run(seed, shop, home.resolve("shared/ledgers"));
      }
    }
  }

  private static Path faketime() throws IOException {
    if (Files.notExists(FAKETIME)) {
      throw new IOException(
          "expected libfaketime at %s, found none; install it (Debian: apt-get install libfaketime)"
              .formatted(FAKETIME));
    }
    return FAKETIME;
  }

  private static String learnt(CollectorApi collector, Path home)
      throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + LEARN_MILLIS;
    while (System.currentTimeMillis() < deadline) {
      String shop = collector.learnt("shop");
      if (shop != null && collector.learnt("catalogue") != null) {
        return shop;
      }
      Thread.sleep(500);
    }
    throw new IOException(
        "the shop was not learnt and passed within %d s; see %s/collector.log"
            .formatted(LEARN_MILLIS / 1_000, home));
  }

  /// Before the release, so that no outcome can choose which runs count.
  private static void checkCarried(Path counts) throws IOException {
    String[] words = Files.readString(counts).strip().split(" ");
    double sent = Double.parseDouble(words[1]);
    double troubled =
        Double.parseDouble(words[3]) + Double.parseDouble(words[5]) + Double.parseDouble(words[7]);
    if (troubled > MAX_TROUBLED * sent) {
      throw new IOException(
          "the host has no time for it: %s, of which at most %.0f %% may have failed, been skipped or left late before the release"
              .formatted(String.join(" ", words), 100 * MAX_TROUBLED));
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static String said(Run run) {
    return "%s#%d %s: %s%s, called %s s, rolled back %s s, verified %s s, callable %s s, response %s %s"
        .formatted(
            run.scenario(),
            run.seed(),
            run.right() ? "right" : "WRONG",
            run.verdict(),
            run.cause() == null ? "" : " (" + run.cause() + ")",
            run.calledAfter(),
            run.rolledBackAfter(),
            run.verifiedAfter(),
            run.callableAfter(),
            run.response(),
            run.refusals());
  }

  private static void say(String entity, String metric, double value) {
    System.out.printf(Locale.ROOT, "faults,%s,%s,%.6f%n", entity, metric, value);
  }
}
