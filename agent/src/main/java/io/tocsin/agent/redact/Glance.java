package io.tocsin.agent.redact;

import java.util.Arrays;

/// A first look at a line: whether anything in it may be a secret. Most lines hold none, and one
/// cheap pass says so; of the others [Scan] decides. It suspects whatever a scan would mask, and a
/// test holds it to that. Linear in the length of the line. Confined to one thread.
final class Glance {

  // By class of character; what comes before are letters and digits, as [KeyNames] numbers them.
  private static final int DIGITS = 26;
  private static final int JOIN = 36;
  private static final int DASH = 37;
  private static final int COLON = 38;
  private static final int AT = 39;
  private static final int QUERY = 40;
  private static final int PLUS = 41;
  private static final int TILDE = 42;
  private static final int OTHER = 43;

  private static final byte[] CLASS = new byte[128];

  /// Digits of the shortest card number, and of the first group where it stands in groups.
  private static final int CARD = 13;

  private static final int GROUP = 4;

  /// Digits at most that belong to an escape in front of a number.
  private static final int ESCAPE = 4;

  private static final int AT_ONCE = KeyNames.BEARER | KeyNames.COMMAND | KeyNames.HOOKS;
  private static final int SECRET_NAMES = KeyNames.NAMES & ~(KeyNames.ABOUT | KeyNames.PARAMETER);

  static {
    Arrays.fill(CLASS, (byte) OTHER);
    for (char c = 0; c < CLASS.length; c++) {
      int symbol = KeyNames.symbol(c);
      CLASS[c] = symbol >= 0 ? (byte) symbol : CLASS[c];
    }
    CLASS['_'] = JOIN;
    CLASS['.'] = JOIN;
    CLASS['-'] = DASH;
    CLASS[':'] = COLON;
    CLASS['@'] = AT;
    CLASS['?'] = QUERY;
    CLASS['&'] = QUERY;
    CLASS['%'] = QUERY; // it may be one as an escape
    CLASS['\\'] = QUERY;
    CLASS['+'] = PLUS;
    CLASS['~'] = TILDE;
  }

  private final KeyNames names;
  private final int[] go;
  private final boolean digitsBegin;
  private long steps;

  // Of the line that is looked at.
  private String text = "";
  private byte[] bytes = {};
  private int length;

  // What was seen of it so far.
  private int hits;
  private boolean query;
  private boolean dashes;
  private boolean scheme;

  Glance(KeyNames names) {
    this.names = names;
    this.go = names.offsets();
    boolean begins = false;
    for (int digit = DIGITS; digit < JOIN; digit++) {
      begins |= go[digit] != 0;
    }
    this.digitsBegin = begins;
  }

  /// Whether a scan might mask something.
  ///
  /// @param ascii the text's characters, all of them below 128; there may be more room behind them
  boolean suspects(String line, byte[] ascii) {
    text = line;
    bytes = ascii;
    length = line.length();
    hits = 0;
    query = false;
    dashes = false;
    scheme = false;
    steps += length;
    return KeyBody.is(line) || look() || (dashes && line.contains(Blocks.BEGIN));
  }

  /// Characters looked at, those looked at twice counted twice.
  long steps() {
    return steps;
  }

  private boolean look() {
    // In locals: fields that a loop writes are read again each time round.
    final int[] go = this.go;
    final byte[] bytes = this.bytes;
    final byte[] classes = CLASS;
    final int length = this.length;
    int state = 0;
    int i = 0;
    while (i < length) {
      int kind = classes[bytes[i]];
      if (kind < DIGITS) {
        state = go[state + kind];
        if (state < 0) {
          state = ~state;
          if (hit(state, i)) {
            return true;
          }
        }
        i++;
      } else if (kind < JOIN) {
        int from = i;
        do {
          if (state != 0 || digitsBegin) {
            state = go[state + kind];
            if (state < 0) {
              state = ~state;
              if (hit(state, i)) {
                return true;
              }
            }
          }
          i++;
          kind = i < length ? classes[bytes[i]] : OTHER;
        } while (kind >= DIGITS && kind < JOIN);
        if (i - from >= 2 && (mayBeIban(from) || mayBeCard(from, i))) {
          return true;
        }
      } else {
        if (kind > DASH) { // the word is over; over a dash or dot it may go on
          state = 0;
          if (hits != 0 && mayBeKey(i)) {
            return true;
          }
          hits = 0;
        }
        if (kind < OTHER && sign(kind, i)) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /// Notes what was found; true when that alone is enough.
  private boolean hit(int state, int at) {
    int found = names.hits(state / KeyNames.SYMBOLS);
    hits |= found;
    if ((found & AT_ONCE) != 0) {
      return true;
    }
    if ((found & KeyNames.JWT) != 0 && at >= 2 && text.startsWith("eyJ", at - 2)) {
      return true;
    }
    boolean head = (found & KeyNames.BARE_HEAD) != 0;
    if ((found & KeyNames.JOINED_HEAD) != 0 && at + 1 < length) {
      int next = CLASS[bytes[at + 1]];
      head |= next == JOIN || next == DASH;
    }
    return head && mayBeShape(at);
  }

  /// Wherever it begins: of words behind escapes the scan knows where that is.
  private boolean mayBeShape(int at) {
    steps += Shapes.LONGEST_HEAD;
    for (int from = at; from >= 0 && at - from < Shapes.LONGEST_HEAD; from--) {
      if (Shapes.at(text, from) != null) {
        return true;
      }
    }
    return false;
  }

  private boolean mayBeIban(int digits) {
    if (digits < 2 || !isCapital(bytes[digits - 1]) || !isCapital(bytes[digits - 2])) {
      return false;
    }
    steps += 42;
    return Ibans.end(text, digits - 2) > 0;
  }

  private static boolean isCapital(byte c) {
    return c >= 'A' && c <= 'Z';
  }

  private boolean mayBeCard(int from, int to) {
    for (int begin = from; begin <= to - GROUP && begin - from <= ESCAPE; begin++) {
      boolean begins = begin == from || Chars.isEscaped(text, begin);
      if (begins && (isGroup(begin, to) || to - begin >= CARD)) {
        steps += 2 * CARD;
        if (Cards.end(text, begin) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isGroup(int from, int to) {
    return to - from == GROUP
        && to + 1 < length
        && (bytes[to] == ' ' || bytes[to] == '-')
        && Chars.isDigit((char) bytes[to + 1]);
  }

  /// Whether behind the name of a secret its value may follow: see [Keys].
  private boolean mayBeKey(int end) {
    boolean named = (hits & SECRET_NAMES) != 0 || (query && (hits & KeyNames.PARAMETER) != 0);
    if (!named) {
      return false;
    }
    if (dashes) {
      return true;
    }
    for (int i = end; i < length; i++) {
      steps++;
      switch (bytes[i]) {
        case ' ', '\t', ']' -> {}
        case '=', ':', '>', '"', '\'', '`', '\\', '%' -> {
          return true;
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private boolean sign(int kind, int at) {
    switch (kind) {
      case DASH -> dashes |= at > 0 && bytes[at - 1] == '-';
      case QUERY -> {
        query = true;
        char escaped = bytes[at] == '%' || bytes[at] == '\\' ? Escapes.decoded(text, at) : 0;
        scheme |= escaped == ':';
        return escaped == '@' || escaped == '+';
      }
      case COLON -> scheme |= text.startsWith("://", at) || text.startsWith(":\\/", at);
      case PLUS -> {
        steps += 28;
        return Phones.end(text, at) > 0;
      }
      case TILDE -> {
        steps += 40;
        return CloudSecrets.entraBegin(text, at) >= 0;
      }
      case AT -> {
        return scheme || mayBeMail(at);
      }
      default -> {}
    }
    return false;
  }

  /// Something before it, a dot with a letter behind it after it.
  private boolean mayBeMail(int at) {
    if (at == 0) {
      return false;
    }
    for (int i = at + 1; i + 1 < length; i++) {
      steps++;
      byte c = bytes[i];
      if (c == '.' && Chars.isLetter((char) bytes[i + 1])) {
        return true;
      }
      if (c != '.' && c != '-' && !Chars.isAlnum((char) c)) {
        return false;
      }
    }
    return false;
  }
}
