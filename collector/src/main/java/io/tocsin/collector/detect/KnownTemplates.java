package io.tocsin.collector.detect;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which templates a workload has used. A Bloom filter, since ten thousand ids do not fit the state
/// of a workload: 8 kB, and at 10,000 templates one novel template in twenty goes unnoticed. It
/// never calls a known template novel.
final class KnownTemplates {
  private static final int WORDS = 1024;
  private static final int HASHES = 3;

  private final long[] bits = new long[WORDS];

  /// Ids as given to the lines that are not known, neither themselves nor as a part or a
  /// generalisation of a known one.
  Set<Long> novel(List<WindowSummary> parts, TemplateBook book) {
    Set<Long> novel = new TreeSet<>();
    for (WindowSummary part : parts) {
      for (TemplateCount count : part.templates()) {
        boolean other = count.id() == TemplateBook.OTHER;
        if (!other && !contains(count.id()) && !contains(book.canonical(count.id()))) {
          novel.add(count.id());
        }
      }
    }
    if (!novel.isEmpty()) {
      Set<Long> subsuming = new HashSet<>();
      for (TemplateBook.Known known : book.all()) {
        if (known.into() != 0 && contains(known.id())) {
          subsuming.add(book.canonical(known.id()));
        }
      }
      novel.removeIf(id -> subsuming.contains(book.canonical(id)));
    }
    return novel;
  }

  void learn(List<WindowSummary> parts, TemplateBook book) {
    for (WindowSummary part : parts) {
      for (TemplateCount count : part.templates()) {
        add(count.id());
        add(book.canonical(count.id()));
      }
    }
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(WORDS * Long.BYTES);
    out.asLongBuffer().put(bits);
    return out.array();
  }

  static KnownTemplates decode(byte[] bytes) {
    KnownTemplates known = new KnownTemplates();
    ByteBuffer.wrap(bytes).asLongBuffer().get(known.bits);
    return known;
  }

  private boolean contains(long id) {
    long h = mix(id);
    for (int i = 0; i < HASHES; i++, h = mix(h)) {
      if ((bits[(int) (h >>> 54)] & (1L << h)) == 0) {
        return false;
      }
    }
    return true;
  }

  private void add(long id) {
    long h = mix(id);
    for (int i = 0; i < HASHES; i++, h = mix(h)) {
      bits[(int) (h >>> 54)] |= 1L << h;
    }
  }

  // SplitMix64 (Steele, Lea and Flood 2014): the 10 high bits choose the word, the 6 low ones the
  // bit.
  private static long mix(long x) {
    long h = x + 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }
}
