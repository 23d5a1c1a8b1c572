package io.tocsin.agent.redact;

import org.jspecify.annotations.Nullable;

/// Names of secrets: of what kind the value behind one is, and where it stands.
final class Keys {

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;
  private final Values values;
  private final Announced announced;

  Keys(Line line, Masking masking, Blocks blocks, Announced announced) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
    this.values = new Values(line, masking, blocks);
    this.announced = announced;
  }

  /// Masks what follows a key: `key=value`, `key: value`, `"key":"value"`, `\"key\":\"value\"`,
  /// `key => value`, `--key value`, `<key>value<`, `[key]=value`, `password 'value'`. The signs may
  /// be escapes, too.
  ///
  /// @param ending what [KeyNames] knows of the end of the word
  /// @param anywhere what it knows of the parts of it
  void at(int start, int end, int ending, int anywhere) {
    Kind kind = kind(start, end, ending, anywhere);
    if (kind == null) {
      if ((ending & (KeyNames.COMMAND | KeyNames.HOOKS | KeyNames.FOR)) != 0) {
        announced.behind(start, end, ending);
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
    int blank = line.blanks(p);
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
      values.mask(new Values.Value(kind, blank + 1, "<", false));
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
      begin = line.blanks(begin);
      if (begin > near && sign == '=' && blank == p && line.beginsPair(begin)) {
        return; // logfmt: password= user=anna
      }
      boolean oneWord = kind == Kind.USER || kind == Kind.PHONE;
      boolean whole =
          !oneWord && sign == ':' && begin > behind && !quoted && line.beginsLine(start);
      if (sign == '=' && (line.isParameter(start) || text.startsWith("/", start - 1))) {
        masking.mask(begin, line.plainEnd(begin), kind);
        return;
      }
      values.mask(new Values.Value(kind, begin, line.quoteBefore(start), whole));
    } else if (blank > p
        && (option
            || (kind == Kind.PASSWORD && (Chars.isQuote(sign) || Chars.isQuote(escaped)))
            || (kind == Kind.USER && isSpokenOf(start)))) {
      values.mask(new Values.Value(kind, blank, line.quoteBefore(start), false));
    }
  }

  /// `for user anna`, `invalid user anna`: a name follows.
  private boolean isSpokenOf(int start) {
    return text.startsWith("for ", start - 4) || text.startsWith("invalid ", start - 8);
  }

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
    return (ending & KeyNames.PARAMETER) != 0 && line.isParameter(start) ? Kind.URL : null;
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
}
