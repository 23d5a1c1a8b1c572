package io.tocsin.agent.template;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What lines say, remembered by the words they are made of: a line whose words mean the same as
/// those of an earlier one costs one pass and a look-up a word, in tables of fixed size. What a
/// line means is up to [Message] and [Tokenizer]; here is only known when it cannot differ:
///
/// - No rule asks which digit it is, or counts more than ten in a row. So digits are alike, unless
///   the template would show them.
/// - A value without brackets and quotes is like any other, unless splitting joins it to the words
///   around it or it may be the date of a stamp.
///
/// Confined to one thread; the miners of an agent share it.
public final class Wordings {

  private static final int TERMS = 4_096;
  private static final int LINES = 2_048;

  // A longer line, or one with more words, is read in full each time.
  private static final int CHARACTERS = 1_024;
  private static final int WORDS = 64;

  private static final int DIGITS = 10;
  private final @Nullable Term[] terms = new Term[TERMS];
  private final @Nullable Wording[] lines = new Wording[LINES];
  private final char[] text = new char[CHARACTERS];
  private final char[] shape = new char[CHARACTERS];
  private final int[] from = new int[WORDS];
  private final int[] to = new int[WORDS];
  private final Term[] now = new Term[WORDS];

  /// What a line says.
  static final class Wording {
    final Level level;
    final List<Word> words;
    final String key;

    /// The template that has seen these very words, and would learn nothing from them again.
    @Nullable Entry observed;

    private final Term[] terms;
    private final boolean head;

    private Wording(Message message, Term[] terms, boolean head) {
      this.level = message.level();
      this.words = Tokenizer.words(message.text());
      this.key = Miner.key(words);
      this.terms = terms;
      this.head = head;
    }

    private boolean isOf(Term[] others, int count, boolean withHead) {
      if (terms.length != count || head != withHead) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        // Forgotten and learnt again it is another object, and the same word.
        if (terms[i] != others[i] && !terms[i].text.equals(others[i].text)) {
          return false;
        }
      }
      return true;
    }
  }

  /// @param head whether the line may begin with a stamp, a host, a level and the like
  Wording of(String line, boolean head) {
    int count = line.length() <= CHARACTERS ? read(line) : -1;
    if (count < 0) {
      return wording(line, new Term[0], head);
    }
    int hash = head ? 1 : 0;
    for (int i = 0; i < count; i++) {
      hash = 31 * hash + now[i].hash;
    }
    int slot = slot(hash, LINES);
    Wording known = lines[slot];
    if (known != null && known.isOf(now, count, head)) {
      return known;
    }
    // Two places a line, the one used last in front: a line seen often is not lost to one seen
    // once.
    Wording second = lines[slot ^ 1];
    lines[slot ^ 1] = known;
    if (second == null || !second.isOf(now, count, head)) {
      second = wording(line, Arrays.copyOf(now, count), head);
    }
    lines[slot] = second;
    return second;
  }

  private static Wording wording(String line, Term[] terms, boolean head) {
    Message message = head ? Message.cut(line) : new Message(Level.UNKNOWN, line);
    return new Wording(message, terms, head);
  }

  /// Fills [#now] with the terms of a line.
  ///
  /// @return how many; -1 when there are too many
  private int read(String line) {
    int length = line.length();
    line.getChars(0, length, text, 0);
    int count = 0;
    boolean opens = false;
    int i = 0;
    while (i < length) {
      if (isSpace(text[i])) {
        i++;
        continue;
      }
      if (count == WORDS) {
        return -1;
      }
      from[count] = i;
      int size = 0;
      int hash = 0;
      int digits = 0;
      for (; i < length && !isSpace(text[i]); i++) {
        char c = text[i];
        digits = Words.isDigit(c) ? digits + 1 : 0;
        if (digits <= DIGITS) {
          c = digits > 0 ? '0' : c;
          shape[size++] = c;
          hash = 31 * hash + c;
        }
      }
      to[count] = i;
      Term term = find(hash, shape, 0, size);
      if (term == null) {
        String own = new String(text, from[count], i - from[count]);
        term = keep(Term.of(own, new String(shape, 0, size)));
      }
      opens |= term.opens != 0;
      now[count] = term.shown ? exact(count) : term.stands;
      count++;
    }
    if (opens) {
      takeJoinedExactly(count);
    }
    return count;
  }

  private static boolean isSpace(char c) {
    return c <= ' ' ? Character.isWhitespace(c) : c > 127 && Character.isWhitespace(c);
  }

  /// A superset of the words that [Tokenizer] joins.
  private void takeJoinedExactly(int count) {
    for (int i = 0; i < count; i++) {
      char sign = now[i].opens;
      // "GET /path ...: the verb is no value
      boolean verb = sign == '"' && i + 1 < count && now[i + 1].isAnyValue() && isVerb(now[i].text);
      if (sign == 0 || verb) {
        continue;
      }
      boolean quote = sign == '"' || sign == '\'';
      now[i] = exact(i);
      for (int j = i + 1; j < Math.min(count, i + Tokenizer.SPAN); j++) {
        now[j] = exact(j);
        if (quote && now[j].text.indexOf(sign) >= 0) {
          break;
        }
      }
    }
  }

  private static boolean isVerb(String word) {
    return word.charAt(0) == '"' && Words.isUpper(word.substring(1)) && word.indexOf('=') < 0;
  }

  private Term exact(int word) {
    int hash = 0;
    for (int i = from[word]; i < to[word]; i++) {
      hash = 31 * hash + text[i];
    }
    Term term = find(hash, text, from[word], to[word]);
    if (term == null) {
      String own = new String(text, from[word], to[word] - from[word]);
      term = keep(Term.of(own, own));
    }
    return term;
  }

  private Term keep(Term term) {
    terms[slot(term.hash, TERMS)] = term;
    return term;
  }

  private @Nullable Term find(int hash, char[] characters, int begin, int end) {
    Term term = terms[slot(hash, TERMS)];
    if (term == null || term.hash != hash || term.letters.length != end - begin) {
      return null;
    }
    for (int i = begin; i < end; i++) {
      if (term.letters[i - begin] != characters[i]) {
        return null;
      }
    }
    return term;
  }

  private static int slot(int hash, int slots) {
    return (hash * 0x9e3779b9) >>> (Integer.numberOfLeadingZeros(slots) + 1); // Knuth's multiplier
  }
}
