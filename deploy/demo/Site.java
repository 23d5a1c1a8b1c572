import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One collector and the agents beside the demo's services: their configuration in the demo's folder, and their processes. They are
/// started with the command in the system property `tocsin.launcher`.
final class Site implements AutoCloseable {
  private static final int PEOPLE_PORT = Integer.getInteger("tocsin.demo.people", 7600);
  private static final int AGENTS_PORT = Integer.getInteger("tocsin.demo.agents", 7601);
  private static final List<String> LAUNCHER = List.of(System.getProperty("tocsin.launcher").split(" "));

  private final Path home;
  private final Platform platform;
  private final Programs programs;
  private Map<String, String> clock = Map.of();
  final List<Process> agents = new ArrayList<>();
  Process collector;

  Site(Path home, Platform platform) {
    this.home = home;
    this.platform = platform;
    this.programs = new Programs(home);
  }

  String address() {
    return "http://127.0.0.1:" + PEOPLE_PORT;
  }

  /// Writes the configuration of all. Its keys stand here and in the platform, and nowhere else in the demo.
  void lay() throws IOException {
    Files.writeString(
        home.resolve("collector.yaml"),
        """
        data:
          directory: %1$s/collector
        listen:
          people:
            port: %2$d
          agents:
            port: %3$d
        window:
          length: 1 s
          seal:
            grace: 3 s
          together: 20 s
        detect:
          learn: 60 s
          short-term: 10 s
          long-term: 30 s
          follow: 10 min
          block: 2 s
        budget:
          false-alarms-per-month: 360
          gap: 10 s
          quiet: 2 min
          fall-per-minute: 3
        judge:
          block: 2 s
          start-up: 5 s
          fast-bake: 1 min
          give-up: 10 min
          restarts-per-bake: 2
          verify: 30 s
        respond:
          act-without-record: true
          rules:
            - workloads: "%4$s"
              autonomy: act
        platforms:
        %5$s"""
            .formatted(home, PEOPLE_PORT, AGENTS_PORT, platform.shop(), platform.platforms().indent(2)));
    int number = 0;
    for (String watch : platform.watches()) {
      number++;
      Files.writeString(
          home.resolve("agent-%d.yaml".formatted(number)),
          """
          agent:
            id: agent-%1$d
          collector:
            address: 127.0.0.1:%2$d
          data:
            directory: %3$s/agent-%1$d
          window:
            length: 1 s
          watch:
            kubernetes: false
            systemd: false
            host: false
            files: []
          %4$s"""
              .formatted(number, AGENTS_PORT, home, watch.indent(2)));
    }
  }

  void startCollector() throws IOException {
    collector = programs.start("collector", command("collector", "collector.yaml"));
  }

  void startAgents() throws IOException {
    for (int i = 1; i <= platform.watches().size(); i++) {
      agents.add(startAgent(i));
    }
  }

  private Process startAgent(int number) throws IOException {
    String name = "agent-" + number;
    boolean last = number == platform.watches().size();
    return programs.start(name, command("agent", name + ".yaml"), last ? clock : Map.of());
  }

  /// Starts an agent again whose process has ended.
  void startAgentAgain(int number) throws IOException {
    agents.set(number - 1, startAgent(number));
  }

  /// Gives the last agent, before it is started, a clock that can be stepped.
  ///
  /// @param faketime libfaketime's library
  void ownClock(Path faketime) throws IOException {
    stepClock(0);
    clock =
        Map.of(
            "LD_PRELOAD", faketime.toString(),
            "FAKETIME_TIMESTAMP_FILE", clock().toString(),
            "FAKETIME_CACHE_DURATION", "1",
            "FAKETIME_DONT_FAKE_MONOTONIC", "1",
            "FAKETIME_DONT_RESET", "1");
  }

  /// Steps that clock to so many seconds beside the right time.
  void stepClock(int seconds) throws IOException {
    Files.writeString(clock(), "%+d".formatted(seconds));
  }

  private Path clock() {
    return home.resolve("agent.clock");
  }

  /// Computes in so many processes, as a neighbour on the host does, for so long.
  void neighbour(int processes, int seconds) throws IOException {
    for (int i = 0; i < processes; i++) {
      programs.start("neighbour", List.of("timeout", String.valueOf(seconds), "sh", "-c", "while :; do :; done"));
    }
  }

  void stopAgents() {
    agents.forEach(Process::destroy);
  }

  /// What is wrong when the collector ended by itself; null while it runs.
  String dead() {
    if (collector != null && !collector.isAlive()) {
      return "the collector ended with %d; see %s".formatted(collector.exitValue(), home.resolve("collector.log"));
    }
    return null;
  }

  private List<String> command(String what, String config) {
    List<String> command = new ArrayList<>(LAUNCHER);
    command.addAll(List.of(what, "--config", home.resolve(config).toString()));
    return command;
  }

  /// Ends the collector and the agents, the agents first.
  @Override
  public void close() {
    programs.close();
  }
}
