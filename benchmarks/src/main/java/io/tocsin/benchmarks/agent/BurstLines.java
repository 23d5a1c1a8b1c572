package io.tocsin.benchmarks.agent;

import java.util.ArrayList;
import java.util.List;

/// Lines of many wordings, about 150 bytes each, neighbours never alike.
final class BurstLines {
  private static final int VALUES = 5;

  private BurstLines() {}

  /// Five lines of each wording.
  static List<byte[]> of(int wordings) {
    Blocks blocks = new Blocks();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < wordings; i++) {
      String line = blocks.next();
      words.add(line.substring(0, line.lastIndexOf(' ')));
      for (int rest = 1; rest < Blocks.LINES; rest++) {
        blocks.next();
      }
    }
    List<byte[]> lines = new ArrayList<>();
    for (int value = 0; value < VALUES; value++) {
      for (int i = 0; i < wordings; i++) {
        int number = 7_919 * (VALUES * i + value) % 1_000_003;
        lines.add(
            Feed.ended(
                "2026-11-25T10:15:%02d.%03dZ %s took %d ms for /api/orders/%d from 10.1.%d.%d"
                    .formatted(
                        number % 60,
                        number % 1_000,
                        words.get(i),
                        number % 900,
                        number,
                        number % 256,
                        i % 256)));
      }
    }
    return lines;
  }
}
