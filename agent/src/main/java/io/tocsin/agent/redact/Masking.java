package io.tocsin.agent.redact;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The line as it leaves: how far it was read, and what was masked on the way.
final class Masking {

  private final Line line;
  private final String text;
  private final Set<String> allow;
  private final Marks marks;
  private final @Nullable Marks pseudonyms;
  private @Nullable StringBuilder out;

  /// Where reading goes on.
  int at;

  /// Behind the last character that was masked.
  int copied;

  /// @param pseudonyms makes those of identities; null where these are kept
  Masking(Line line, Set<String> allow, Marks marks, @Nullable Marks pseudonyms) {
    this.line = line;
    this.text = line.text;
    this.allow = allow;
    this.marks = marks;
    this.pseudonyms = pseudonyms;
  }

  /// Whether users and addresses are looked for, too.
  boolean hidesIdentities() {
    return pseudonyms != null;
  }

  /// The text with its secrets masked.
  String text() {
    return out == null ? text : out.append(text, copied, line.length).toString();
  }

  void mask(int from, int to, Kind kind) {
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
      out = new StringBuilder(line.length + 32);
    }
    out.append(text, copied, from);
    (pseudonyms != null && kind.isIdentity() ? pseudonyms : marks).append(out, kind, secret);
    copied = to;
  }

  /// Values that say that there is none.
  private static boolean isNothing(String secret) {
    return Line.isOneOf(secret, "null", "nil", "none", "undefined", "true", "false", "-", "N/A")
        || secret.chars().allMatch(c -> c == '*');
  }
}
