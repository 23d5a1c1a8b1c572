package io.tocsin.agent.template;

import io.tocsin.agent.template.Word.Form;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From a message to its words: what belongs together is joined, runs of values are one value.
final class Tokenizer {

  /// Words looked at ahead for the end of a quotation or bracket.
  static final int SPAN = 40;

  /// Words of a message; what follows is not mined.
  private static final int WORDS = 256;

  private Tokenizer() {}

  /// A word as split, and its form when splitting decided it.
  private record Piece(String text, @Nullable Form forced) {}

  static List<Word> words(String message) {
    List<Piece> pieces = split(whiteSpace(message));
    Word[] words = new Word[pieces.size()];
    for (int i = 0; i < words.length; i++) {
      words[i] = word(pieces.get(i));
    }
    for (int round = 0; round < 2; round++) { // Fri Jun 17 07:07:00
      for (int i = 0; i < words.length; i++) {
        if (words[i].is(Form.CONST) && besideValue(words, i) && isDate(pieces.get(i).text)) {
          words[i] = Word.VALUE;
        }
      }
    }
    List<Word> out = new ArrayList<>(words.length);
    for (int i = 0; i < words.length; i++) {
      Word before = out.isEmpty() ? null : out.getLast();
      if (before != null && before.is(Form.VAR)) {
        String text = pieces.get(i).text;
        boolean unit = words[i].is(Form.CONST) && isUnit(text);
        if (unit || words[i].is(Form.VAR) || text.equals("()") || text.equals("[]")) {
          // Of a long run the head is enough to see whether units vary.
          boolean longRun = before.shown().length() > 64;
          String shown = before.shown() + " " + (unit ? text : Word.ANY);
          out.set(out.size() - 1, longRun ? before : new Word(Form.VAR, Word.ANY, shown));
          continue;
        }
      }
      out.add(words[i]);
    }
    return out;
  }

  static String skeleton(List<Word> words) {
    var out = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      out.append(i == 0 ? "" : " ").append(words.get(i).symbol());
    }
    return out.toString();
  }

  static List<String> whiteSpace(String text) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length() && words.size() < WORDS; i++) {
      if (i == text.length() || Character.isWhitespace(text.charAt(i))) {
        if (i > from) {
          words.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return words;
  }

  private static Word word(Piece piece) {
    return switch (piece.forced) {
      case KEYED ->
          new Word(
              Form.KEYED,
              piece.text.substring(0, piece.text.indexOf('=') + 1) + Word.ANY,
              piece.text.contains("<secret:") ? Word.ANY : piece.text);
      case TEXT ->
          piece.text.contains("<secret:")
              ? Word.VALUE
              : new Word(Form.TEXT, piece.text, piece.text);
      case WEAK -> new Word(Form.WEAK, "<w>", piece.text);
      case CONST, VAR -> throw new IllegalStateException("splitting forces no " + piece.forced);
      case null -> Classifier.classify(piece.text);
    };
  }

  private static boolean besideValue(Word[] words, int i) {
    return (i + 1 < words.length && words[i + 1].is(Form.VAR))
        || (i > 0 && words[i - 1].is(Form.VAR));
  }

  private static boolean isDate(String word) {
    return Words.DATES.contains(Words.lower(Words.strip(word, ".,;:()[]")));
  }

  private static boolean isUnit(String word) {
    return !Words.opens(word.charAt(0))
        && Words.UNITS.contains(Words.lower(Words.strip(word, ".,;:)]")));
  }

  private static List<Piece> split(List<String> words) {
    List<Piece> out = new ArrayList<>(words.size());
    int i = 0;
    while (i < words.size()) {
      String w = words.get(i);
      Form form = Form.KEYED;
      int more = 0;
      int eq = w.indexOf('=');
      if (eq > 0 && eq < w.length() - 1) {
        more = keyed(words, i, w.substring(eq + 1));
      } else if (w.charAt(0) == '"' && w.indexOf('"', 1) < 0) {
        form = Form.TEXT;
        more = quotation(words, i, '"');
        // "GET /path ...: the verb is no value
        if (more > 0
            && Words.isUpper(w.substring(1))
            && Classifier.classify(Words.stripEnd(words.get(i + 1), "\"")).is(Form.VAR)) {
          more = 0;
        }
      } else if (w.charAt(0) == '\'' && w.length() > 1 && w.indexOf('\'', 1) < 0) {
        form = Form.TEXT;
        more = quotation(words, i, '\'');
        more = more > 4 ? 0 : more;
      } else if (w.charAt(0) == '[' && Words.last(w) == ',') {
        form = Form.WEAK;
        more = bracket(words, i, '[');
        if (!words.subList(i, i + more).stream().allMatch(x -> Words.last(x) == ',')) {
          more = 0;
        }
      }
      out.add(
          more == 0
              ? new Piece(w, null)
              : new Piece(String.join(" ", words.subList(i, i + more + 1)), form));
      i += more + 1;
    }
    return out;
  }

  private static int keyed(List<String> words, int i, String value) {
    char quote = value.charAt(0);
    if (quote == '"' || quote == '\'') {
      return value.indexOf(quote, 1) < 0 ? quotation(words, i, quote) : 0;
    }
    for (int x = 0; x < value.length(); x++) {
      char c = value.charAt(x);
      if (c == '(' || c == '[' || c == '{') {
        return count(value, c) > count(value, closing(c)) ? bracket(words, i, c) : 0;
      }
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '_' && c != '$') {
        return 0;
      }
    }
    return 0;
  }

  /// Words until the quotation that opens in word i closes; 0 when it does not.
  private static int quotation(List<String> words, int i, char quote) {
    String after = Words.CLOSE.replace(String.valueOf(quote), "");
    for (int j = i + 1; j < Math.min(words.size(), i + SPAN); j++) {
      if (words.get(j).indexOf(quote) >= 0) {
        String end = Words.stripEnd(words.get(j), after);
        return !end.isEmpty() && Words.last(end) == quote ? j - i : 0;
      }
    }
    return 0;
  }

  /// Words until the bracket that opens in word i closes; 0 when it does not.
  static int bracket(List<String> words, int i, char open) {
    char close = closing(open);
    int depth = count(words.get(i), open) - count(words.get(i), close);
    for (int j = i + 1; j < Math.min(words.size(), i + SPAN); j++) {
      depth += count(words.get(j), open) - count(words.get(j), close);
      if (depth <= 0) {
        return j - i;
      }
    }
    return 0;
  }

  private static char closing(char open) {
    return open == '(' ? ')' : open == '[' ? ']' : '}';
  }

  private static int count(String word, char c) {
    int count = 0;
    for (int i = word.indexOf(c); i >= 0; i = word.indexOf(c, i + 1)) {
      count++;
    }
    return count;
  }
}
