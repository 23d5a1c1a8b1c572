package io.tocsin.agent.redact;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pass over one line, left to right. What it looks at ahead is either masked, so that the pass
/// goes on behind it, or bounded: work is linear in the length of the line, whatever it says.
final class Scan {

  private static final int KEY = 64;
  private static final int BLANKS = 8;
  private static final int MAIL_NAME = 64;
  private static final int MAIL_HOST = 253;
  private static final int AUTHORITY = 300;

  /// How far behind an access key id the secret half is looked for.
  private static final int NEAR = 200;

  private static final int AWS_SECRET = 40;

  /// No secret goes on behind the line.
  static final int CLOSED = -2;

  /// A private key does, to its end. What is 0 or more is a YAML scalar in a block, which goes on
  /// while lines are indented further than that.
  static final int PRIVATE_KEY = -1;

  static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END";

  private final String text;

  /// The same, for the loops that look at every character.
  private final char[] chars;

  private final int length;
  private final Set<String> allow;
  private final KeyNames names;
  private final Marks marks;

  /// Makes pseudonyms of identities; null where these are kept.
  private final @Nullable Marks pseudonyms;

  private @Nullable StringBuilder out;
  private int at;
  private int copied;
  private int noJwtBefore;
  private int awsUntil;
  private int commandUntil;
  private @Nullable Commands command;
  private long steps;
  private int open = CLOSED;

  /// @param buffer at least as long as the text; its content is replaced
  Scan(
      String text,
      char[] buffer,
      Set<String> allow,
      KeyNames names,
      Marks marks,
      @Nullable Marks pseudonyms) {
    this.text = text;
    this.chars = buffer;
    text.getChars(0, text.length(), buffer, 0);
    this.length = text.length();
    this.allow = allow;
    this.names = names;
    this.marks = marks;
    this.pseudonyms = pseudonyms;
  }

  /// The text with its secrets masked.
  ///
  /// @param before what an earlier line left open
  String run(int before) {
    if (before == PRIVATE_KEY) {
      block(0);
    } else if (before >= 0) {
      scalar(0, before);
    } else if (KeyBody.is(text)) {
      mask(0, length, Kind.PEM);
    }
    while (at < length) {
      char c = chars[at];
      steps++;
      if (Chars.isWord(c)) {
        word();
      } else if (c == '-' && text.startsWith(BEGIN, at) && privateKeyBegins()) {
        block(at);
      } else if (c == ':' && text.startsWith("://", at)) {
        userInfo(at + 3, false);
      } else if (c == ':' && text.startsWith(":\\/\\/", at)) {
        userInfo(at + 5, false);
      } else if (c == '@') {
        mail(at + 1);
      } else if (c == '%' || c == '\\') {
        escape();
      } else if (c == '+') {
        phone();
      } else if (c == '~') {
        entra();
      } else if (c == '-' && at < commandUntil) {
        option();
      } else if (c == '<' && text.startsWith(Marks.HEAD, at)) {
        at = Math.max(at + 1, Marks.end(text, at));
      } else if (pseudonyms == null || c != ':' || !address(at)) {
        at++;
      }
    }
    return out == null ? text : out.append(text, copied, length).toString();
  }

  /// What goes on behind the line.
  int open() {
    return open;
  }

  /// Characters looked at, those looked at twice counted twice.
  long steps() {
    return steps;
  }

  /// What matters behind an escape: the sign of an address, the signs behind a scheme.
  private void escape() {
    if (text.regionMatches(true, at, "%3A%2F%2F", 0, 9)) {
      userInfo(at + 9, true);
    } else if (Escapes.decoded(text, at) == '@') {
      mail(Escapes.end(text, at));
    } else if (Escapes.decoded(text, at) == '+') {
      phone();
    } else {
      at++;
    }
  }

  /// Letters, digits and `_`, joined by single dots and dashes: a token by its shape, or a key.
  private void word() {
    int start = at;
    char before = start == 0 ? ' ' : chars[start - 1];
    int state = 0;
    if (before == '\\' || before == '%' || before == '[' || before == ';') {
      int skipped = escaped(start);
      // `\token`: perhaps an escape and `oken`, perhaps a backslash and a key.
      state = before == '\\' && skipped == 1 ? names.next(0, chars[start]) : 0;
      start += skipped;
      if (start >= length || !Chars.isWord(chars[start])) {
        at = start;
        return;
      }
    }
    if (start < awsUntil && awsSecret(start)) {
      return;
    }
    int anywhere = 0;
    int i = start;
    boolean begins = true;
    for (; i < length; i++) {
      char c = chars[i];
      if (!Chars.isWord(c)) {
        if (!joins(c, i)) {
          break;
        }
        begins = true;
      } else if (c == '_') {
        begins = true;
      } else {
        if (begins && token(i, c)) {
          steps += i - start;
          return;
        }
        begins = false;
        state = names.next(state, c);
        anywhere |= names.hits(state);
      }
    }
    steps += i - start;
    at = i;
    if ((anywhere & KeyNames.NAMES) != 0) {
      key(start, i, names.hits(state), anywhere);
    } else if (i - start == 6 && text.regionMatches(true, start, "bearer", 0, 6)) {
      bearer(i);
    }
  }

  /// Characters of a word that belong to an escape in front of it: what follows `\n` in JSON and
  /// `%20` in a URL begins after that.
  private int escaped(int from) {
    char before = from == 0 ? ' ' : chars[from - 1];
    if (before == '\\') {
      char c = chars[from];
      boolean byTwo = c == 'x' && hex(from + 1, 2) == 2;
      if (byTwo && text.regionMatches(true, from, "x5cu", 0, 4)) {
        return 4 + hex(from + 4, 4); // the escape of a backslash, and what that escapes
      }
      return c == 'u' ? 1 + hex(from + 1, 4) : byTwo ? 3 : "nrtbf".indexOf(c) >= 0 ? 1 : 0;
    }
    if (before == '[' || before == ';') {
      return Escapes.colourEnd(text, from) - from;
    }
    return before == '%' && hex(from, 2) == 2 ? 2 : 0;
  }

  private int hex(int from, int most) {
    int n = 0;
    while (n < most && from + n < length && Chars.isHex(chars[from + n])) {
      n++;
    }
    return n;
  }

  private boolean joins(char c, int i) {
    return (c == '.' || c == '-') && i + 1 < length && Chars.isWord(chars[i + 1]);
  }

  private boolean address(int from) {
    int end = Addresses.end(text, from);
    steps += 45;
    if (end > 0) {
      mask(from, end, Kind.ADDRESS);
    }
    return end > 0;
  }

  private boolean token(int from, char c) {
    if (pseudonyms != null && Chars.isHex(c) && address(from)) {
      return true;
    }
    if (Chars.isDigit(c)) {
      int end = Cards.end(text, from);
      steps += 19;
      if (end > 0) {
        mask(from, end, Kind.CARD);
        return true;
      }
      return false;
    }
    int iban = c <= 'Z' ? Ibans.end(text, from) : -1;
    if (iban > 0) {
      mask(from, iban, Kind.IBAN);
      return true;
    }
    Shapes.Shape shape = Shapes.at(text, from);
    if (shape != null) {
      int end = Shapes.end(text, from, shape);
      steps += end - from;
      mask(from, end, shape.kind());
      awsUntil = shape.kind() == Kind.AWS ? end + NEAR : awsUntil;
      return true;
    }
    return c == 'e' && from >= noJwtBefore && text.startsWith("eyJ", from) && jwt(from);
  }

  private boolean jwt(int from) {
    int head = from;
    while (head < length && (Chars.isWord(text.charAt(head)) || text.charAt(head) == '-')) {
      head++;
    }
    int end = head;
    while (end < length && Chars.isTokenChar(text.charAt(end))) {
      end++;
    }
    steps += end - from;
    noJwtBefore = end;
    if (head - from < 10 || end - head < 5 || text.charAt(head) != '.') {
      return false;
    }
    mask(from, trim(head, end), Kind.JWT);
    return true;
  }

  /// The secret half of a pair of AWS keys has no mark of its own: 40 characters of base64.
  private boolean awsSecret(int from) {
    int end = from;
    while (end < length && end - from <= AWS_SECRET && isBase64(text.charAt(end))) {
      end++;
    }
    steps += end - from;
    if (end - from != AWS_SECRET) {
      return false;
    }
    mask(from, end, Kind.AWS);
    return true;
  }

  private static boolean isBase64(char c) {
    return Chars.isAlnum(c) || c == '/' || c == '+';
  }

  private void bearer(int from) {
    int start = blanks(from);
    int end = start;
    while (start > from && end < length && isCredential(text.charAt(end))) {
      end++;
    }
    steps += end - start;
    if (end - start >= 16) {
      mask(start, end, Kind.TOKEN);
    } else {
      at = Math.max(at, start);
    }
  }

  private static boolean isCredential(char c) {
    return Chars.isTokenChar(c) || c == '~' || c == '+' || c == '/' || c == '=';
  }

  private void phone() {
    int end = Phones.end(text, at);
    steps += 28;
    if (end > 0) {
      mask(at, end, Kind.PHONE);
    } else {
      at++;
    }
  }

  private void entra() {
    int from = CloudSecrets.entraBegin(text, at);
    steps += 40;
    if (from >= copied) {
      mask(from, CloudSecrets.entraEnd(text, at), Kind.AZURE);
    } else {
      at++;
    }
  }

  /// An option of one letter that takes a password, behind a program known to have one.
  private void option() {
    int dash = at;
    at++;
    Commands rule = command;
    if (rule == null
        || at >= length
        || text.charAt(at) != rule.option()
        || Chars.isTokenChar(Escapes.before(text, dash))) {
      return;
    }
    at++;
    int from = rule.form() == Commands.Form.JOINED ? at : blanks(at);
    if (from >= length || Chars.isBlank(text.charAt(from)) || text.charAt(from) == '-') {
      return;
    }
    from = Chars.isQuote(text.charAt(from)) ? from + 1 : from;
    int end = plainEnd(from);
    if (rule.form() == Commands.Form.USER_AND_PASSWORD) {
      int colon = text.indexOf(':', from, end);
      from = colon < 0 ? end : colon + 1;
    }
    mask(from, end, Kind.PASSWORD);
  }

  /// What follows a word that is no key and yet gives something away.
  private void announced(int start, int end, int ending) {
    if ((ending & KeyNames.COMMAND) != 0) {
      command = Commands.of(text.substring(Math.max(start, end - KEY), end));
      commandUntil = end + NEAR;
    } else if ((ending & KeyNames.FOR) != 0) {
      int from = blanks(end);
      int to = plainEnd(from);
      if (end - start == 3 && from > end && text.startsWith(" from ", to)) {
        mask(from, to, Kind.USER); // Failed password for anna from 10.0.0.9
      }
    } else {
      int from = CloudSecrets.hookBegin(text, end);
      if (from > 0) {
        mask(from, plainEnd(from), Kind.URL);
      }
    }
  }

  /// `key=value`, `key: value`, `"key":"value"`, `\"key\":\"value\"`, `key => value`, `--key
  /// value`, `<key>value<`, `[key]=value`, `password 'value'`. The signs may be escapes, too.
  private void key(int start, int end, int ending, int anywhere) {
    Kind kind = kind(start, end, ending, anywhere);
    if (kind == null) {
      if ((ending & (KeyNames.COMMAND | KeyNames.HOOKS | KeyNames.FOR)) != 0) {
        announced(start, end, ending);
      }
      return;
    }
    boolean shortName = (ending & KeyNames.SHORT) != 0 && kind == Kind.PASSWORD;
    shortName &= (anywhere & KeyNames.ANYWHERE) == 0;
    int p = end;
    while (p < length && text.charAt(p) == '\\' && p - end < Escapes.DEPTH) {
      p++;
    }
    boolean quoted = p < length && Chars.isQuote(text.charAt(p));
    p = quoted ? p + 1 : end;
    if (!quoted && Chars.isQuote(Escapes.decoded(text, end))) {
      quoted = true;
      p = Escapes.end(text, end);
    }
    p = p < length && text.charAt(p) == ']' ? p + 1 : p;
    int blank = blanks(p);
    char sign = blank < length ? text.charAt(blank) : 0;
    int behind = blank + 1;
    char escaped = sign == '%' || sign == '\\' ? Escapes.decoded(text, blank) : 0;
    if (escaped == '=' || escaped == ':') {
      sign = escaped;
      behind = Escapes.end(text, blank);
    }
    boolean option = start >= 2 && text.startsWith("--", start - 2);
    boolean element = start >= 1 && text.charAt(start - 1) == '<';
    if (sign == '>' && element) {
      value(new Value(kind, blank + 1, "<", false));
      return;
    }
    if (sign == '=' || (sign == ':' && (!shortName || quoted))) {
      int begin = behind;
      if (sign == ':' && begin < length && text.charAt(begin) == ':') {
        return;
      }
      while (begin < length && begin - behind < 2 && "=>".indexOf(text.charAt(begin)) >= 0) {
        begin++;
      }
      int near = begin;
      begin = blanks(begin);
      if (begin > near && sign == '=' && blank == p && beginsPair(begin)) {
        return; // logfmt: password= user=anna
      }
      boolean line = kind != Kind.USER && kind != Kind.PHONE; // else one word
      boolean whole = line && sign == ':' && begin > behind && !quoted && beginsLine(start);
      if (sign == '=' && (isParameter(start) || text.startsWith("/", start - 1))) {
        mask(begin, plainEnd(begin), kind);
        return;
      }
      value(new Value(kind, begin, quoteBefore(start), whole));
    } else if (blank > p
        && (option
            || (kind == Kind.PASSWORD && (Chars.isQuote(sign) || Chars.isQuote(escaped)))
            || (kind == Kind.USER && isSpokenOf(start)))) {
      value(new Value(kind, blank, quoteBefore(start), false));
    }
  }

  /// `for user anna`, `invalid user anna`: a name follows.
  private boolean isSpokenOf(int start) {
    return text.startsWith("for ", start - 4) || text.startsWith("invalid ", start - 8);
  }

  /// A value to mask.
  ///
  /// @param from where it begins, blanks skipped
  /// @param until a quote or bracket that ends what it stands in; empty when there is none
  /// @param whole whether it is the rest of its line, as in YAML and in headers
  private record Value(Kind kind, int from, String until, boolean whole) {}

  private @Nullable Kind kind(int start, int end, int ending, int anywhere) {
    if ((ending & KeyNames.NAMED) != 0) {
      return Kind.SECRET;
    }
    if ((ending & KeyNames.ABOUT) != 0 && isLastPart(start, end, KeyNames.ABOUTS)) {
      return null;
    }
    if ((ending & KeyNames.COOKIE) != 0) {
      return Kind.COOKIE;
    }
    if ((ending & KeyNames.AUTHORIZATION) != 0) {
      return Kind.AUTHORIZATION;
    }
    if ((ending & KeyNames.TOKEN) != 0) {
      return Kind.TOKEN;
    }
    if ((anywhere & KeyNames.PASSWORD) != 0) {
      return Kind.PASSWORD;
    }
    if ((anywhere & KeyNames.KEY) != 0) {
      return Kind.KEY;
    }
    if ((anywhere & KeyNames.SECRET) != 0) {
      return Kind.SECRET;
    }
    if ((ending & KeyNames.SHORT) != 0 && isShort(start, end)) {
      return Kind.PASSWORD;
    }
    if ((ending & KeyNames.PHONE) != 0) {
      return Kind.PHONE;
    }
    if ((ending & KeyNames.USER) != 0) {
      return Kind.USER;
    }
    return (ending & KeyNames.PARAMETER) != 0 && isParameter(start) ? Kind.URL : null;
  }

  private boolean isParameter(int start) {
    char before = Escapes.before(text, start);
    return before == '?' || before == '&';
  }

  /// Whether a short name is a part of its own: `db.pwd`, `userPass`, but not `bypass`; and not the
  /// working directory that sudo logs.
  private boolean isShort(int start, int end) {
    boolean directory = text.startsWith("PWD=/", start) && end - start == 3;
    return !directory && isLastPart(start, end, KeyNames.SHORTS);
  }

  private boolean isLastPart(int start, int end, String[] parts) {
    for (String name : parts) {
      int head = end - name.length();
      if (head >= start && text.regionMatches(true, head, name, 0, name.length())) {
        char c = text.charAt(head);
        char before = head == start ? '.' : text.charAt(head - 1);
        return !Chars.isLetter(before)
            || (Character.isUpperCase(c) && Character.isLowerCase(before));
      }
    }
    return false;
  }

  private void value(Value v) {
    int from = v.from;
    if (from >= length) {
      at = length;
      return;
    }
    if (text.startsWith(Marks.HEAD, from) && Marks.end(text, from) > 0) {
      at = Marks.end(text, from); // masked before
      return;
    }
    int slashes = 0;
    while (from + slashes < length
        && text.charAt(from + slashes) == '\\'
        && slashes < Escapes.DEPTH) {
      slashes++;
    }
    char c = text.charAt(from);
    if (from + slashes < length && Chars.isQuote(text.charAt(from + slashes))) {
      quoted(v.kind, from + slashes, slashes);
    } else if (Chars.isQuote(Escapes.decoded(text, from))) {
      mask(Escapes.end(text, from), escapedQuote(from), v.kind);
    } else if (v.until.equals("<")) {
      maskTo(v, from, find('<', from));
    } else if (v.whole && YamlBlock.headEnd(text, from) >= 0) {
      int head = YamlBlock.headEnd(text, from);
      at = head;
      scalar(head + 1, YamlBlock.indent(text, from));
    } else if (c == '[') {
      maskTo(v, from + 1, listEnd(from + 1));
    } else if (c == '{' && from + 1 < length && "\"'\\ ".indexOf(text.charAt(from + 1)) >= 0) {
      at = from; // an object: its keys speak for themselves
    } else if (v.kind == Kind.COOKIE && v.until.isEmpty()) {
      maskTo(v, from, cookieEnd(from));
    } else if (v.kind == Kind.COOKIE || (v.whole && v.kind != Kind.AUTHORIZATION)) {
      maskTo(v, from, lineEnd(from, v.until));
    } else if (v.kind == Kind.AUTHORIZATION) {
      authorization(v);
    } else {
      mask(from, plainEnd(from), v.kind);
    }
  }

  /// Where the quote that opens here as an escape closes in the same way; else the end.
  private int escapedQuote(int open) {
    String sign = text.substring(open, Escapes.end(text, open));
    int close = text.indexOf(sign, open + sign.length());
    close = close < 0 ? length : close;
    steps += close - open;
    return close;
  }

  /// The bracket that closes a list; what stands in quotes does not, and the quote in which the
  /// list itself stands ends it.
  private int listEnd(int from) {
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

  /// The end of the line, or a quote that ends what the cookies stand in: `"GET /cookie=1" 200`.
  private int cookieEnd(int from) {
    int i = from;
    while (i < length && text.charAt(i) != '\n' && !(text.charAt(i) == '"' && delimits(i + 1))) {
      i++;
    }
    steps += i - from;
    return i;
  }

  private void maskTo(Value v, int from, int to) {
    mask(from, trimBlanks(from, to), v.kind);
  }

  /// The scheme stays; of schemes with parameters the rest of the line goes.
  private void authorization(Value v) {
    int end = v.from;
    while (end < length && (Chars.isAlnum(text.charAt(end)) || text.charAt(end) == '-')) {
      end++;
    }
    steps += end - v.from;
    int next = blanks(end);
    String scheme = end - v.from <= KEY ? text.substring(v.from, end) : "";
    boolean one = isOneOf(scheme, "basic", "bearer", "token", "negotiate", "apikey", "ntlm");
    if (next > end && one) {
      mask(next, plainEnd(next), v.kind);
    } else if (v.whole || isOneOf(scheme, "digest", "aws4-hmac-sha256", "hawk", "oauth")) {
      maskTo(v, next > end && !v.whole ? next : v.from, lineEnd(v.from, v.until));
    } else {
      mask(v.from, plainEnd(v.from), v.kind);
    }
  }

  private static boolean isOneOf(String word, String... list) {
    for (String candidate : list) {
      if (candidate.equalsIgnoreCase(word)) {
        return true;
      }
    }
    return false;
  }

  /// To the closing quote of the same depth of escaping: at depth d it has 2^d - 1 backslashes, and
  /// pairs of escaped ones in front do not count. Without one, to the end.
  private void quoted(Kind kind, int open, int slashes) {
    char quote = text.charAt(open);
    int run = 0;
    for (int i = open + 1; i < length; i++) {
      char c = text.charAt(i);
      steps++;
      if (c == quote && (run % (2 * (slashes + 1)) == slashes || run < slashes)) {
        mask(open + 1, i - Math.min(run, slashes), kind);
        return;
      }
      run = c == '\\' ? run + 1 : 0;
    }
    mask(open + 1, length, kind);
  }

  /// End of a value without quotes: white space, or a sign behind which another key begins, or a
  /// quote or bracket that closes what the value stands in.
  private int plainEnd(int from) {
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
  private boolean beginsPair(int from) {
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

  /// Password in a URL. A raw slash in it is taken for one when what follows `user:` is no port.
  ///
  /// @param escaped whether its signs are escapes, as of a URL within a URL
  private void userInfo(int from, boolean escaped) {
    int sign = -1;
    int colon = -1;
    int behind = 0; // the colon
    boolean port = true;
    int size;
    for (int i = from; i < length && i - from < AUTHORITY; i += size) {
      int end = escaped ? Escapes.end(text, i) : i;
      char c = end > i ? Escapes.decoded(text, i) : text.charAt(i);
      size = Math.max(1, end - i);
      steps++;
      if (Chars.isSpace(c) || Chars.isQuote(c) || c == '<' || c == '>') {
        break;
      }
      if ((c == '/' || c == '?' || c == '#') && (sign >= 0 || colon < 0 || port)) {
        break;
      }
      if (c == '@') {
        sign = i;
      } else if (c == ':' && colon < 0) {
        colon = i;
        behind = i + size;
      } else if (colon >= 0 && !Chars.isDigit(c)) {
        port = false;
      }
    }
    at = from;
    if (sign < 0) {
      return;
    }
    if (colon >= 0 && colon < sign) {
      mask(behind, sign, Kind.URL);
    } else if (sign - from >= 16) {
      mask(from, sign, Kind.URL);
    }
    at = sign + 1;
  }

  /// @param host behind the sign
  private void mail(int host) {
    int from = at;
    while (from > copied && at - from < MAIL_NAME && isMailName(text.charAt(from - 1))) {
      from--;
    }
    int end = host;
    while (end < length && end - at <= MAIL_HOST && isMailHost(text.charAt(end))) {
      end++;
    }
    steps += end - from;
    end = trim(host, end);
    int dot = end - 1;
    while (dot > host && text.charAt(dot) != '.') {
      dot--;
    }
    if (from < at && dot > host && isTopLevel(dot + 1, end)) {
      mask(from, end, Kind.EMAIL);
    } else {
      at++;
    }
  }

  private static boolean isMailName(char c) {
    return Chars.isTokenChar(c) || c == '%' || c == '+';
  }

  private static boolean isMailHost(char c) {
    return Chars.isAlnum(c) || c == '-' || c == '.' || (c > 127 && Character.isLetter(c));
  }

  /// Letters of any script, or what DNS makes of them: `xn--p1ai` (RFC 5891).
  private boolean isTopLevel(int from, int to) {
    if (text.regionMatches(true, from, "xn--", 0, 4)) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (!Character.isLetter(text.charAt(i))) {
        return false;
      }
    }
    return to - from >= 2;
  }

  private boolean privateKeyBegins() {
    int label = text.indexOf("-----", at + BEGIN.length(), Math.min(length, at + KEY));
    int key = label < 0 ? -1 : text.indexOf("PRIVATE KEY", at + BEGIN.length(), label);
    steps += KEY;
    return key >= 0;
  }

  /// A private key, to its end or to the end of the line.
  private void block(int from) {
    int end = text.indexOf(END, from);
    steps += (end < 0 ? length : end) - from;
    open = end < 0 ? PRIVATE_KEY : CLOSED;
    if (end >= 0) {
      int close = text.indexOf("-----", end + END.length(), Math.min(length, end + KEY));
      end = close < 0 ? end + END.length() : close + 5;
    }
    mask(from, end < 0 ? length : end, Kind.PEM);
  }

  /// Lines of a YAML scalar, as far as they go.
  ///
  /// @param from where its next line begins
  private void scalar(int from, int indent) {
    int end = YamlBlock.end(text, from, indent);
    steps += end - Math.min(from, end);
    open = end >= length ? indent : CLOSED;
    int first = from;
    while (first < end && Chars.isSpace(text.charAt(first))) {
      first++;
    }
    if (first < end) {
      mask(first, trimBlanks(first, end), Kind.SECRET);
    }
    at = Math.max(at, Math.min(end, length));
  }

  private int blanks(int from) {
    int i = from;
    while (i < length && i - from < BLANKS && Chars.isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /// Whether a key stands where a line of YAML or a header may begin: a quoted text begins one,
  /// too.
  private boolean beginsLine(int start) {
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
  private String quoteBefore(int start) {
    int i = lineBegin(start);
    return i > 0 && Chars.isQuote(text.charAt(i - 1)) ? text.substring(i - 1, i) : "";
  }

  private int lineEnd(int from, String until) {
    int i = from;
    while (i < length
        && text.charAt(i) != '\n'
        && (until.isEmpty() || !text.startsWith(until, i))) {
      i++;
    }
    steps += i - from;
    return i;
  }

  private int find(char c, int from) {
    int end = text.indexOf(c, from);
    end = end < 0 ? length : end;
    steps += end - from;
    return end;
  }

  private int trim(int from, int to) {
    int end = to;
    while (end > from && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
      end--;
    }
    return end;
  }

  private int trimBlanks(int from, int to) {
    int end = to;
    while (end > from && Chars.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private void mask(int from, int to, Kind kind) {
    at = Math.max(at, to);
    if (to <= from) {
      return;
    }
    String secret = text.substring(from, to);
    if (isNothing(secret)
        || allow.contains(secret)
        || (kind == Kind.PHONE
            && secret.chars().filter(c -> Chars.isDigit((char) c)).count() < 7)) {
      return;
    }
    if (out == null) {
      out = new StringBuilder(length + 32);
    }
    out.append(text, copied, from);
    (pseudonyms != null && kind.isIdentity() ? pseudonyms : marks).append(out, kind, secret);
    copied = to;
  }

  /// Values that say that there is none.
  private static boolean isNothing(String secret) {
    return isOneOf(secret, "null", "nil", "none", "undefined", "true", "false", "-", "N/A")
        || secret.chars().allMatch(c -> c == '*');
  }
}
