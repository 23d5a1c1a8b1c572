package io.tocsin.benchmarks.lines;

import io.tocsin.benchmarks.lines.Kind.Values;
import java.util.ArrayList;
import java.util.List;

/// Lines of all kinds, mixed.
public final class Mix {
  private static final List<Kind> KINDS = List.of(Kind.values());

  private Mix() {}

  /// So many lines without their ends; equal seeds, equal lines.
  public static List<String> lines(long seed, int count) {
    Values values = new Values(seed);
    List<String> lines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lines.add(KINDS.get(values.below(KINDS.size())).line(values));
    }
    return lines;
  }
}
