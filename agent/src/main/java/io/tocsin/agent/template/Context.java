package io.tocsin.agent.template;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A wording with one place (or two) left open, and what was seen there. There are a hundred a
/// template, and most never see a second value: until then only that one is kept.
final class Context {

  /// Enough for every decision.
  static final int MEMBERS = 16;

  final List<Word> words;
  final Place place;

  /// A real value was seen in this very place.
  boolean typed;

  /// What took all of them in; null while it is undecided.
  @Nullable Entry template;

  // The only value so far, its wording, and the word before it.
  private @Nullable List<String> value;
  private @Nullable Entry only;
  private @Nullable String cue;

  // All of them, once there are more.
  private @Nullable Map<List<String>, Entry> several;
  private @Nullable Map<String, Set<String>> behind;

  Context(List<Word> words, Place place) {
    this.words = words;
    this.place = place;
  }

  /// By value, in the order in which they came; the words of a value of several places are kept
  /// apart.
  Map<List<String>, Entry> members() {
    var all = several;
    var first = value;
    var entry = only;
    if (all != null) {
      return all;
    }
    return first == null || entry == null ? Map.of() : Map.of(first, entry);
  }

  /// Values by the word before the place.
  Map<String, Set<String>> before() {
    var all = behind;
    var first = value;
    var word = cue;
    if (all != null) {
      return all;
    }
    return first == null || word == null ? Map.of() : Map.of(word, Set.of(first.getFirst()));
  }

  /// @param line what the entry was made of
  /// @param where the place in it
  void add(List<Word> line, Place where, Entry entry) {
    List<String> seen = where.at().stream().map(i -> line.get(i).symbol()).toList();
    boolean first = value == null && several == null;
    if (first) {
      value = seen;
      only = entry;
    } else if (several != null || !seen.equals(value)) {
      var all = several == null ? new LinkedHashMap<>(members()) : several;
      several = all;
      if (all.size() >= MEMBERS && !all.containsKey(seen)) {
        return;
      }
      all.put(seen, entry);
    } else {
      only = entry;
    }
    int p = where.first();
    boolean cued =
        where.shape() == Place.Shape.ONE
            && p > 0
            && line.get(p - 1).is(Word.Form.CONST)
            && line.get(p).is(Word.Form.CONST);
    if (cued && first) {
      cue = line.get(p - 1).symbol();
    } else if (cued) {
      note(line.get(p - 1).symbol(), seen.getFirst());
    }
  }

  private void note(String word, String seen) {
    var all = behind;
    if (all == null) {
      all = new LinkedHashMap<>();
      for (var known : before().entrySet()) {
        all.put(known.getKey(), new LinkedHashSet<>(known.getValue()));
      }
      behind = all;
    }
    all.computeIfAbsent(word, w -> new LinkedHashSet<>()).add(seen);
  }

  /// Decides: what was seen is the template's from now on.
  void close(Entry template) {
    this.template = template;
    value = null;
    only = null;
    cue = null;
    several = null;
    behind = null;
  }
}
