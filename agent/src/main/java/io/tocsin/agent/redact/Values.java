package io.tocsin.agent.redact;

/// Masks the value behind a key.
final class Values {

  private static final int SCHEME = 64;

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;
  private final Blocks blocks;

  Values(Line line, Masking masking, Blocks blocks) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
    this.blocks = blocks;
  }

  /// A value to mask.
  ///
  /// @param from where it begins, blanks skipped
  /// @param until a quote or bracket that ends what it stands in; empty when there is none
  /// @param whole whether it is the rest of its line, as in YAML and in headers
  record Value(Kind kind, int from, String until, boolean whole) {}

  void mask(Value v) {
    int from = v.from;
    if (from >= length) {
      masking.at = length;
      return;
    }
    if (text.startsWith(Marks.HEAD, from) && Marks.end(text, from) > 0) {
      masking.at = Marks.end(text, from); // masked before
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
      masking.mask(Escapes.end(text, from), line.escapedQuote(from), v.kind);
    } else if (v.until.equals("<")) {
      maskTo(v, from, line.find('<', from));
    } else if (v.whole && YamlBlock.headEnd(text, from) >= 0) {
      int head = YamlBlock.headEnd(text, from);
      masking.at = head;
      blocks.scalar(head + 1, YamlBlock.indent(text, from));
    } else if (c == '[') {
      maskTo(v, from + 1, line.listEnd(from + 1));
    } else if (c == '{' && from + 1 < length && "\"'\\ ".indexOf(text.charAt(from + 1)) >= 0) {
      masking.at = from; // an object: its keys speak for themselves
    } else if (v.kind == Kind.COOKIE && v.until.isEmpty()) {
      maskTo(v, from, line.cookieEnd(from));
    } else if (v.kind == Kind.COOKIE || (v.whole && v.kind != Kind.AUTHORIZATION)) {
      maskTo(v, from, line.lineEnd(from, v.until));
    } else if (v.kind == Kind.AUTHORIZATION) {
      authorization(v);
    } else {
      masking.mask(from, line.plainEnd(from), v.kind);
    }
  }

  private void maskTo(Value v, int from, int to) {
    masking.mask(from, line.trimBlanks(from, to), v.kind);
  }

  /// The scheme stays; of schemes with parameters the rest of the line goes.
  private void authorization(Value v) {
    int end = v.from;
    while (end < length && (Chars.isAlnum(text.charAt(end)) || text.charAt(end) == '-')) {
      end++;
    }
    line.looked(end - v.from);
    int next = line.blanks(end);
    String scheme = end - v.from <= SCHEME ? text.substring(v.from, end) : "";
    boolean one = Line.isOneOf(scheme, "basic", "bearer", "token", "negotiate", "apikey", "ntlm");
    if (next > end && one) {
      masking.mask(next, line.plainEnd(next), v.kind);
    } else if (v.whole || Line.isOneOf(scheme, "digest", "aws4-hmac-sha256", "hawk", "oauth")) {
      maskTo(v, next > end && !v.whole ? next : v.from, line.lineEnd(v.from, v.until));
    } else {
      masking.mask(v.from, line.plainEnd(v.from), v.kind);
    }
  }

  /// To the closing quote of the same depth of escaping: at depth d it has 2^d - 1 backslashes, and
  /// pairs of escaped ones in front do not count. Without one, to the end.
  private void quoted(Kind kind, int open, int slashes) {
    char quote = text.charAt(open);
    int run = 0;
    for (int i = open + 1; i < length; i++) {
      char c = text.charAt(i);
      line.looked(1);
      if (c == quote && (run % (2 * (slashes + 1)) == slashes || run < slashes)) {
        masking.mask(open + 1, i - Math.min(run, slashes), kind);
        return;
      }
      run = c == '\\' ? run + 1 : 0;
    }
    masking.mask(open + 1, length, kind);
  }
}
