import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One collector and the agents beside the demo's services: their configuration in the demo's folder, and their processes.
final class Site implements AutoCloseable {
  private static final int PEOPLE_PORT = Integer.getInteger("tocsin.demo.people", 7600);
  private static final int AGENTS_PORT = Integer.getInteger("tocsin.demo.agents", 7601);

  private final Path home;
  private final Platform platform;
  private final Programs programs;
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

  void startCollector(List<String> launcher) throws IOException {
    collector = programs.start("collector", command(launcher, "collector", "collector.yaml"));
  }

  void startAgents(List<String> launcher) throws IOException {
    for (int i = 1; i <= platform.watches().size(); i++) {
      String name = "agent-" + i;
      agents.add(programs.start(name, command(launcher, "agent", name + ".yaml")));
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

  private List<String> command(List<String> launcher, String what, String config) {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(what, "--config", home.resolve(config).toString()));
    return command;
  }

  /// Ends the collector and the agents, the agents first.
  @Override
  public void close() {
    programs.close();
  }
}
