package io.tocsin.agent.redact;

/// Secrets of more than a line: private keys, and scalars of YAML behind a secret's key.
final class Blocks {

  /// No secret goes on behind the line.
  static final int CLOSED = -2;

  /// A private key does, to its end. What is 0 or more is a YAML scalar in a block, which goes on
  /// while lines are indented further than that.
  static final int PRIVATE_KEY = -1;

  static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END";
  private static final int LABEL = 64;

  private final Line line;
  private final String text;
  private final int length;
  private final Masking masking;
  private int open = CLOSED;

  Blocks(Line line, Masking masking) {
    this.line = line;
    this.text = line.text;
    this.length = line.length;
    this.masking = masking;
  }

  /// Masks what an earlier line left open.
  void goOn(int before) {
    if (before == PRIVATE_KEY) {
      privateKey(0);
    } else if (before >= 0) {
      scalar(0, before);
    } else if (KeyBody.is(text)) {
      masking.mask(0, length, Kind.PEM);
    }
  }

  /// What goes on behind the line: [#CLOSED], [#PRIVATE_KEY], or the indent of a scalar's key.
  int open() {
    return open;
  }

  boolean privateKeyBegins() {
    int label =
        text.indexOf("-----", masking.at + BEGIN.length(), Math.min(length, masking.at + LABEL));
    int key = label < 0 ? -1 : text.indexOf("PRIVATE KEY", masking.at + BEGIN.length(), label);
    line.looked(LABEL);
    return key >= 0;
  }

  /// A private key, to its end or to the end of the line.
  void privateKey(int from) {
    int end = text.indexOf(END, from);
    line.looked((end < 0 ? length : end) - from);
    open = end < 0 ? PRIVATE_KEY : CLOSED;
    if (end >= 0) {
      int close = text.indexOf("-----", end + END.length(), Math.min(length, end + LABEL));
      end = close < 0 ? end + END.length() : close + 5;
    }
    masking.mask(from, end < 0 ? length : end, Kind.PEM);
  }

  /// Lines of a YAML scalar, as far as they go.
  ///
  /// @param from where its next line begins
  void scalar(int from, int indent) {
    int end = YamlBlock.end(text, from, indent);
    line.looked(end - Math.min(from, end));
    open = end >= length ? indent : CLOSED;
    int first = from;
    while (first < end && Chars.isSpace(text.charAt(first))) {
      first++;
    }
    if (first < end) {
      masking.mask(first, line.trimBlanks(first, end), Kind.SECRET);
    }
    masking.at = Math.max(masking.at, Math.min(end, length));
  }
}
