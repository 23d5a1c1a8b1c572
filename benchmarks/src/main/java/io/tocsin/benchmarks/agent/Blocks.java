package io.tocsin.benchmarks.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Lines by which loss and repetition are told apart. All lines of a block have one wording, that
/// no other block has: an agent that counts says how many it saw of each. Each line carries its
/// number, too: an agent that forwards says which it saw.
final class Blocks {
  static final int LINES = 250;
  private static final int WORDS = 6;

  private final Random random = new Random(7);
  private final List<String> names = new ArrayList<>();
  private String words = "";
  private long written;

  /// The next line, without its end.
  String next() {
    if (written % LINES == 0) {
      // Six words of letters: nothing that a miner of templates would take for one wording with a
      // place that varies.
      var wording = new StringBuilder();
      for (int i = 0; i < WORDS; i++) {
        for (int n = 5 + random.nextInt(4); n > 0; n--) {
          wording.append((char) ('a' + random.nextInt(26)));
        }
        wording.append(' ');
      }
      words = wording.toString();
      names.add(words.substring(0, words.indexOf(' ')));
    }
    return String.format(Locale.ROOT, "INFO %sserial=%d", words, written++);
  }

  long written() {
    return written;
  }

  /// The first word of each block; nobody else has it.
  List<String> names() {
    return names;
  }

  /// Lines written of a block.
  long of(int block) {
    return Math.min(LINES, written - (long) block * LINES);
  }
}
