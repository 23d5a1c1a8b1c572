package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import io.tocsin.agent.instance.Running;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A log that nobody writes any more, read once from its first byte to its last, and made into
/// lines as the [Tailer] makes them. Confined to one thread.
public final class PastLog {
  private static final int CHUNK = 64 << 10;
  private static final Pattern CRI =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+ (stdout|stderr) [PF]");
  private static final Pattern DOCKER = Pattern.compile("\\s*\\{\"(log|stream|time)\":");

  private final TailConfig config = TailConfig.DEFAULT;
  private final Running running;
  private long malformed;
  private long cut;

  /// @param workload whose log it is
  public PastLog(String workload) {
    running =
        new Running(
            new Instance("past", "file", "", workload, "", "", "", 0, "", ""),
            List.of(new LogFile(Path.of(""), Framing.PLAIN)),
            OptionalLong.empty(),
            null,
            null);
  }

  /// Who wrote it.
  public Running running() {
    return running;
  }

  /// Hands on every line. Where the framing (Docker's or Kubernetes', told by the first line) has
  /// no stamp, the line's time is 0 and it is not stamped.
  public void read(InputStream in, Consumer<RawLine> sink) throws IOException {
    byte[] chunk = new byte[CHUNK];
    int n = in.readNBytes(chunk, 0, CHUNK);
    Framing framing = framing(chunk, n);
    var lines = new LineSplitter<PastLog>(FileLog.maxBytes(framing, config));
    var messages =
        new Messages<PastLog>(
            config.maxLineBytes(),
            (text, ascii, timeMillis, stamped, shortened) -> {
              cut += shortened ? 1 : 0;
              sink.accept(
                  new RawLine(running.instance(), text, stamped ? timeMillis : 0, stamped, ascii));
            });
    LineSplitter.Lines<PastLog> each =
        (bytes, from, to, shortened, plain, file, offset) -> {
          Part part = Part.of(framing, bytes, from, to, plain);
          if (part == null) {
            malformed++;
          } else {
            messages.accept(part, shortened, this, 0);
          }
        };
    for (; n > 0; n = in.read(chunk)) {
      lines.feed(chunk, n, this, 0, each);
    }
    lines.flush(each);
    messages.flush(0);
  }

  /// Lines that do not follow the framing; they were not handed on.
  public long malformed() {
    return malformed;
  }

  /// Lines that were too long, and handed on without their end.
  public long cut() {
    return cut;
  }

  private static Framing framing(byte[] head, int length) {
    String first =
        new String(head, 0, Math.min(length, 256), StandardCharsets.ISO_8859_1)
            .lines()
            .findFirst()
            .orElse("");
    return CRI.matcher(first).lookingAt()
        ? Framing.CRI
        : DOCKER.matcher(first).lookingAt() && first.contains("\"log\":")
            ? Framing.DOCKER_JSON
            : Framing.PLAIN;
  }
}
