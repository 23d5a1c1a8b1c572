package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.redact.CleanLines;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.tail.TailConfig;
import io.tocsin.agent.tail.Tailer;
import io.tocsin.agent.template.Layouts.Event;
import io.tocsin.agent.template.Layouts.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a logger writes in front of a message, the message gets the template it has without it,
/// and its level. Read from files, so that colours are taken away as in the agent.
class HeadersTest {
  private static final int LAYOUTS = 60;
  private static final int LINES = 40;
  private static final List<String> LOGGERS =
      List.of("io.shop.cart.CartService", "i.s.order.Orders", "io.shop.Stock$Worker");
  private static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR");

  @TempDir Path folder;

  static Stream<Arguments> languages() {
    return Layouts.languages().stream()
        .flatMap(l -> Stream.of(Arguments.of(l, false), Arguments.of(l, true)));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void aHeaderChangesNoTemplateAndTellsTheLevel(String language, boolean coloured)
      throws IOException {
    var random = new Random(language.hashCode());
    var layouts = new Layouts(random);
    var wrong = new ArrayList<String>();
    for (int i = 0; i < LAYOUTS; i++) {
      Layout layout = layouts.of(language, coloured);
      wrong.addAll(wrong(i, layouts, List.of(layout), random));
    }
    System.out.printf(
        "%s%s: %d of %d layouts read wrong%n",
        language, coloured ? " coloured" : "", wrong.size(), LAYOUTS);
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void twoLayoutsInOneFileDoNotDisturbEachOther(long seed) throws IOException {
    var random = new Random(seed);
    var layouts = new Layouts(random);
    var names = Layouts.languages();
    for (int i = 0; i < 10; i++) {
      var both =
          List.of(
              layouts.of(names.get(random.nextInt(names.size())), random.nextBoolean()),
              layouts.of(names.get(random.nextInt(names.size())), random.nextBoolean()));
      assertThat(wrong(i, layouts, both, random)).isEmpty();
    }
  }

  /// One sentence for a file in which a line was read wrong.
  private List<String> wrong(int number, Layouts layouts, List<Layout> of, Random random)
      throws IOException {
    var events = new ArrayList<Event>();
    var lines = new ArrayList<String>();
    for (int i = 0; i < LINES; i++) {
      var event =
          new Event(
              random.nextInt(86_400),
              random.nextInt(1_000),
              layouts.thread(),
              LOGGERS.get(random.nextInt(LOGGERS.size())),
              LEVELS.get(random.nextInt(LEVELS.size())),
              text(random));
      events.add(event);
      lines.add(of.get(random.nextInt(of.size())).line(event));
    }
    Path log =
        Files.write(folder.resolve("app%d-%d.log".formatted(number, System.nanoTime())), lines);
    var bare = new Miner(TemplateConfig.standard());
    var whole = new Miner(TemplateConfig.standard());
    List<RawLine> read = read(log);
    assertThat(read).hasSameSizeAs(lines);
    for (int i = 0; i < LINES; i++) {
      LogEvent expected = bare.add(CleanLines.of(events.get(i).text()));
      LogEvent found = whole.add(CleanLines.of(read.get(i).text()));
      Level level = Level.valueOf(events.get(i).level());
      if (found.template() != expected.template() || found.level() != level) {
        return List.of(
            "%s -> %s %s".formatted(lines.get(i), found.level(), text(whole, found.template())));
      }
    }
    return List.of();
  }

  private static String text(Miner miner, long id) {
    return miner.templates().stream()
        .filter(t -> t.id() == id)
        .findFirst()
        .map(Template::text)
        .orElse("?");
  }

  /// Messages whose templates no counting changes: every place shows what it is at once.
  private static String text(Random random) {
    int n = 1 + random.nextInt(9_999);
    return switch (random.nextInt(6)) {
      case 0 -> "order %d paid in %d ms".formatted(n, n % 300);
      case 1 -> "cannot reach 10.0.0.%d:5432 (attempt %d)".formatted(n % 250, n % 5);
      case 2 -> "Connection closed";
      case 3 -> "cache miss for key=%d, loading".formatted(n);
      case 4 -> "Started application";
      default -> "user %d logged in from 10.1.%d.7".formatted(n, n % 250);
    };
  }

  private static List<RawLine> read(Path log) {
    var instance = new Instance("web-1", "file", "h", "file/h/web", "web", "", "", 0, "", "");
    var running =
        new Running(
            instance, List.of(new LogFile(log, Framing.PLAIN)), OptionalLong.empty(), null, null);
    var read = new ArrayList<RawLine>();
    var config = new TailConfig(true, 4 << 20, 64 << 10, 16, 0);
    try (var tailer = new Tailer(config, System::currentTimeMillis)) {
      tailer.follow(List.of(running));
      while (tailer.poll(read::add)) {}
      tailer.follow(List.of());
      while (tailer.poll(read::add)) {}
    }
    return read;
  }
}
