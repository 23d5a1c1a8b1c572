package io.tocsin.agent.template;

import io.tocsin.agent.template.Place.Shape;
import io.tocsin.agent.template.Word.Form;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Decides whether what was seen in a place is values. The numbers were chosen on the public Loghub
/// samples and on statements from the source of six other programs.
final class ValueTest {

  private static final int PLAIN = 4;
  private static final int NOUN = 2;
  private static final int WEAK_NOUN = 3;
  private static final int QUOTED = 3;
  private static final int FIRST = 8;
  private static final int PAIR = 6;
  private static final int AFTER_VERB = 8;

  /// Only a typed value seen in the place may open it.
  private static final int NEVER = Integer.MAX_VALUE;

  private ValueTest() {}

  static int constants(List<Word> words) {
    return (int)
        words.stream().filter(w -> w.is(Form.CONST) || w.is(Form.KEYED) || w.is(Form.TEXT)).count();
  }

  /// Whether enough constants remain outside the place.
  static boolean leavesEnough(List<Word> words, Place place, int constants) {
    long taken = place.at().stream().filter(i -> !words.get(i).is(Form.WEAK)).count();
    long left = constants - taken;
    int least = place.shape() == Shape.RUN ? 2 : 1 + place.at().size();
    boolean weak = place.shape() == Shape.ONE && words.get(place.first()).is(Form.WEAK);
    return left >= least || (left > 0 && weak);
  }

  static boolean isValue(List<Word> words, Place place, Context context) {
    int constants = constants(words);
    Collection<List<String>> values = context.members().keySet();
    int k = values.size();
    int p = place.first();
    Form form = words.get(p).form();
    if (place.shape() == Shape.TWO) {
      return k >= PAIR && constants >= 5 && side(values, 0) && side(values, 1);
    }
    if (form == Form.KEYED) {
      return context.typed;
    }
    if (context.typed && form == Form.WEAK) {
      return true;
    }
    boolean text = form == Form.TEXT;
    boolean several = !text && values.stream().anyMatch(v -> v.size() > 1);
    if (!text && ((p == 0 && !firstWord(k, constants)) || 2 * states(values) >= k)) {
      return false;
    }
    int need = needed(words, p);
    if ((several || need >= PLAIN) && (several || !context.typed)) {
      int longest = values.stream().mapToInt(List::size).max().orElse(1) - 1;
      if (meaning(words, p) - (several ? longest : 0) < 2) {
        return false;
      }
    }
    if (need == NEVER) {
      if (!context.typed) {
        return false;
      }
      need = AFTER_VERB;
    } else if (context.typed && p > 0) {
      need = need > 2 ? 2 : 1;
    }
    return k >= need
        && (!several || (distinct(values, true) >= need && distinct(values, false) >= need));
  }

  private static boolean firstWord(int k, int constants) {
    return k >= FIRST && constants >= 4 && (constants >= 5 || k >= 2 * FIRST);
  }

  private static boolean side(Collection<List<String>> values, int index) {
    var words = values.stream().map(v -> v.get(index)).collect(Collectors.toSet());
    return words.size() >= PAIR - 1
        && words.stream().filter(Words::isState).count() * 2 < words.size();
  }

  /// A value of several words counts by its last: `link is up`.
  private static long states(Collection<List<String>> values) {
    return values.stream().filter(v -> Words.isState(String.join(" ", v))).count();
  }

  private static long distinct(Collection<List<String>> values, boolean first) {
    return values.stream().map(v -> first ? v.getFirst() : v.getLast()).distinct().count();
  }

  /// Words outside the place that carry meaning.
  private static long meaning(List<Word> words, int p) {
    long count = 0;
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (i != p
          && (word.is(Form.KEYED)
              || (word.is(Form.CONST) && Words.carriesMeaning(word.symbol())))) {
        count++;
      }
    }
    return count;
  }

  private static int needed(List<Word> words, int p) {
    if (p == 0) {
      return FIRST;
    }
    if (words.get(p).is(Form.TEXT)) {
      return QUOTED;
    }
    if (!words.get(p - 1).is(Form.CONST)) {
      return PLAIN;
    }
    String before = words.get(p - 1).symbol();
    String word = words.get(p).symbol();
    if (Words.last(before) == '=') {
      return NOUN;
    }
    String end = Words.stripEnd(word, ":,.;");
    if ("[<".indexOf(word.charAt(0)) >= 0 && (end.endsWith("]") || end.endsWith(">"))) {
      return QUOTED;
    }
    String cue = Words.bare(before);
    if (Words.NOUNS.contains(cue)) {
      return NOUN;
    }
    if (Words.WEAK_NOUNS.contains(cue)) {
      return WEAK_NOUN;
    }
    if (Words.VERBS.contains(cue)) {
      return NEVER;
    }
    return Words.last(before) == ':' && p >= 2 ? 2 : PLAIN;
  }
}
