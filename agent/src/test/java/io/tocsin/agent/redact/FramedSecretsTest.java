package io.tocsin.agent.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.tail.Positions;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.tail.TailConfig;
import io.tocsin.agent.tail.Tailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// From the bytes in a file to the clean line: secrets in every framing and form, written in pieces
/// that end anywhere, in lines that runtimes split, over restarts.
class FramedSecretsTest {
  private static final Instance WEB =
      new Instance("web-1", "file", "h", "file/h/web", "web", "", "", 0, "", "");
  private static final byte[] KEY = "a key of this host".getBytes(StandardCharsets.UTF_8);

  /// Forms that lines have within a framing.
  private enum Form {
    BARE,
    LOGGER,
    SYSLOG,
    SYSLOG_5424,
    JSON,
    LOGFMT,
    ACCESS,
    COLOURED,
    NGINX,
    GSON;

    String of(String line) {
      return switch (this) {
        case BARE -> line;
        case LOGGER -> "2026-01-31 10:00:00,123 WARN [main] a.b.Client - " + line;
        case SYSLOG -> "<12>Jan 31 10:00:00 host app[7]: " + line;
        case SYSLOG_5424 -> "<12>1 2026-01-31T10:00:00Z host app 7 - - " + line;
        case JSON -> "{\"level\":\"warn\",\"msg\":\"%s\"}".formatted(escaped(line));
        case LOGFMT -> "level=warn msg=\"%s\" n=1".formatted(escaped(line));
        case ACCESS ->
            "10.0.0.9 - - [31/Jan/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"%s\""
                .formatted(escaped(line));
        case NGINX -> "body=" + line.replace("\\", "\\x5C").replace("\"", "\\x22");
        case GSON ->
            "{\"msg\":\"%s\"}"
                .formatted(
                    escaped(line)
                        .replace("=", "\\u003d")
                        .replace("&", "\\u0026")
                        .replace("'", "\\u0027"));
        case COLOURED -> "\u001b[33mWARN\u001b[0m " + line;
      };
    }
  }

  private static final Form[] INNER = {Form.LOGGER, Form.JSON, Form.LOGFMT, Form.NGINX, Form.GSON};

  @TempDir Path folder;

  static Stream<Arguments> framings() {
    return Stream.of(Framing.PLAIN, Framing.CRI, Framing.DOCKER_JSON)
        .flatMap(framing -> Stream.of(11L, 12L).map(seed -> Arguments.of(framing, seed)));
  }

  @ParameterizedTest
  @MethodSource("framings")
  void noSecretSurvivesFromTheFileToTheCleanLine(Framing framing, long seed) throws IOException {
    var random = new Random(seed);
    var bytes = new ByteArrayOutputStream();
    var secrets = new ArrayList<String>();
    for (Secrets.Line line : Secrets.lines(random)) {
      // A value of several words is only known as one where YAML may stand.
      boolean yaml = line.text().startsWith("  ");
      Form form = yaml ? Form.BARE : Form.values()[random.nextInt(Form.values().length)];
      // Texts within texts: half of them wear a second form.
      Form inner = yaml || random.nextBoolean() ? Form.BARE : INNER[random.nextInt(INNER.length)];
      boolean several = line.text().contains("\n");
      String text = several ? line.text() : inner.of(line.text());
      for (String physical : physical(text, form)) {
        bytes.writeBytes(framed(framing, physical, random));
      }
      secrets.add(line.secret());
    }
    List<String> clean = read(framing, bytes.toByteArray(), random);
    // Nothing vanishes but the lines within keys and blocks, and those that a trace takes in.
    assertThat(clean).hasSizeGreaterThan(secrets.size() * 9 / 10);
    assertThat(clean)
        .filteredOn(line -> line.contains("<secret:"))
        .hasSizeGreaterThan(secrets.size() * 9 / 10);
    assertThat(clean)
        .as("seed %d", seed)
        .filteredOn(line -> secrets.stream().anyMatch(line::contains))
        .isEmpty();
  }

  /// Bare and in a form that knows no escapes, a text of several lines is several lines; blocks of
  /// YAML and keys begin their own.
  private static List<String> physical(String text, Form form) {
    if (!text.contains("\n")) {
      return List.of(form.of(text));
    }
    boolean escapes = form == Form.JSON || form == Form.LOGFMT;
    boolean yaml = text.contains("|\n") || text.contains(">-");
    return escapes && !yaml ? List.of(form.of(text)) : List.of(text.split("\n", -1));
  }

  private static byte[] framed(Framing framing, String line, Random random) {
    var out = new StringBuilder();
    String rest = line;
    while (framing != Framing.PLAIN && rest.length() > 8 && random.nextInt(3) == 0) {
      int cut = 1 + random.nextInt(rest.length() - 1);
      out.append(part(framing, rest.substring(0, cut), false));
      rest = rest.substring(cut);
    }
    return out.append(part(framing, rest, true)).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String part(Framing framing, String text, boolean complete) {
    return switch (framing) {
      case PLAIN, JOURNAL -> text + "\n";
      case CRI -> "2026-01-31T10:00:00.1Z stdout %s %s\n".formatted(complete ? "F" : "P", text);
      case DOCKER_JSON ->
          "{\"log\":\"%s%s\",\"stream\":\"stdout\",\"time\":\"2026-01-31T10:00:00.1Z\"}\n"
              .formatted(escaped(text), complete ? "\\n" : "");
    };
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\u001b", "\\u001b");
  }

  /// Written in pieces, read between them, with restarts of the tailer.
  private List<String> read(Framing framing, byte[] bytes, Random random) throws IOException {
    Path log = Files.createFile(folder.resolve("app.log"));
    var running =
        List.of(
            new Running(WEB, List.of(new LogFile(log, framing)), OptionalLong.empty(), null, null));
    var redactor = new Redactor(RedactConfig.standard(), KEY);
    var clean = new ArrayList<String>();
    long[] clock = {System.currentTimeMillis()};
    Positions positions = Positions.NONE;
    int written = 0;
    while (written < bytes.length) {
      try (var tailer = new Tailer(TailConfig.DEFAULT, () -> clock[0])) {
        if (positions.takenAtMillis() > 0) {
          tailer.resume(positions);
        }
        tailer.follow(running);
        for (int round = 0; round < 50 && written < bytes.length; round++) {
          int n = Math.min(1 + random.nextInt(400), bytes.length - written);
          Files.write(
              log, Arrays.copyOfRange(bytes, written, written + n), StandardOpenOption.APPEND);
          written += n;
          drain(tailer, redactor, clean);
        }
        clock[0] += 2_000;
        drain(tailer, redactor, clean);
        positions = tailer.positions();
      }
    }
    return clean;
  }

  private static void drain(Tailer tailer, Redactor redactor, List<String> clean) {
    while (tailer.poll((RawLine line) -> clean.add(redactor.redact(line).text()))) {}
  }
}
