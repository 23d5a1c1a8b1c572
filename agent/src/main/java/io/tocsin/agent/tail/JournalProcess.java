package io.tocsin.agent.tail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A running `journalctl`. Nothing blocks: it is read only as far as it has written. When the agent
/// is killed it ends by itself, as nobody reads what it writes.
final class JournalProcess {
  private static final int MAX_COMPLAINT = 400;

  private final Process process;
  private final InputStream out;
  private final InputStream err;
  private final byte[] errors = new byte[1_024];
  private String complaint = "";

  private JournalProcess(Process process) {
    this.process = process;
    this.out = process.getInputStream();
    this.err = process.getErrorStream();
  }

  /// @throws IOException when there is no such program
  static JournalProcess start(List<String> command) throws IOException {
    var builder = new ProcessBuilder(command).redirectInput(Redirect.from(new File("/dev/null")));
    builder.environment().put("LC_ALL", "C");
    return new JournalProcess(builder.start());
  }

  /// @return bytes read; 0 when there are none now
  int read(byte[] into, int max) throws IOException {
    listen();
    int ready = Math.min(out.available(), Math.min(max, into.length));
    return ready <= 0 ? 0 : Math.max(0, out.read(into, 0, ready));
  }

  /// Bytes that can be read now.
  int available() {
    try {
      return out.available();
    } catch (IOException e) {
      return 0; // it has ended and is closed
    }
  }

  /// Whether it has ended and all it wrote is read.
  boolean ended() throws IOException {
    return !process.isAlive() && out.available() == 0;
  }

  /// Meaningful once it has ended.
  boolean succeeded() {
    return process.exitValue() == 0;
  }

  /// The beginning of what it wrote as errors, as one line; empty for nothing.
  String complaint() {
    return complaint;
  }

  private void listen() throws IOException {
    int ready = Math.min(err.available(), errors.length);
    if (ready > 0) {
      int n = Math.max(0, err.read(errors, 0, ready));
      String more = complaint + ' ' + new String(errors, 0, n, StandardCharsets.UTF_8);
      complaint = LineText.cut(more.replaceAll("\\s+", " ").strip(), MAX_COMPLAINT);
    }
  }

  void close() {
    process.destroy();
    try {
      out.close();
      err.close();
    } catch (IOException e) {
      complaint = e.toString(); // a pipe that is only read closes without fail
    }
  }
}
