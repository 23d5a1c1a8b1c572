package io.tocsin.agent.template;

import io.tocsin.agent.template.Classifier.Typed;
import io.tocsin.agent.template.Word.Form;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A word as far as it matters, digits as `0`; or letter by letter.
final class Term {

  private static final String MARKS = "([{<\"'`)]}>";

  private static final Term NUMBER = new Term("0");
  private static final Term NUMBER_COLON = new Term("0:");
  private static final Term VALUE = new Term("/a/b");
  private static final Term VALUE_COLON = new Term("/a/b:");

  /// By which it is known, in UTF-8.
  final byte[] letters;

  final int hash;

  /// Whether a template may show digits of it, so that it counts letter by letter.
  boolean shown;

  /// The sign with which it may be joined to words behind it; 0 when it is not.
  char opens;

  /// Whether it is a verb of HTTP behind the quote that opens a request.
  boolean verb;

  /// Whether the line may be one of keys and values.
  boolean field;

  /// Itself, or one that stands for all such values.
  Term stands = this;

  private Term(String text) {
    this.letters = text.getBytes(StandardCharsets.UTF_8);
    this.hash = hash(letters, 0, letters.length);
  }

  /// @param known by which the word is found again
  static Term of(String word, String known) {
    Word read = Classifier.classify(word);
    Term term = new Term(known);
    term.shown = hasDigit(read.symbol()) || hasDigit(read.shown());
    term.opens = opens(word);
    term.verb = word.charAt(0) == '"' && Words.isUpper(word.substring(1)) && word.indexOf('=') < 0;
    term.field = word.contains(Message.FIELD);
    if (read.is(Form.VAR) && Classifier.typed(word) == Typed.VALUE && isPlain(word)) {
      boolean colon = Words.last(word) == ':';
      boolean number = !Words.hasLetter(word);
      term.stands = number ? (colon ? NUMBER_COLON : NUMBER) : (colon ? VALUE_COLON : VALUE);
    } else if (!term.shown) {
      term.stands = withOneDigit(term, known);
    }
    return term;
  }

  /// Of a number that fills a bracket or is the whole value of a key, as in `sshd[22072]:` and
  /// `rhost=10.0.0.7`, not even the length matters: its first digit follows a sign, so it is a
  /// value however long it is.
  private static Term withOneDigit(Term term, String word) {
    int begin = 0;
    while (begin < word.length() && !Words.isDigit(word.charAt(begin))) {
      begin++;
    }
    int end = Words.stripEnd(word, Words.CLOSE).length();
    if (begin == 0 || begin >= end || "=:[(".indexOf(word.charAt(begin - 1)) < 0) {
      return term;
    }
    for (int i = begin; i < end; i++) {
      if (!Words.isDigit(word.charAt(i)) && word.charAt(i) != '.') {
        return term;
      }
    }
    Term one = new Term(word.substring(0, begin) + '0' + word.substring(end));
    one.opens = term.opens;
    one.verb = term.verb;
    return one;
  }

  private static boolean hasDigit(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (Words.isDigit(word.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlain(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (MARKS.indexOf(word.charAt(i)) >= 0) {
        return false;
      }
    }
    return !mayBeDate(word) && !mayBeDate(Words.core(word));
  }

  private static boolean mayBeDate(String word) {
    int digits = 0;
    while (digits < word.length() && Words.isDigit(word.charAt(digits))) {
      digits++;
    }
    return word.length() > 9 && digits >= 4;
  }

  /// See [Tokenizer]: a key whose value begins a quotation or has a bracket, a quotation, a list.
  private static char opens(String word) {
    int eq = word.indexOf('=');
    if (eq > 0 && eq < word.length() - 1) {
      String value = word.substring(eq + 1);
      char first = value.charAt(0);
      if (first == '"' || first == '\'') {
        return value.indexOf(first, 1) < 0 ? first : 0;
      }
      return value.chars().anyMatch(c -> "([{".indexOf(c) >= 0) ? '[' : 0;
    }
    char first = word.charAt(0);
    if (first == '"' || first == '\'') {
      return word.indexOf(first, 1) < 0 ? first : 0;
    }
    return first == '[' && Words.last(word) == ',' ? '[' : 0;
  }

  /// Whether it stands for all values of its kind.
  boolean isAnyValue() {
    return this == NUMBER || this == NUMBER_COLON || this == VALUE || this == VALUE_COLON;
  }

  boolean has(char sign) {
    for (byte letter : letters) {
      if (letter == sign) {
        return true;
      }
    }
    return false;
  }

  /// Forgotten and learnt again it is another object, and the same word.
  boolean same(Term other) {
    return this == other || Arrays.equals(letters, other.letters);
  }

  boolean is(int hash, byte[] bytes, int from, int to) {
    byte[] own = letters;
    if (this.hash != hash || own.length != to - from) {
      return false;
    }
    for (int i = 0; i < own.length; i++) {
      if (own[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
