import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Docker engine that `DOCKER_HOST` names, asked through Docker's own command line. Safe for many threads.
final class Docker {
  private static final String STANDARD = "unix:///var/run/docker.sock";

  final String address;

  /// Folder of the engine, on this machine.
  final Path root;

  /// Id of the engine in its swarm.
  final String node;

  private Docker(String address, Path root, String node) {
    this.address = address;
    this.root = root;
    this.node = node;
  }

  /// @throws IOException in words for people, when there is none, when it manages no swarm, or when its logs are not on this disk
  static Docker managerOfASwarm() throws IOException, InterruptedException {
    String named = System.getenv("DOCKER_HOST");
    String address = named == null || named.isBlank() ? STANDARD : named;
    if (!address.startsWith("unix://") && !address.startsWith("tcp://")) {
      throw new IOException("DOCKER_HOST: expected unix:///path or tcp://host:port, found " + address);
    }
    var engine = new Docker(address, Path.of("/"), "");
    try {
      engine.run("version", "--format", "{{.Server.Version}}");
    } catch (IOException e) {
      throw new IOException("expected a Docker engine at %s; start it, or name another in DOCKER_HOST. %s".formatted(address, e.getMessage()), e);
    }
    String[] info = engine.run("info", "--format", "{{.Swarm.ControlAvailable}}\t{{.DockerRootDir}}\t{{.Swarm.NodeID}}").split("\t", -1);
    if (!info[0].equals("true")) {
      throw new IOException("expected the Docker engine at %s to manage a swarm, it does not; `docker swarm init` makes it do so".formatted(address));
    }
    Path root = Path.of(info[1]);
    if (!Files.isReadable(root.resolve("containers"))) {
      throw new IOException("expected to read %s, where the Docker engine at %s keeps containers and their logs; run this on the same machine, as root".formatted(root.resolve("containers"), address));
    }
    return new Docker(address, root, info[2]);
  }

  /// What one command prints, without the last line's end.
  String run(String... arguments) throws IOException, InterruptedException {
    return run(List.of(arguments));
  }

  /// @throws IOException with Docker's own words, when it does not end well
  String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    builder.environment().put("DOCKER_HOST", address);
    builder.environment().remove("DOCKER_CONTEXT");
    Path words = Files.createTempFile("tocsin-demo-docker", ".txt");
    try {
      Process process = builder.redirectError(words.toFile()).start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        String what = String.join(" ", arguments.subList(0, Math.min(2, arguments.size())));
        throw new IOException("docker %s: %s".formatted(what, Files.readString(words).strip()));
      }
      return answer.strip();
    } finally {
      Files.delete(words);
    }
  }
}
