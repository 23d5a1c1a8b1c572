import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Processes of the demo, each with a log named after it. Safe for many threads.
final class Programs implements AutoCloseable {
  private final Path home;
  private final List<Process> processes = new ArrayList<>();
  private boolean closed;

  Programs(Path home) {
    this.home = home;
  }

  Process start(String name, List<String> command) throws IOException {
    return start(name, command, Map.of());
  }

  /// @param environment beside this process's own
  synchronized Process start(String name, List<String> command, Map<String, String> environment) throws IOException {
    if (closed) {
      throw new IOException("the demo ends, " + name + " is not started");
    }
    var log = ProcessBuilder.Redirect.appendTo(home.resolve(name + ".log").toFile());
    var builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(log);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  /// Resident memory of a process, or of the launcher's child, in MB; null when it is gone.
  static Double residentMb(Process process) {
    try {
      long bytes = 0;
      for (ProcessHandle handle : Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
        bytes = Math.max(bytes, Long.parseLong(Files.readString(Path.of("/proc/" + handle.pid() + "/statm")).split(" ")[1]) * 4096);
      }
      return bytes == 0 ? null : (Double) (Math.round(bytes / 1e5) / 10.0);
    } catch (IOException e) {
      return null;
    }
  }

  /// Ends them, the last started first.
  @Override
  public synchronized void close() {
    closed = true;
    for (Process process : processes.reversed()) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
