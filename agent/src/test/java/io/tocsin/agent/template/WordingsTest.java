package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.template.Wordings.Wording;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordingsTest {

  /// Pieces that rules look for: stamps, levels, loggers, units, quotations, brackets, keys, masks.
  private static final List<String> PIECES =
      List.of(
          "2026-01-0#",
          "2026-01-0#T10:0#:00",
          "2026.01.0#T10",
          "10:0#:1#",
          "Jan",
          "Fri",
          "#",
          "##",
          "INFO",
          "[main]",
          "[w-#",
          "#]",
          "[#]",
          "a.b.Shop:",
          "a.b.Shop",
          "host-#",
          "sshd[##]:",
          "ms",
          "#ms",
          "s,",
          "bytes",
          "blk_-#############",
          "10.0.#.##:####",
          "/10.0.#.#:80,",
          "\"GET",
          "\"get",
          "/a/b#",
          "HTTP/1.#\"",
          "'anna",
          "b#'",
          "'",
          "\"",
          "\"Moz/#.0",
          "x#\"",
          "user=anna",
          "user=\"anna",
          "uid=#",
          "(uid=##)",
          "list=[a",
          "b,",
          "c]",
          "[#,",
          "##,",
          "#]",
          "k=(a",
          "b)",
          "key:",
          "key:#",
          "key=",
          "id:a#",
          "ssh#",
          "eth#",
          "true",
          "null",
          "FAILED",
          "<secret:password:a1b2c#>",
          "anna@example.net",
          "www.example.com",
          "example.com,",
          "a/b/c",
          "C:\\x\\y#",
          "deadbeefdeadbeef",
          "deadbeef#",
          "#f#",
          "task_#",
          "()",
          "[]",
          "-",
          ":",
          "::1",
          "0x#ff",
          "rhost=10.#.#.7",
          "rhost=##,",
          "b1=10.#",
          "ab(1#.#)",
          "at:#.#",
          "a.b[#.#]:",
          "#.#",
          "-#",
          "+#",
          "#%",
          "a=b=c",
          "x=10:##(abc",
          "def)",
          "a10.2:80(x",
          "@",
          "é#");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void rememberedOrNotALineSaysTheSame(long seed) {
    var random = new Random(seed);
    var wordings = new Wordings();
    int remembered = 0;
    for (int i = 0; i < 2_000; i++) {
      String line = line(random);
      for (int j = 0; j < 10; j++) { // the same words, other digits
        String text = digits(line, random);
        boolean head = random.nextBoolean();
        boolean ascii = random.nextBoolean() && text.chars().allMatch(c -> c < 128);
        Wording before = wordings.of(digits(line, random), head, ascii);
        Wording wording = wordings.of(text, head, ascii);
        remembered += before == wording ? 1 : 0;
        Message message = head ? Message.cut(text) : new Message(Level.UNKNOWN, text);
        assertThat(wording.words(text))
            .as("seed %d: %s", seed, text)
            .isEqualTo(Tokenizer.words(message.text()));
        assertThat(wording.level).as("seed %d: %s", seed, text).isEqualTo(message.level());
      }
    }
    assertThat(remembered).isGreaterThan(2_000);
  }

  private static String line(Random random) {
    var out = new StringBuilder();
    for (int n = 1 + random.nextInt(12); n > 0; n--) {
      out.append(PIECES.get(random.nextInt(PIECES.size()))).append(' ');
    }
    return out.toString().strip();
  }

  /// Each `#` becomes one to three digits.
  private static String digits(String line, Random random) {
    var out = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '#') {
        out.append(random.nextInt(random.nextBoolean() ? 10 : 1_000));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
