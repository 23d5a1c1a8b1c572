package io.tocsin.agent.redact;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pass over one line, left to right. What it looks at ahead is either masked, so that the pass
/// goes on behind it, or bounded: work is linear in the length of the line, whatever it says.
final class Scan {

  private final Line line;
  private final String text;
  private final char[] chars;
  private final int length;
  private final KeyNames names;
  private final Masking masking;
  private final Blocks blocks;
  private final Tokens tokens;
  private final Signs signs;
  private final Announced announced;
  private final Keys keys;

  /// @param pseudonyms makes those of identities; null where these are kept
  Scan(Line line, Set<String> allow, KeyNames names, Marks marks, @Nullable Marks pseudonyms) {
    this.line = line;
    this.text = line.text;
    this.chars = line.chars;
    this.length = line.length;
    this.names = names;
    this.masking = new Masking(line, allow, marks, pseudonyms);
    this.blocks = new Blocks(line, masking);
    this.tokens = new Tokens(line, masking);
    this.signs = new Signs(line, masking);
    this.announced = new Announced(line, masking);
    this.keys = new Keys(line, masking, blocks, announced);
  }

  /// The text with its secrets masked.
  ///
  /// @param before what an earlier line left open, as of [Blocks#open]
  String run(int before) {
    blocks.goOn(before);
    while (masking.at < length) {
      char c = chars[masking.at];
      line.looked(1);
      if (Chars.isWord(c)) {
        word();
      } else if (c == '-'
          && text.startsWith(Blocks.BEGIN, masking.at)
          && blocks.privateKeyBegins()) {
        blocks.privateKey(masking.at);
      } else if (c == ':' && text.startsWith("://", masking.at)) {
        signs.userInfo(masking.at + 3, false);
      } else if (c == ':' && text.startsWith(":\\/\\/", masking.at)) {
        signs.userInfo(masking.at + 5, false);
      } else if (c == '@') {
        signs.mail(masking.at + 1);
      } else if (c == '%' || c == '\\') {
        signs.escape();
      } else if (c == '+') {
        signs.phone();
      } else if (c == '~') {
        signs.entra();
      } else if (c == '-' && announced.byProgram(masking.at)) {
        announced.option();
      } else if (c == '<' && text.startsWith(Marks.HEAD, masking.at)) {
        masking.at = Math.max(masking.at + 1, Marks.end(text, masking.at));
      } else if (!masking.hidesIdentities() || c != ':' || !tokens.address(masking.at)) {
        masking.at++;
      }
    }
    return masking.text();
  }

  /// What goes on behind the line.
  int open() {
    return blocks.open();
  }

  /// Letters, digits and `_`, joined by single dots and dashes: a token by its shape, or a key.
  private void word() {
    int start = masking.at;
    char before = start == 0 ? ' ' : chars[start - 1];
    int state = 0;
    if (before == '\\' || before == '%' || before == '[' || before == ';') {
      int skipped = escaped(start);
      // `\token`: perhaps an escape and `oken`, perhaps a backslash and a key.
      state = before == '\\' && skipped == 1 ? names.next(0, chars[start]) : 0;
      start += skipped;
      if (start >= length || !Chars.isWord(chars[start])) {
        masking.at = start;
        return;
      }
    }
    if (tokens.awsSecret(start)) {
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
        if (begins && tokens.token(i, c)) {
          line.looked(i - start);
          return;
        }
        begins = false;
        state = names.next(state, c);
        anywhere |= names.hits(state);
      }
    }
    line.looked(i - start);
    masking.at = i;
    if ((anywhere & KeyNames.NAMES) != 0) {
      keys.at(start, i, names.hits(state), anywhere);
    } else if (i - start == 6 && text.regionMatches(true, start, "bearer", 0, 6)) {
      tokens.bearer(i);
    }
  }

  /// Characters of a word that belong to an escape in front of it: what follows `\n` in JSON and
  /// `%20` in a URL begins after that.
  private int escaped(int from) {
    char before = from == 0 ? ' ' : chars[from - 1];
    if (before == '\\') {
      char c = chars[from];
      boolean byTwo = c == 'x' && line.hex(from + 1, 2) == 2;
      if (byTwo && text.regionMatches(true, from, "x5cu", 0, 4)) {
        return 4 + line.hex(from + 4, 4); // the escape of a backslash, and what that escapes
      }
      return c == 'u' ? 1 + line.hex(from + 1, 4) : byTwo ? 3 : "nrtbf".indexOf(c) >= 0 ? 1 : 0;
    }
    if (before == '[' || before == ';') {
      return Escapes.colourEnd(text, from) - from;
    }
    return before == '%' && line.hex(from, 2) == 2 ? 2 : 0;
  }

  private boolean joins(char c, int i) {
    return (c == '.' || c == '-') && i + 1 < length && Chars.isWord(chars[i + 1]);
  }
}
