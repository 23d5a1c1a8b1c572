package io.tocsin.agent.template;

import static io.tocsin.agent.template.Words.isDigit;

import io.tocsin.agent.template.Word.Form;

/// What kind of word a word is, by its characters alone.
final class Classifier {

  /// How sure it is that a word is a value.
  enum Typed {
    WORD,
    LIKELY,
    VALUE
  }

  private static final int NESTED = 3;
  private static final String MASK = "<secret:";

  private Classifier() {}

  static Word classify(String word) {
    return classify(word, 0);
  }

  private static Word classify(String word, int depth) {
    int i = 0;
    int j = word.length();
    while (i < j && Words.opens(word.charAt(i))) {
      i++;
    }
    while (j > i && Words.closes(word.charAt(j - 1))) {
      j--;
    }
    if (i == j) {
      boolean empty = word.equals("[]") || word.equals("[],") || word.equals("[].");
      return empty ? new Word(Form.WEAK, "<w>", word) : Word.constant(word);
    }
    if (i > 0 && word.startsWith(MASK, word.indexOf('<'))) {
      return Word.VALUE;
    }
    String core = word.substring(i, j);
    int key = keyEnd(core);
    if (key == core.length() - 1) {
      return Word.constant(word);
    }
    if (key > 0) {
      String value = Words.core(core.substring(key + 1));
      boolean typed = core.startsWith(MASK, key + 1) || isValue(value);
      return new Word(
          Form.KEYED, word.substring(0, i + key + 1) + Word.ANY, typed ? Word.ANY : word);
    }
    if (depth < NESTED) {
      for (int x = 0; x < core.length() && "/\\@:".indexOf(core.charAt(x)) < 0; x++) {
        if (x > 0 && "([{".indexOf(core.charAt(x)) >= 0) {
          return nested(word, i, x, depth);
        }
      }
    }
    String lead = word.substring(0, i);
    String trail = word.substring(j);
    return switch (typed(core)) {
      case VALUE -> Word.VALUE;
      case LIKELY -> new Word(Form.WEAK, lead + "<w>" + trail, word);
      case WORD -> {
        char quote = lead.isEmpty() ? ' ' : Words.last(lead);
        boolean text = "\"'`".indexOf(quote) >= 0 && trail.indexOf(quote) >= 0;
        yield text ? new Word(Form.TEXT, word, word) : Word.constant(word);
      }
    };
  }

  /// `name(inner`, `name[inner`, `name{inner`, the bracket at x of the core.
  private static Word nested(String word, int lead, int x, int depth) {
    Typed head = typed(word.substring(lead, lead + x));
    if (head == Typed.VALUE) {
      return Word.VALUE;
    }
    Word inner = classify(word.substring(lead + x), depth + 1);
    if (inner.is(Form.CONST) || inner.is(Form.TEXT)) {
      return head == Typed.LIKELY ? new Word(Form.WEAK, "<w>", word) : Word.constant(word);
    }
    boolean shows =
        inner.is(Form.WEAK) || (inner.is(Form.KEYED) && !inner.shown().equals(Word.ANY));
    return new Word(
        Form.KEYED, word.substring(0, lead + x + 1) + Word.ANY, shows ? word : Word.ANY);
  }

  private static boolean isValue(String value) {
    return !value.isEmpty() && typed(value) == Typed.VALUE;
  }

  static Typed typed(String core) {
    int digits = 0;
    int letters = 0;
    int dots = 0;
    int slashes = 0;
    int at = -1;
    int angle = -1;
    for (int i = 0; i < core.length(); i++) {
      char c = core.charAt(i);
      if (isDigit(c)) {
        digits++;
      } else if (Character.isLetter(c)) {
        letters++;
      } else if (c == '.') {
        dots++;
      } else if (c == '/' || c == '\\') {
        slashes++;
      } else if (c == '@' && at < 0) {
        at = i;
      } else if (c == '<' && angle < 0) {
        angle = i;
      }
    }
    if (letters == 0) {
      return digits > 0 ? Typed.VALUE : Typed.WORD;
    }
    boolean mail =
        at > 0
            && at < core.length() - 1
            && Character.isLetterOrDigit(core.charAt(at - 1))
            && Character.isLetterOrDigit(core.charAt(at + 1));
    if (mail || (dots > 0 && isHost(core)) || (angle >= 0 && core.contains(MASK))) {
      return Typed.VALUE;
    }
    return digits == 0 ? withoutDigits(core, slashes) : withDigits(core, digits, letters, slashes);
  }

  private static Typed withoutDigits(String core, int slashes) {
    boolean path =
        slashes >= 2
            || (slashes > 0
                && (core.charAt(0) == '/'
                    || core.charAt(0) == '~'
                    || core.startsWith("./")
                    || core.startsWith("../")
                    || core.contains("://")
                    || (core.length() > 2
                        && core.charAt(1) == ':'
                        && (core.charAt(2) == '\\' || core.charAt(2) == '/'))));
    if (path
        || (core.length() >= 16 && core.chars().allMatch(c -> "abcdefABCDEF".indexOf(c) >= 0))) {
      return Typed.VALUE;
    }
    return Words.LITERALS.contains(Words.lower(core)) ? Typed.LIKELY : Typed.WORD;
  }

  private static Typed withDigits(String core, int digits, int letters, int slashes) {
    char head = core.charAt(0);
    if (isDigit(head) || head == '/' || slashes >= 2 || digits > 2 || letters < 2 * digits) {
      return Typed.VALUE;
    }
    int first = 0;
    while (!isDigit(core.charAt(first))) {
      first++;
    }
    // jk2_init, ssh2, eth0; but task_1, node-3, PS/2 are identifiers.
    return Character.isLetterOrDigit(core.charAt(first - 1)) ? Typed.LIKELY : Typed.VALUE;
  }

  private static boolean isHost(String core) {
    if (core.charAt(0) == '.'
        || !Words.DOMAINS.contains(Words.lower(core.substring(core.lastIndexOf('.') + 1)))) {
      return false;
    }
    return core.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".-_".indexOf(c) >= 0);
  }

  /// Index of the `=` or `:` that ends a key at the head of a word, or -1.
  static int keyEnd(String core) {
    boolean letter = false;
    for (int i = 0; i < core.length(); i++) {
      char c = core.charAt(i);
      if (c == '=' || c == ':') {
        boolean none =
            c == ':'
                && (core.startsWith("::", i)
                    || core.startsWith("://", i)
                    || (i == 1 && core.length() > 2 && "\\/".indexOf(core.charAt(2)) >= 0));
        return letter && !none ? i : -1;
      }
      if (isDigit(c) || "([{/\\@\"'".indexOf(c) >= 0) {
        return -1;
      }
      letter |= Character.isLetter(c);
    }
    return -1;
  }
}
