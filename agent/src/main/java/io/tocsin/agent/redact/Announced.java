package io.tocsin.agent.redact;

import org.jspecify.annotations.Nullable;

/// What follows a word that is no key and yet gives something away: a password by its place behind
/// a program, a user in the phrases of `sshd`, the path of a web hook.
final class Announced {

  private static final int WORD = 64;

  /// How far behind a program its options are looked for.
  private static final int NEAR = 200;

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;
  private @Nullable Commands command;
  private int commandUntil;

  Announced(Line line, Masking masking) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
  }

  /// Whether a program that takes passwords was named shortly before.
  boolean byProgram(int place) {
    return place < commandUntil;
  }

  /// @param ending what [KeyNames] knows of the word's end
  void behind(int start, int end, int ending) {
    if ((ending & KeyNames.COMMAND) != 0) {
      command = Commands.of(text.substring(Math.max(start, end - WORD), end));
      commandUntil = end + NEAR;
    } else if ((ending & KeyNames.FOR) != 0) {
      int from = line.blanks(end);
      int to = line.plainEnd(from);
      if (end - start == 3 && from > end && text.startsWith(" from ", to)) {
        masking.mask(from, to, Kind.USER); // Failed password for anna from 10.0.0.9
      }
    } else {
      int from = CloudSecrets.hookBegin(text, end);
      if (from > 0) {
        masking.mask(from, line.plainEnd(from), Kind.URL);
      }
    }
  }

  /// An option of one letter that takes a password, behind a program known to have one.
  void option() {
    int dash = masking.at;
    masking.at++;
    Commands rule = command;
    if (rule == null
        || masking.at >= length
        || text.charAt(masking.at) != rule.option()
        || Chars.isTokenChar(Escapes.before(text, dash))) {
      return;
    }
    masking.at++;
    int from = rule.form() == Commands.Form.JOINED ? masking.at : line.blanks(masking.at);
    if (from >= length || Chars.isBlank(text.charAt(from)) || text.charAt(from) == '-') {
      return;
    }
    from = Chars.isQuote(text.charAt(from)) ? from + 1 : from;
    int end = line.plainEnd(from);
    if (rule.form() == Commands.Form.USER_AND_PASSWORD) {
      int colon = text.indexOf(':', from, end);
      from = colon < 0 ? end : colon + 1;
    }
    masking.mask(from, end, Kind.PASSWORD);
  }
}
