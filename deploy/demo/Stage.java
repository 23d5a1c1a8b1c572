import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The demo's site at somebody's command: a line on standard input is a command, a line of JSON on standard output its answer, with
/// `done` or `failed`. The first answer comes when everything runs. Ends, with all it started, when its input does.
///
/// Arguments: platform, folder, seed, properties of the shop's release 1.0, of 1.1 (`name=value`, between commas), libfaketime's library
/// or `-`.
///
/// | command | |
/// |---|---|
/// | `rollout SERVICE RELEASE HOLD` | half of the instances now, the others after so many seconds |
/// | `restart SERVICE` | all instances, one by one |
/// | `scale SERVICE N` | to so many instances |
/// | `load SERVICE RATE` | requests a second to each instance |
/// | `rotate SERVICE` | moves its log files away |
/// | `inventory fail` | from now on |
/// | `neighbour N SECONDS` | so many processes that do nothing but compute |
/// | `agent N kill\|stop\|start` | `kill` is kill -9 |
/// | `collector stop\|start` | |
/// | `clock SECONDS` | of the last agent beside the right time; needs libfaketime |
final class Stage {
  private final Platform platform;
  private final Site site;

  private Stage(Platform platform, Site site) {
    this.platform = platform;
    this.site = site;
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[1]).toAbsolutePath();
    Files.createDirectories(home);
    var platform = Platform.named(arguments[0], home);
    var site = new Site(home, platform);
    var stage = new Stage(platform, site);
    Runtime.getRuntime().addShutdownHook(new Thread(stage::end));
    stage.answer("open", () -> {
      platform.lay(Map.of("1.0", lines(arguments[3]), "1.1", lines(arguments[4])));
      site.lay();
      if (!arguments[5].equals("-")) {
        site.ownClock(Path.of(arguments[5]));
      }
      platform.startServices(Long.parseLong(arguments[2]));
      site.startCollector();
      site.startAgents();
    });
    try (var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String command = commands.readLine(); command != null; command = commands.readLine()) {
        List<String> words = List.of(command.split(" "));
        stage.answer(command, () -> stage.obey(words));
      }
    }
    System.exit(0);
  }

  private void end() {
    site.close();
    platform.close();
  }

  private static String lines(String properties) {
    return properties.replace(',', '\n') + "\n";
  }

  private interface Deed {
    void run() throws IOException, InterruptedException;
  }

  private void answer(String command, Deed deed) throws InterruptedException {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("command", command);
    answer.put("atMillis", System.currentTimeMillis());
    try {
      deed.run();
      answer.put("done", true);
      answer.put("address", site.address());
    } catch (IOException | RuntimeException e) {
      answer.put("failed", String.valueOf(e.getMessage()));
    }
    System.out.println(Json.write(answer));
  }

  private void obey(List<String> words) throws IOException, InterruptedException {
    switch (words.getFirst()) {
      case "rollout" -> platform.rollOut(service(words), words.get(2), number(words, 3));
      case "restart" -> platform.restart(service(words));
      case "scale" -> platform.scale(service(words), number(words, 2));
      case "load" -> platform.shared().load(service(words), Double.parseDouble(words.get(2)));
      case "rotate" -> platform.rotate(service(words));
      case "inventory" -> platform.failInventory();
      case "neighbour" -> site.neighbour(number(words, 1), number(words, 2));
      case "agent" -> agent(number(words, 1), words.get(2));
      case "collector" -> {
        switch (words.get(1)) {
          case "stop" -> stop(site.collector);
          case "start" -> site.startCollector();
          default -> throw unknown(words);
        }
      }
      case "clock" -> site.stepClock(number(words, 1));
      default -> throw unknown(words);
    }
  }

  private void agent(int number, String deed) throws IOException, InterruptedException {
    if (number > site.agents.size()) {
      throw new IOException("expected an agent from 1 to %d, found %d".formatted(site.agents.size(), number));
    }
    Process agent = site.agents.get(number - 1);
    switch (deed) {
      case "kill" -> agent.destroyForcibly().waitFor();
      case "stop" -> stop(agent);
      case "start" -> site.startAgentAgain(number);
      default -> throw new IllegalArgumentException("agent: expected kill, stop or start, found " + deed);
    }
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  private static Platform.Service service(List<String> words) {
    return Platform.service(words.get(1));
  }

  private static int number(List<String> words, int at) {
    return Integer.parseInt(words.get(at));
  }

  private static IllegalArgumentException unknown(List<String> words) {
    return new IllegalArgumentException("expected a command of Stage, found " + String.join(" ", words));
  }
}
