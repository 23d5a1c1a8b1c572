package io.tocsin.agent.template;

import io.tocsin.agent.template.Word.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A template while it is mined.
final class Entry {

  private static final int TEXT = 1_000;

  final long id;
  final List<Word> words;
  final String skeleton;
  final List<String> shown = new ArrayList<>();

  /// Wording known from elsewhere whose words do not line up with the skeleton; shown as it is.
  @Nullable String frozen;

  @Nullable Entry into;
  Level level = Level.UNKNOWN;
  long lines;
  long lastUse;

  /// What was last told of it.
  @Nullable Template told;

  private boolean unitsVary;

  Entry(long id, List<Word> words, String skeleton) {
    this.id = id;
    this.words = words;
    this.skeleton = skeleton;
    words.forEach(w -> shown.add(w.shown()));
  }

  Entry canonical() {
    Entry entry = this;
    while (entry.into != null) {
      entry = entry.into;
    }
    return entry;
  }

  /// Values that changed are no longer shown. With another number of words both ends are compared.
  ///
  /// @return whether anything changed
  boolean observe(List<Word> line, List<String> values) {
    int n = line.size();
    int m = words.size();
    boolean changed = false;
    if (n == m) {
      for (int i = 0; i < n; i++) {
        changed |= observe(i, line.get(i), values.get(i));
      }
      return changed;
    }
    int a = 0;
    while (a < Math.min(n, m) && same(line.get(a), words.get(a))) {
      changed |= observe(a, line.get(a), values.get(a));
      a++;
    }
    for (int b = 1; b <= Math.min(n, m) - a && same(line.get(n - b), words.get(m - b)); b++) {
      changed |= observe(m - b, line.get(n - b), values.get(n - b));
    }
    return changed;
  }

  private static boolean same(Word a, Word b) {
    return a.symbol().equals(b.symbol());
  }

  private boolean observe(int i, Word word, String value) {
    String now = shown.get(i);
    if (now.equals(value) || now.equals(Word.ANY)) {
      return false;
    }
    unitsVary |= word.is(Form.VAR) && otherUnit(now.split(" "), value.split(" "));
    shown.set(i, Word.ANY);
    return true;
  }

  private static boolean otherUnit(String[] a, String[] b) {
    boolean differs = false;
    for (int i = 0; i < a.length && a.length == b.length; i++) {
      differs |= !a[i].equals(b[i]) && !a[i].equals(Word.ANY) && !b[i].equals(Word.ANY);
    }
    return differs;
  }

  /// As people read it, with what other templates taught about keys and words.
  Template template(Knowledge knowledge) {
    String text = frozen == null ? text(knowledge) : frozen;
    return new Template(id, text, level, into == null ? 0 : canonical().id, skeleton);
  }

  private String text(Knowledge knowledge) {
    var out = new StringBuilder();
    for (int i = 0; i < words.size() && out.length() < TEXT; i++) {
      Word word = words.get(i);
      String w = shown.get(i);
      if (word.is(Form.KEYED) && knowledge.varies(word.symbol())) {
        w = word.symbol();
      } else if (word.is(Form.CONST) && i > 0 && knowledge.behind(shown.get(i - 1)).contains(w)) {
        w = Word.ANY;
      } else if (word.is(Form.VAR) && unitsVary) {
        w = Word.ANY;
      }
      out.append(i == 0 ? "" : " ").append(w);
    }
    out.setLength(Math.min(out.length(), TEXT));
    return out.toString();
  }

  /// What all templates together teach about values.
  interface Knowledge {
    /// Whether this key had three or more values.
    boolean varies(String key);

    /// Values seen behind this word.
    Set<String> behind(String word);
  }
}
