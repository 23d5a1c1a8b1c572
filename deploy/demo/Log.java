import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/// Log lines as Spring Boot writes them, stack traces included. When its file was moved away, it begins another. Safe for many threads.
final class Log {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
  private final Path path;
  private final String application;
  private Writer file;

  Log(Path path, String application) {
    this.path = path;
    this.application = application;
    try {
      file = open();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be written", e);
    }
  }

  private Writer open() throws IOException {
    return Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /// Lines of a log so far.
  static long lines(Path file) throws IOException {
    long lines = 0;
    try (var log = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
        for (int i = 0; i < n; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  void line(String level, String logger, String text) {
    write("%s %5s %d --- [%s] %-38s : %s%n".formatted(LocalDateTime.now().format(STAMP), level, ProcessHandle.current().pid(), application, logger, text));
  }

  void error(String logger, String text, Throwable thrown) {
    var trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    write("%s ERROR %d --- [%s] %-38s : %s%n%n%s".formatted(LocalDateTime.now().format(STAMP), ProcessHandle.current().pid(), application, logger, text, trace));
  }

  private synchronized void write(String text) {
    try {
      if (Files.notExists(path)) {
        file.close();
        file = open();
      }
      file.write(text);
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
