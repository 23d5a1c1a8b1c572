package io.tocsin.agent.template;

import java.nio.charset.StandardCharsets;
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
  private static final int LINES = 4_096;

  // A longer line, or one with more words, is read in full each time. Bytes, in UTF-8.
  private static final int LENGTH = 1_024;
  private static final int WORDS = 64;

  /// Results of [#read] beside the number of words: what it cannot tell the wording of.
  private static final int UNREADABLE = -1;

  private static final int DIGITS = 10;
  private static final byte SPACE = -1; // no byte of UTF-8

  /// By byte: white space as [#SPACE], a digit as `0`.
  private static final byte[] ALIKE = new byte[256];

  static {
    for (int b = 0; b < ALIKE.length; b++) {
      boolean space = b <= ' ' && Character.isWhitespace(b);
      ALIKE[b] = space ? SPACE : Words.isDigit((char) b) ? (byte) '0' : (byte) b;
    }
  }

  private final @Nullable Term[] terms = new Term[TERMS];
  private final @Nullable Wording[] lines = new Wording[LINES];
  private final byte[] text = new byte[LENGTH + 1];

  /// The same with digits alike, each word where it stands in the text.
  private final byte[] shape = new byte[LENGTH];

  private final int[] from = new int[WORDS];
  private final int[] to = new int[WORDS];
  private final Term[] now = new Term[WORDS];

  /// Whether the line read last may be one of keys and values, or has a line break.
  private boolean field;

  private boolean broken;

  /// What a line says.
  static final class Wording {
    final Level level;
    final String key;

    /// Whether such lines may tell of an attempt to log in.
    final boolean login;

    private final Term[] terms;
    private final boolean head;

    // Most of what a wording would weigh, and mostly needed once. So it is dropped, and read again
    // from a line of the same wording should another template ask; then it is kept, for two
    // workloads may go on to say the same in turn.
    private @Nullable List<Word> words;
    private @Nullable Entry observed;

    private Wording(Message message, Term[] terms, boolean head) {
      this.level = message.level();
      this.login = LoginLine.mayBe(message.text());
      this.words = Tokenizer.words(message.text());
      this.key = Miner.key(words);
      this.terms = terms;
      this.head = head;
    }

    /// @param line of this wording
    List<Word> words(String line) {
      List<Word> known = words;
      return known == null ? Tokenizer.words(message(line, head).text()) : known;
    }

    /// Whether this template has seen these very words, and would learn nothing from them again.
    boolean observedBy(Entry entry) {
      return observed == entry;
    }

    void observe(Entry entry, List<Word> seen) {
      words = observed == null ? null : seen;
      observed = entry;
    }

    private boolean isOf(Term[] others, int count, boolean withHead) {
      if (terms.length != count || head != withHead) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (terms[i] != others[i] && !terms[i].same(others[i])) {
          return false;
        }
      }
      return true;
    }
  }

  /// Of one line.
  ///
  /// @param head whether the line may begin with a stamp, a host, a level and the like
  /// @param ascii whether every character is known to be ASCII
  Wording of(String line, boolean head, boolean ascii) {
    return of(line, head, read(line, ascii));
  }

  /// Of what may have a head; null when it has several lines, or may have keys and values.
  @Nullable Wording ofPlain(String text, boolean ascii) {
    int count = read(text, ascii);
    return count == UNREADABLE || field || broken ? null : of(text, true, count);
  }

  private Wording of(String line, boolean head, int count) {
    if (count == UNREADABLE) {
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
    return new Wording(message(line, head), terms, head);
  }

  private static Message message(String line, boolean head) {
    return head ? Message.cut(line) : new Message(Level.UNKNOWN, line);
  }

  /// Fills [#now] with the terms of a line.
  ///
  /// @return how many, or [#UNREADABLE]
  private int read(String line, boolean ascii) {
    field = false;
    broken = false;
    int length = ascii ? copy(line) : encode(line);
    if (length < 0) {
      return UNREADABLE;
    }
    final byte[] text = this.text;
    final byte[] shape = this.shape;
    final byte[] alike = ALIKE;
    text[length] = ' '; // ends the last word
    int count = 0;
    boolean opens = false;
    int i = 0;
    while (i < length) {
      byte c = alike[text[i] & 0xff];
      if (c == SPACE) {
        broken |= text[i] == '\n';
        i++;
        continue;
      }
      if (count == WORDS) {
        return UNREADABLE;
      }
      int begin = i;
      int end = i;
      int hash = 0;
      int digits = 0;
      do {
        if (c != '0') {
          digits = 0;
          shape[end++] = c;
          hash = 31 * hash + c;
        } else if (++digits <= DIGITS) {
          shape[end++] = c;
          hash = 31 * hash + c;
        }
        i++;
        c = alike[text[i] & 0xff];
      } while (c != SPACE);
      from[count] = begin;
      to[count] = i;
      Term term = terms[slot(hash, TERMS)];
      if (term == null || !term.is(hash, shape, begin, end)) {
        term = keep(Term.of(string(text, begin, i), string(shape, begin, end)));
      }
      opens |= term.opens != 0;
      field |= term.field;
      now[count] = term.shown ? exact(count) : term.stands;
      count++;
    }
    if (opens) {
      takeJoinedExactly(count);
    }
    return count;
  }

  /// A superset of the words that [Tokenizer] joins.
  private void takeJoinedExactly(int count) {
    for (int i = 0; i < count; i++) {
      char sign = now[i].opens;
      // "GET /path ...: the verb is no value
      boolean verb = sign == '"' && i + 1 < count && now[i + 1].isAnyValue() && now[i].verb;
      if (sign == 0 || verb) {
        continue;
      }
      boolean quote = sign == '"' || sign == '\'';
      now[i] = exact(i);
      for (int j = i + 1; j < Math.min(count, i + Tokenizer.SPAN); j++) {
        now[j] = exact(j);
        if (quote && now[j].has(sign)) {
          break;
        }
      }
    }
  }

  private Term exact(int word) {
    int hash = Term.hash(text, from[word], to[word]);
    Term term = terms[slot(hash, TERMS)];
    if (term == null || !term.is(hash, text, from[word], to[word])) {
      String own = string(text, from[word], to[word]);
      term = keep(Term.of(own, own));
    }
    return term;
  }

  private Term keep(Term term) {
    terms[slot(term.hash, TERMS)] = term;
    return term;
  }

  /// @return how many bytes, or -1 when it is too long
  @SuppressWarnings(
      "deprecation") // of ASCII the low bytes are the text, and this copies them alone
  private int copy(String line) {
    int length = line.length();
    if (length > LENGTH) {
      return -1;
    }
    line.getBytes(0, length, text, 0);
    return length;
  }

  /// @return how many bytes, or -1 when it is too long, has white space that is not ASCII, or half
  ///   a surrogate pair, which UTF-8 cannot tell from a question mark
  private int encode(String line) {
    int length = line.length();
    if (length > LENGTH) {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      char c = line.charAt(i);
      if (c > 127 && Character.isWhitespace(c)) {
        return -1;
      }
      if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < length && Character.isSurrogatePair(c, line.charAt(i + 1));
        if (!pair) {
          return -1;
        }
        i++;
      }
    }
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LENGTH) {
      return -1;
    }
    System.arraycopy(bytes, 0, text, 0, bytes.length);
    return bytes.length;
  }

  private static String string(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static int slot(int hash, int slots) {
    return (hash * 0x9e3779b9) >>> (Integer.numberOfLeadingZeros(slots) + 1); // Knuth's multiplier
  }
}
