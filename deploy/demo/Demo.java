import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Shows Tocsin at work on a real service: learns it, rolls out release 1.1, and tells what Tocsin makes of it. Ends with 0 only when
/// it ended as the scenario must.
///
/// Options: `--platform directory|swarm`, `--scenario errors|latency|leak|good|dependency|silent`, `--headless` (last line is one JSON object), `--hold SECONDS`
/// between the two halves of the rollout, `--seed N`, `--keep` (leave the folder and, unless headless, everything running until Ctrl-C), `--dir FOLDER`. System
/// properties: `tocsin.launcher` (command that starts `collector` and `agent`), `tocsin.demo.sources` (this folder).
final class Demo {
  private static final String HELP =
      """
      Usage: tocsin demo [OPTION...]

        --scenario NAME   errors (default), latency, leak: taken back; good: left alone;
                          dependency, silent: cannot be judged, and why
        --platform NAME   directory (default), or swarm: the Docker engine that DOCKER_HOST
                          names, on this machine, as root
        --headless        no story; the last line is one JSON object
        --hold SECONDS    between the two halves of the rollout (default 100)
        --seed N          of the load (default 1)
        --keep            leaves the folder, and everything running until Ctrl-C
        --dir FOLDER      where everything is laid (default: a new one, removed at the end)

      Exit codes: 0 it ended as it must, 1 it did not, 2 wrong command line.""";
  private static final Duration IN_ALL = Duration.ofMinutes(4);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<String> told = new LinkedHashSet<>();
  private final List<String> evidence = new ArrayList<>();
  private Scenario scenario = Scenario.ERRORS;
  private String platformName = "directory";
  private boolean headless;
  private boolean keep;
  private int hold = 100;
  private long seed = 1;
  private Path home = Path.of(System.getProperty("java.io.tmpdir"), "tocsin-demo-" + ProcessHandle.current().pid());
  private final long deadline = System.currentTimeMillis() + IN_ALL.toMillis();
  private volatile boolean toldToStop;
  private Long decidedAt;
  private long releasedAt;

  public static void main(String[] arguments) throws Exception {
    var demo = new Demo();
    Platform platform = null;
    try {
      demo.options(List.of(arguments));
      platform = Platform.named(demo.platformName, demo.home);
    } catch (IllegalArgumentException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    System.exit(demo.run(platform) ? 0 : 1);
  }

  private void options(List<String> words) {
    for (var word = words.iterator(); word.hasNext(); ) {
      String option = word.next();
      switch (option) {
        case "--headless" -> headless = true;
        case "--keep" -> keep = true;
        case "--help", "-h" -> {
          System.out.println(HELP);
          System.exit(0);
        }
        case "--platform", "--scenario", "--hold", "--seed", "--dir" -> {
          if (!word.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
          }
          String value = word.next();
          try {
            switch (option) {
              case "--platform" -> platformName = value;
              case "--scenario" -> scenario = Scenario.named(value);
              case "--hold" -> hold = Integer.parseInt(value);
              case "--seed" -> seed = Long.parseLong(value);
              default -> home = Path.of(value).toAbsolutePath();
            }
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + value + ": expected a whole number");
          }
        }
        default -> throw new IllegalArgumentException(option + ": expected --platform, --scenario, --headless, --hold, --seed, --keep or --dir; see --help");
      }
    }
  }

  private boolean run(Platform platform) throws Exception {
    if (Files.exists(home.resolve("collector.yaml"))) {
      System.err.println(home + " holds an earlier demo; remove it, or name another folder with --dir");
      return false;
    }
    Files.createDirectories(home);
    var site = new Site(home, platform);
    var ending =
        new Thread(
            () -> {
              toldToStop = true;
              end(site, platform, !keep);
            });
    Runtime.getRuntime().addShutdownHook(ending);
    boolean right = false;
    try {
      platform.lay(Map.of("1.0", "", "1.1", scenario.properties()));
      site.lay();
      say("starting four shops, two catalogues, their inventory and the load on them");
      platform.startServices(seed);
      site.startCollector();
      site.startAgents();
      say("one collector and %s started; the page is at %s".formatted(site.agents.size() == 1 ? "one agent" : site.agents.size() + " agents", site.address()));
      String shop = learnt(site, platform);
      tellUnreadable(site);
      Object release = follow(site, platform, shop);
      right = scenario.endsWith(release, site.agents.size());
      report(site, platform, release, right);
    } catch (IOException e) {
      if (!toldToStop) {
        System.err.println(e.getMessage());
      }
    } finally {
      if (keep && right && !headless) {
        say("left running as asked; end it with Ctrl-C. Everything is in " + home);
        Thread.currentThread().join();
      }
      if (mayEnd(ending)) {
        end(site, platform, right && !keep);
        if (!right) {
          System.err.println("it did not end as it must; the logs are in " + home);
        }
      }
    }
    return right;
  }

  /// Whether no signal has come, which ends everything by itself.
  private static boolean mayEnd(Thread onSignal) {
    try {
      return Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void end(Site site, Platform platform, boolean remove) {
    site.close();
    platform.close();
    if (remove) {
      try (var paths = Files.walk(home)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        System.err.println(home + " could not be removed: " + e.getMessage());
      }
    }
  }

  /// Waits until the shop is learnt and what runs has run well for long enough to be gone back to; its key.
  private String learnt(Site site, Platform platform) throws IOException, InterruptedException {
    String pattern = platform.shop().replace("*", "[^/]+");
    long lastTold = 0;
    String missing = "the shop has not been heard of";
    while (System.currentTimeMillis() < deadline) {
      checkAlive(site);
      for (Object workload : Json.list(get(site, "/api/workloads"))) {
        String key = Json.text(workload, "key");
        if (key != null && key.matches(pattern)) {
          missing = stillMissing(site, workload);
          if (missing.isEmpty()) {
            say("the shop is learnt, and its release has passed");
            return key;
          }
        }
      }
      if (System.currentTimeMillis() - lastTold > 10_000) {
        lastTold = System.currentTimeMillis();
        say(missing);
      }
      Thread.sleep(500);
    }
    throw new IOException("the shop was not ready within " + IN_ALL.toSeconds() + " s: " + missing + "; the logs are in " + home);
  }

  /// What the release must still wait for, in words; empty when nothing.
  private String stillMissing(Site site, Object workload) throws InterruptedException {
    int agents = Json.list(get(site, "/api/agents")).size();
    if (agents < site.agents.size()) {
      return "waiting for " + (site.agents.size() - agents) + " of " + site.agents.size() + " agents";
    }
    if (Json.at(workload, "learning") != null) {
      return Json.at(workload, "learning", "progress") instanceof Double share
          ? String.format(Locale.ROOT, "learning what the shop's normal is: %.0f %%", share * 100)
          : "learning what the shop's normal is";
    }
    String rank = Json.text(workload, "rank");
    return "passed".equals(rank) || "proven".equals(rank) ? "" : "1.0 has not run well for a minute yet";
  }

  private void tellUnreadable(Site site) throws InterruptedException {
    for (Object agent : Json.list(get(site, "/api/agents"))) {
      List<?> sentences = Json.list(agent, "unreadable");
      if (!sentences.isEmpty()) {
        String more = sentences.size() == 1 ? "" : " (and %d more)".formatted(sentences.size() - 1);
        say("%s cannot see everything: %s%s".formatted(Json.text(agent, "id"), sentences.getFirst(), more));
      }
    }
  }

  private Object follow(Site site, Platform platform, String shop) throws IOException, InterruptedException {
    releasedAt = platform.rollOut(Platform.SHOP, "1.1", hold);
    say("release 1.1 is rolled out: two of four now, the others in %d s".formatted(hold));
    switch (scenario) {
      case DEPENDENCY -> {
        platform.failInventory();
        say("and the inventory begins to fail for everybody");
      }
      case SILENT -> {
        site.stopAgents();
        say("and the agents are stopped");
      }
      case ERRORS, LATENCY, LEAK, GOOD -> {}
    }
    Object release = null;
    while (System.currentTimeMillis() < deadline) {
      checkAlive(site);
      Object now = release(site, shop);
      if (now != null) {
        release = now;
        tell(now);
        if (scenario.endsWith(now, site.agents.size()) || scenario.hasFailed(now)) {
          return now;
        }
      }
      Thread.sleep(500);
    }
    return release;
  }

  /// Release 1.1 of the shop as the collector gives it; null before it is noticed. A platform may call it `1.1 (digest)`.
  private Object release(Site site, String shop) throws InterruptedException {
    for (Object row : Json.list(get(site, "/api/releases"))) {
      String name = Json.text(row, "name");
      if (shop.equals(Json.text(row, "workload")) && name != null && (name.equals("1.1") || name.startsWith("1.1 "))) {
        return get(site, "/api/releases/%s/%s".formatted(shop, Json.text(row, "release")));
      }
    }
    return null;
  }

  /// Says what is new in a release's JSON.
  private void tell(Object release) {
    String word = Json.text(release, "verdict", "word");
    if (word != null) {
      once("verdict " + word, "verdict: %s. %s".formatted(word, Json.text(release, "verdict", "sentence")));
    }
    if (decidedAt == null && word != null && !word.startsWith("undecided")) {
      decidedAt = Json.number(release, "verdict", "atMillis");
    }
    if ("regressed".equals(word) && evidence.isEmpty()) {
      for (Object signal : Json.list(release, "verdict", "signals").stream().filter(Demo::speaks).limit(4).toList()) {
        String sentence = Json.text(signal, "sentence");
        if (sentence != null) {
          evidence.add(sentence);
          once(sentence, "  evidence: " + sentence);
        }
      }
    }
    for (Object step : Json.list(release, "response", "steps")) {
      String name = Json.text(step, "name");
      once("step " + name + Json.text(step, "state"), "%s (%s): %s".formatted(name, Json.text(step, "state"), Json.text(step, "detail")));
    }
    if (evidence.isEmpty() && "cannot judge".equals(word)) {
      evidence.add(String.valueOf(Json.text(release, "verdict", "sentence")));
    }
  }

  private void report(Site site, Platform platform, Object release, boolean right) throws IOException, InterruptedException {
    Object agents = get(site, "/api/agents");
    Map<String, Object> seconds = new LinkedHashMap<>();
    seconds.put("deployToFirstAnomaly", since(release, "firstAnomalyAtMillis"));
    seconds.put("deployToVerdict", sinceVerdict());
    seconds.put("deployToRolledBack", since(release, "response", "rolledBackAtMillis"));
    seconds.put("deployToVerified", since(release, "response", "verifiedAtMillis"));
    Double agentMb = null;
    for (Process agent : site.agents) {
      Double mb = Programs.residentMb(agent);
      agentMb = agentMb == null || (mb != null && mb > agentMb) ? mb : agentMb;
    }
    Map<String, Object> rss = new LinkedHashMap<>();
    rss.put("agent", agentMb);
    rss.put("collector", Programs.residentMb(site.collector));
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put("written", platform.linesWritten());
    lines.put("read", sum(agents, "linesRead"));
    lines.put("received", sum(agents, "linesReceived"));
    lines.put("dropped", sum(agents, "linesDropped"));
    Map<String, Object> windows = new LinkedHashMap<>();
    windows.put("sent", sum(agents, "windowsSealed"));
    windows.put("received", sum(agents, "windowsReceived"));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("scenario", scenario.word());
    result.put("verdict", Json.text(release, "verdict", "word"));
    result.put("outcome", Json.text(release, "response", "outcome"));
    result.put("contrast", Json.text(release, "verdict", "contrast"));
    result.put("seconds", seconds);
    result.put("rssMb", rss);
    result.put("lines", lines);
    result.put("windows", windows);
    result.put("evidence", evidence);
    say(right ? "it ended as it must" : "it did not end as it must: %s. %s".formatted(Json.text(release, "verdict", "word"), Json.text(release, "verdict", "sentence")));
    if (headless) {
      System.out.println(Json.write(result));
    }
  }

  private Double since(Object release, Object... path) {
    Long at = Json.number(release, path);
    return at == null ? null : (Double) (Math.round((at - releasedAt) / 100.0) / 10.0);
  }

  /// Whether a signal speaks against the release.
  private static boolean speaks(Object signal) {
    return Json.at(signal, "evidence") instanceof Number evidence && evidence.doubleValue() > 1;
  }

  /// From the release to the first verdict other than "undecided so far".
  private Double sinceVerdict() {
    return decidedAt == null ? null : (Double) (Math.round((decidedAt - releasedAt) / 100.0) / 10.0);
  }

  private static Long sum(Object agents, String name) {
    long sum = 0;
    for (Object agent : Json.list(agents)) {
      Long value = Json.number(agent, name);
      if (value == null) {
        return null;
      }
      sum += value;
    }
    return agents == null ? null : (Long) sum;
  }

  private void once(String key, String sentence) {
    if (told.add(key)) {
      say(sentence);
    }
  }

  private void say(String sentence) {
    String when = releasedAt == 0 ? "" : String.format(Locale.ROOT, "%6.1f s  ", (System.currentTimeMillis() - releasedAt) / 1000.0);
    System.out.println(when + sentence);
  }

  private static void checkAlive(Site site) throws IOException {
    String dead = site.dead();
    if (dead != null) {
      throw new IOException(dead);
    }
  }

  /// The JSON at an address; null while there is none.
  private Object get(Site site, String path) throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(URI.create(site.address() + path)).timeout(Duration.ofSeconds(5)).build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Json.read(answer.body()) : null;
    } catch (IOException e) {
      return null;
    }
  }
}
