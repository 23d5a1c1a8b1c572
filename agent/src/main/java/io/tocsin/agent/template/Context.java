package io.tocsin.agent.template;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A wording with one place (or two) left open, and what was seen there.
final class Context {

  /// Enough for every decision.
  static final int MEMBERS = 16;

  final List<Word> words;
  final Place place;

  /// By value; the words of a value of several places are kept apart.
  final Map<List<String>, Entry> members = new LinkedHashMap<>();

  /// Values by the word before the place.
  final Map<String, Set<String>> before = new LinkedHashMap<>();

  /// A real value was seen in this very place.
  boolean typed;

  @Nullable Entry template;

  Context(List<Word> words, Place place) {
    this.words = words;
    this.place = place;
  }

  void add(List<Word> line, Place where, Entry entry) {
    List<String> value = where.at().stream().map(i -> line.get(i).symbol()).toList();
    if (members.size() < MEMBERS || members.containsKey(value)) {
      members.put(value, entry);
      int p = where.first();
      if (where.shape() == Place.Shape.ONE
          && p > 0
          && line.get(p - 1).is(Word.Form.CONST)
          && line.get(p).is(Word.Form.CONST)) {
        before
            .computeIfAbsent(line.get(p - 1).symbol(), w -> new LinkedHashSet<>())
            .add(line.get(p).symbol());
      }
    }
  }
}
