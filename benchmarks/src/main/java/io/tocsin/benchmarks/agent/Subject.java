package io.tocsin.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An agent to measure.
sealed interface Subject {

  /// In front of its results.
  String name();

  Sink sink() throws IOException;

  /// Starts it on a file that it reads from its first byte, and keeps to a folder.
  ///
  /// @param state its own folder; what it left there at an earlier start it goes on from
  /// @param windowSeconds how long a window is, where the agent has windows
  Process start(Path file, Path state, int port, int windowSeconds) throws IOException;

  /// Ends it, and all that it started.
  static void stop(Process process) throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /// Tocsin's own, through its launcher: the flags, and what the launcher itself takes, are those
  /// of every start.
  ///
  /// @param papers null: plain text
  record Tocsin(Path root, @Nullable Papers papers) implements Subject {
    @Override
    public String name() {
      return "tocsin";
    }

    @Override
    public Sink sink() throws IOException {
      return new WindowsSink(0, papers);
    }

    @Override
    public Process start(Path file, Path state, int port, int windowSeconds) throws IOException {
      Files.createDirectories(state);
      Path config = state.resolve("agent.yaml");
      Files.writeString(config, config(file, state, port, windowSeconds));
      return launch(state, List.of("--config", config.toString()));
    }

    /// Builds what is out of date, so that no start waits for it.
    void prepare(Path state) throws IOException, InterruptedException {
      Files.createDirectories(state);
      Path config = state.resolve("prepare.yaml");
      Files.writeString(config, config(state, state, 1, 10));
      Process check = launch(state, List.of("--check-config", config.toString()));
      if (check.waitFor() != 0) {
        throw new IOException("the agent cannot be started: " + said(state));
      }
    }

    private Process launch(Path state, List<String> options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(root.resolve("deploy/tocsin").toString());
      command.add("agent");
      command.addAll(options);
      return logged(new ProcessBuilder(command), state);
    }

    /// Everything at its default, but that nothing else on this machine is watched.
    private String config(Path file, Path state, int port, int windowSeconds) {
      String tls =
          papers == null
              ? ""
              : """
                tls:
                  authority: %s
                  certificate: %s
                  key: %s
              """
                  .formatted(
                      papers.certificate("authority"),
                      papers.certificate("agent"),
                      papers.key("agent"));
      return """
      agent:
        id: agent
        host: benchmark
      data:
        directory: %s
      collector:
        address: 127.0.0.1:%d
      %swindow:
        length: %d s
      watch:
        docker: false
        kubernetes: false
        systemd: false
        files: [ "%s" ]
        from-start: true
      """
          .formatted(state.resolve("data"), port, tls, windowSeconds, file);
    }
  }

  /// Any other.
  ///
  /// @param command for a shell; `{file}` is what it reads, `{port}` where on this machine it sends
  ///   to over TCP, `{state}` a folder of its own
  record Other(String name, String command) implements Subject {
    @Override
    public Sink sink() throws IOException {
      return new TextSink();
    }

    @Override
    public Process start(Path file, Path state, int port, int windowSeconds) throws IOException {
      Files.createDirectories(state);
      String filled =
          command
              .replace("{file}", file.toString())
              .replace("{port}", String.valueOf(port))
              .replace("{state}", state.toString());
      return logged(new ProcessBuilder("sh", "-c", "exec " + filled), state);
    }
  }

  private static Process logged(ProcessBuilder builder, Path state) throws IOException {
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(state.resolve("said").toFile()))
        .start();
  }

  /// The last that it said.
  static String said(Path state) throws IOException {
    List<String> lines = Files.readAllLines(state.resolve("said"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }
}
