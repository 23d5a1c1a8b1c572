package io.tocsin.agent.redact;

/// The line that is scanned, where its parts end, and how many characters were looked at for that.
final class Line {

  private static final int KEY = 64;
  private static final int BLANKS = 8;

  final String text;

  /// The same, for the loops that look at every character.
  final char[] chars;

  final int length;
  private long steps;

  /// @param buffer at least as long as the text; its content is replaced
  Line(String text, char[] buffer) {
    this.text = text;
    this.chars = buffer;
    text.getChars(0, text.length(), buffer, 0);
    this.length = text.length();
  }

  /// Counts characters that were looked at.
  void looked(int characters) {
    steps += characters;
  }

  /// Characters looked at, those looked at twice counted twice.
  long steps() {
    return steps;
  }

  int blanks(int from) {
    int i = from;
    while (i < length && i - from < BLANKS && Chars.isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  int hex(int from, int most) {
    int n = 0;
    while (n < most && from + n < length && Chars.isHex(chars[from + n])) {
      n++;
    }
    return n;
  }

  int find(char c, int from) {
    int end = text.indexOf(c, from);
    end = end < 0 ? length : end;
    steps += end - from;
    return end;
  }

  int lineEnd(int from, String until) {
    int i = from;
    while (i < length
        && text.charAt(i) != '\n'
        && (until.isEmpty() || !text.startsWith(until, i))) {
      i++;
    }
    steps += i - from;
    return i;
  }

  /// The end of the line, or a quote that ends what the cookies stand in: `"GET /cookie=1" 200`.
  int cookieEnd(int from) {
    int i = from;
    while (i < length && text.charAt(i) != '\n' && !(text.charAt(i) == '"' && delimits(i + 1))) {
      i++;
    }
    steps += i - from;
    return i;
  }

  /// The bracket that closes a list; what stands in quotes does not, and the quote in which the
  /// list itself stands ends it.
  int listEnd(int from) {
    boolean begins = true;
    int run = 0;
    int depth = -1; // backslashes before the quote that is open
    char quote = 0;
    int i = from;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        run++;
        continue;
      }
      if (depth >= 0) {
        depth = c == quote && run == depth ? -1 : depth;
      } else if (Chars.isQuote(c) && begins) {
        quote = c;
        depth = run;
        begins = false;
      } else if (c == ']' || (c == '"' && closes(i))) {
        break;
      } else if (!Chars.isBlank(c)) {
        begins = c == ',';
      }
      run = 0;
    }
    steps += i - from;
    return i;
  }

  /// Where the quote that opens here as an escape closes in the same way; else the end.
  int escapedQuote(int open) {
    String sign = text.substring(open, Escapes.end(text, open));
    int close = text.indexOf(sign, open + sign.length());
    close = close < 0 ? length : close;
    steps += close - open;
    return close;
  }

  /// End of a value without quotes: white space, or a sign behind which another key begins, or a
  /// quote or bracket that closes what the value stands in.
  int plainEnd(int from) {
    int i = from;
    for (; i < length; i++) {
      char c = text.charAt(i);
      steps++;
      boolean ends =
          switch (c) {
            case ' ', '\t', '\n', '\r' -> true;
            case ',', ';', '&', '|' -> delimits(i + 1) || beginsKey(i + 1);
            case '"', '\'', '`', '\\' -> closes(i);
            default -> false;
          };
      if (ends) {
        break;
      }
    }
    while (i > from && ",;)}]>".indexOf(text.charAt(i - 1)) >= 0) {
      i--;
    }
    return i;
  }

  private boolean closes(int i) {
    boolean quote = Chars.isQuote(text.charAt(i));
    if (!quote) {
      return i + 1 < length && "\"'nrt".indexOf(text.charAt(i + 1)) >= 0;
    }
    return delimits(i + 1) || ",;)}]>&\\".indexOf(text.charAt(i + 1)) >= 0;
  }

  private boolean delimits(int i) {
    return i >= length || Chars.isSpace(text.charAt(i));
  }

  /// `user=anna` behind an empty `password=`: no base64, for that ends with its sign.
  boolean beginsPair(int from) {
    int i = from;
    while (i < length && i - from < KEY && Chars.isTokenChar(text.charAt(i))) {
      i++;
    }
    steps += i - from;
    return i > from
        && i + 1 < length
        && text.charAt(i) == '='
        && text.charAt(i + 1) != '='
        && !Chars.isSpace(text.charAt(i + 1))
        && !Chars.isQuote(text.charAt(i + 1));
  }

  private boolean beginsKey(int from) {
    int i = from;
    while (i < length && i - from < KEY && Chars.isQuote(text.charAt(i))) {
      i++;
    }
    int name = i;
    while (i < length && i - name < KEY && Chars.isTokenChar(text.charAt(i))) {
      i++;
    }
    steps += i - from;
    while (i < length && Chars.isQuote(text.charAt(i)) && i - name < KEY) {
      i++;
    }
    return i > name && i < length && (text.charAt(i) == '=' || text.charAt(i) == ':');
  }

  /// Whether a key stands where a line of YAML or a header may begin: a quoted text begins one,
  /// too.
  boolean beginsLine(int start) {
    int i = lineBegin(start);
    return i == 0 || text.charAt(i - 1) == '\n' || (i < start && Chars.isQuote(text.charAt(i - 1)));
  }

  /// Before the blanks and dashes in front of a key.
  private int lineBegin(int start) {
    int i = start;
    while (i > 0
        && start - i < KEY
        && (Chars.isBlank(text.charAt(i - 1)) || text.charAt(i - 1) == '-')) {
      i--;
    }
    steps += start - i;
    return i;
  }

  /// The quote before a key, which ends its value too: `-H 'Cookie: a=b'`.
  String quoteBefore(int start) {
    int i = lineBegin(start);
    return i > 0 && Chars.isQuote(text.charAt(i - 1)) ? text.substring(i - 1, i) : "";
  }

  boolean isParameter(int start) {
    char before = Escapes.before(text, start);
    return before == '?' || before == '&';
  }

  int trim(int from, int to) {
    int end = to;
    while (end > from && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
      end--;
    }
    return end;
  }

  int trimBlanks(int from, int to) {
    int end = to;
    while (end > from && Chars.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  static boolean isOneOf(String word, String... list) {
    for (String candidate : list) {
      if (candidate.equalsIgnoreCase(word)) {
        return true;
      }
    }
    return false;
  }
}
