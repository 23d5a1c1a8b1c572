package io.tocsin.benchmarks.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The demo's site as a process of its own: services, load, collector and agents, under command.
/// One answer to each command, in their order. Everything ends with it, even when this process is
/// killed: its input ends.
final class Stage implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /// @param atMillis when the command was taken up, epoch milliseconds
  /// @param failed why it was not done; null when it was
  record Answer(String command, long atMillis, @Nullable String failed, String address) {}

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /// Returns at once; the answer to `open` comes when everything runs.
  ///
  /// @param root of the project
  /// @param platform as the demo's `--platform`
  /// @param home a new folder, where everything is kept
  /// @param faketime libfaketime's library; null when no clock is stepped
  /// @param environment configuration of collector and agents, over that of the demo
  /// @param ports first of three for the site: people, agents, and 40 later the services
  static Stage open(
      Path root,
      String platform,
      Path home,
      long seed,
      Scenario scenario,
      @Nullable Path faketime,
      Map<String, String> environment,
      int ports)
      throws IOException {
    String fresh = String.join(",", scenario.old(), scenario.fresh());
    var builder =
        new ProcessBuilder(
            root.resolve("deploy/tocsin").toString(),
            "demo",
            "stage",
            platform,
            home.toString(),
            String.valueOf(seed),
            scenario.old(),
            fresh,
            faketime == null ? "-" : faketime.toString());
    builder.environment().putAll(environment);
    builder
        .environment()
        .put(
            "TOCSIN_DEMO_FLAGS",
            "-Dtocsin.demo.people=%d -Dtocsin.demo.agents=%d -Dtocsin.demo.services=%d"
                .formatted(ports, ports + 1, ports + 40));
    return new Stage(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private Stage(Process process) {
    this.process = process;
    commands = process.outputWriter(StandardCharsets.UTF_8);
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Thread.ofVirtual().start(() -> reader.lines().forEach(this::answered));
  }

  private void answered(String line) {
    try {
      JsonNode answer = JSON.readTree(line);
      JsonNode failed = answer.get("failed");
      answers.add(
          new Answer(
              answer.path("command").asText(),
              answer.path("atMillis").asLong(),
              failed == null ? null : failed.asText(),
              answer.path("address").asText()));
    } catch (JsonProcessingException e) {
      answers.add(new Answer(line, 0, "expected a line of JSON from the stage, found " + line, ""));
    }
  }

  /// Waits for no answer.
  void command(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  /// The next answer.
  ///
  /// @throws IOException when the command failed, or the stage ended
  Answer answer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Answer answer = answers.poll(1, TimeUnit.SECONDS);
      if (answer != null) {
        return right(answer);
      }
      if (!process.isAlive() && answers.isEmpty()) {
        throw new IOException("the stage ended by itself with " + process.exitValue());
      }
    }
    throw new IOException("the stage did not answer within %d s".formatted(PATIENCE.toSeconds()));
  }

  /// Throws when a command that was given has failed meanwhile.
  void check() throws IOException {
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      right(answer);
    }
  }

  private static Answer right(Answer answer) throws IOException {
    if (answer.failed() != null) {
      throw new IOException("%s: %s".formatted(answer.command(), answer.failed()));
    }
    return answer;
  }

  /// Returns when everything has ended.
  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
