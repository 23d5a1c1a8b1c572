package io.tocsin.agent.template;

import io.tocsin.agent.template.Word.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Where a wording might hold a value.
///
/// @param at indices of its words, ascending
record Place(List<Integer> at, Shape shape) {

  enum Shape {
    ONE,
    /// two words apart
    TWO,
    /// neighbouring words
    RUN
  }

  private static final int PLACES = 40;
  private static final int PAIRED = 12;
  private static final int RUN = 3;
  private static final int BRACKETED = 8;

  int first() {
    return at.getFirst();
  }

  static List<Place> in(List<Word> words) {
    List<Place> out = new ArrayList<>();
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < words.size() && free.size() < PLACES; i++) {
      Word word = words.get(i);
      if (word.is(Form.CONST) || word.is(Form.WEAK) || word.is(Form.TEXT)) {
        free.add(i);
        out.add(new Place(List.of(i), Shape.ONE));
      }
    }
    for (int i = 0; i < Math.min(PLACES, words.size()); i++) {
      Word word = words.get(i);
      // ID:mq1-7 where others have 10.2.0.7: on typed evidence only
      if (word.is(Form.KEYED)
          && word.shown().equals(Word.ANY)
          && word.symbol().endsWith(":" + Word.ANY)) {
        out.add(new Place(List.of(i), Shape.ONE));
      }
    }
    if (free.size() <= PAIRED) {
      for (int a = 0; a < free.size(); a++) {
        for (int b = a + 1; b < free.size() && free.get(a) > 0; b++) {
          out.add(new Place(List.of(free.get(a), free.get(b)), Shape.TWO));
        }
      }
    }
    for (int p : free) {
      if (words.get(p).is(Form.CONST)) {
        runs(words, p, out);
      }
    }
    return out;
  }

  private static void runs(List<Word> words, int p, List<Place> out) {
    String first = words.get(p).symbol();
    if (!Words.isState(first)) {
      for (int q = p + 1; q < Math.min(p + RUN, words.size()); q++) {
        Word word = words.get(q);
        if (!word.is(Form.CONST)
            || Words.closes(Words.last(words.get(q - 1).symbol()))
            || Words.isState(word.symbol())) {
          break;
        }
        out.add(run(p, q));
      }
    }
    if (first.charAt(0) == '(' && Words.last(first) != ')') {
      for (int q = p + 1; q < Math.min(p + BRACKETED, words.size()); q++) {
        Word word = words.get(q);
        if (word.is(Form.CONST) && Words.stripEnd(word.symbol(), ",.;:").endsWith(")")) {
          out.add(run(p, q));
          break;
        }
      }
    }
  }

  private static Place run(int p, int q) {
    return new Place(IntStream.rangeClosed(p, q).boxed().toList(), Shape.RUN);
  }

  /// The words with this place open, collapsed with values beside it.
  List<Word> open(List<Word> words) {
    List<Word> out = new ArrayList<>(words.size());
    for (int i = 0; i < words.size(); i++) {
      Word word = at.contains(i) ? Word.VALUE : words.get(i);
      if (word.is(Form.VAR) && !out.isEmpty() && out.getLast().is(Form.VAR)) {
        out.set(out.size() - 1, Word.VALUE);
      } else {
        out.add(word);
      }
    }
    return out;
  }
}
